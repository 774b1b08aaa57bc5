//! The stream of events, by which the page is kept true.

use super::*;

/// The events of a stream, one by one.
pub struct Stream {
    bytes: futures::stream::BoxStream<'static, String>,
    text: String,
}

impl Stream {
    pub async fn of(visitor: &Visitor, path: &str) -> Self {
        let answer = visitor.gets(path).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let bytes = answer.bytes_stream();
        let bytes = bytes.map(|bytes| String::from_utf8(bytes.unwrap().to_vec()).unwrap());
        Self {
            bytes: bytes.boxed(),
            text: String::new(),
        }
    }

    pub async fn next(&mut self) -> (String, Value) {
        loop {
            if let Some((event, _)) = self.text.split_once("\n\n") {
                let lines: Vec<&str> = event.lines().collect();
                let part = |name: &str| {
                    lines
                        .iter()
                        .find_map(|line| line.strip_prefix(name))
                        .map(str::trim)
                };
                let found = part("event:").zip(part("data:"));
                let found = found
                    .map(|(name, data)| (name.to_owned(), serde_json::from_str(data).unwrap()));
                let taken = ..event.len() + "\n\n".len();
                self.text.drain(taken);
                if let Some(found) = found {
                    return found;
                }
                continue;
            }
            let more = tokio::time::timeout(SOON, self.bytes.next())
                .await
                .expect("nothing happens");
            self.text += &more.expect("the stream has ended");
        }
    }

    pub async fn hears(&mut self, name: &str) -> Value {
        let (heard, data) = self.next().await;
        assert_eq!(heard, name, "{data}");
        data
    }
}

#[tokio::test]
async fn a_stream_tells_what_happens_and_begins_with_all_there_is() {
    let scene = scene().await;
    let keys = json!({"inline_keyboard": [[{"text": "Ack", "callback_data": "ack"}]]});
    let id = scene
        .bot_says(json!({"text": "one", "reply_markup": keys}))
        .await;
    let mut stream = Stream::of(&scene.visitor, &format!("{AT}/events")).await;
    let chat = stream.hears("chat").await;
    assert!(chat["html"].as_str().unwrap().contains("one"));
    assert_eq!(chat["up"], true);

    scene
        .bot(
            "sendChatAction",
            json!({"chat_id": GROUP, "action": "typing"}),
        )
        .await;
    assert_eq!(stream.hears("action").await["text"], "typing…");
    let press = scene
        .anna
        .presses(GROUP, id.try_into().unwrap(), "Ack")
        .unwrap();
    let answer = json!({"callback_query_id": press.query, "text": "Done", "show_alert": true});
    scene.bot("answerCallbackQuery", answer).await;
    let told = stream.hears("answer").await;
    assert_eq!(
        (&told["id"], &told["text"], &told["alert"]),
        (&json!(id), &json!("Done"), &json!(true))
    );
    scene
        .bot(
            "editMessageText",
            json!({"chat_id": GROUP, "message_id": id, "text": "two"}),
        )
        .await;
    let told = stream.hears("message").await;
    assert!(told["html"].as_str().unwrap().contains("edited"));
    scene.api.go_down().await;
    assert_eq!(stream.hears("network").await["up"], false);
    scene.api.come_back().await.unwrap();
    assert_eq!(stream.hears("network").await["up"], true);
    scene
        .bot("deleteMessage", json!({"chat_id": GROUP, "message_id": id}))
        .await;
    assert_eq!(stream.hears("gone").await["id"], id);
    scene.anna.says(ANNA, "/start").unwrap();
    assert_eq!(stream.hears("elsewhere").await["chat"], ANNA);

    // A reconnected reader gets everything once more, and nothing that is gone.
    let again = Stream::of(&scene.visitor, &format!("{AT}/events"))
        .await
        .hears("chat")
        .await;
    assert_eq!(again["html"], "");
}

#[tokio::test]
async fn streams_are_bounded() {
    let scene = scene().await;
    let mut open = Vec::new();
    for _ in 0..32 {
        open.push(Stream::of(&scene.visitor, &format!("{AT}/events")).await);
    }
    let one_more = scene.visitor.gets(&format!("{AT}/events")).await;
    assert_eq!(one_more.status(), StatusCode::SERVICE_UNAVAILABLE);
}
