use bot_api_standin::EntityKind;
use serde_json::json;
use teloxide::{
    ApiError, RequestError,
    payloads::SendPhotoSetters,
    prelude::Requester,
    types::{ChatId, InputFile, Message, MessageId, ParseMode, ReplyParameters, ThreadId},
};

use super::{ANNA, FORUM, GROUP, bot, refused, send, telegram};

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut png = Vec::new();
    let encoder = png::Encoder::new(&mut png, width, height);
    let pixels = vec![7; usize::try_from(width * height).unwrap()];
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&pixels)
        .unwrap();
    png
}

fn refusal(answer: Result<Message, RequestError>) -> String {
    match answer.unwrap_err() {
        RequestError::Api(ApiError::Unknown(text)) => text,
        RequestError::Api(error) => error.to_string(),
        error => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_picture_is_kept_with_its_caption_and_told_in_its_sizes() {
    let api = telegram().await;
    let asked = send(&api, GROUP, "how is it?").await;
    let bytes = png(1000, 500);
    let sent = bot(&api)
        .send_photo(
            ChatId(GROUP),
            InputFile::memory(bytes.clone()).file_name("chart.png"),
        )
        .caption("<b>Up</b> &amp; running")
        .parse_mode(ParseMode::Html)
        .disable_notification(true)
        .reply_parameters(ReplyParameters::new(MessageId(asked)))
        .await
        .unwrap();
    assert_eq!((sent.text(), sent.caption()), (None, Some("Up & running")));
    assert_eq!(sent.caption_entities().unwrap().len(), 1);
    let sizes: Vec<_> = sent
        .photo()
        .unwrap()
        .iter()
        .map(|size| (size.width, size.height))
        .collect();
    assert_eq!(sizes, [(90, 45), (320, 160), (800, 400), (1000, 500)]);

    let message = api.message(GROUP, sent.id.0).unwrap();
    let photo = message.photo.clone().unwrap();
    assert_eq!(
        (photo.width, photo.height, photo.bytes.to_vec()),
        (1000, 500, bytes)
    );
    assert_eq!(message.text, "Up & running");
    assert_eq!(message.entities[0].kind, EntityKind::Bold);
    assert_eq!((message.silent, message.reply_to), (true, Some(asked)));
    assert_eq!(message.shown(), "[picture 1000×500]\nUp & running");
    assert!(
        api.transcript().contains("[picture 1000×500]"),
        "{}",
        api.transcript()
    );
}

#[tokio::test]
async fn a_picture_goes_into_a_topic_and_needs_no_caption() {
    let api = telegram().await;
    let topic = api.add_topic(FORUM, "Charts").unwrap();
    let sent = bot(&api)
        .send_photo(ChatId(FORUM), InputFile::memory(png(20, 10)))
        .message_thread_id(ThreadId(MessageId(topic)))
        .await
        .unwrap();
    assert_eq!(sent.caption(), None);
    let message = api.message(FORUM, sent.id.0).unwrap();
    assert_eq!(
        (message.thread, message.shown().as_str()),
        (Some(topic), "[picture 20×10]")
    );
}

#[tokio::test]
async fn an_invalid_picture_is_refused_in_telegrams_words() {
    let api = telegram().await;
    let cut = {
        let mut cut = png(300, 300);
        cut.truncate(cut.len() / 2);
        cut
    };
    let cases = [
        (b"GIF89a".to_vec(), "Bad Request: IMAGE_PROCESS_FAILED"),
        (cut, "Bad Request: IMAGE_PROCESS_FAILED"),
        (png(9999, 2), "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        (png(42, 2), "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        (
            vec![0; 10_485_761],
            "Bad Request: file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes",
        ),
        (Vec::new(), "Bad Request: file must be non-empty"),
    ];
    let count = cases.len();
    for (bytes, expected) in cases {
        let answer = bot(&api)
            .send_photo(ChatId(GROUP), InputFile::memory(bytes))
            .await;
        let text = refusal(answer);
        assert!(text.contains(expected), "{text}");
    }
    let none = refused(&api, "sendPhoto", json!({"chat_id": GROUP, "caption": "a"})).await;
    assert_eq!(none.1, "Bad Request: there is no photo in the request");
    let address = json!({"chat_id": GROUP, "photo": "photo-1-y"});
    let unknown = refused(&api, "sendPhoto", address).await;
    assert_eq!(
        unknown.1,
        "Bad Request: wrong file identifier/HTTP URL specified"
    );
    assert_eq!(api.refused_calls().len(), count + 2);
    assert!(api.bot_messages(GROUP).is_empty());
}

#[tokio::test]
async fn a_caption_is_measured_after_its_markup_is_read() {
    let api = telegram().await;
    let captioned = |length: usize| {
        bot(&api)
            .send_photo(ChatId(ANNA), InputFile::memory(png(20, 10)))
            .caption(format!("<b>{}</b>", "&amp;".repeat(length)))
            .parse_mode(ParseMode::Html)
    };
    assert!(captioned(1024).await.is_ok());
    let text = refusal(captioned(1025).await);
    assert!(
        text.contains("Bad Request: message caption is too long"),
        "{text}"
    );
    let unread = captioned(1).caption("<x>").await;
    assert!(matches!(
        unread,
        Err(RequestError::Api(ApiError::CantParseEntities(_)))
    ));
}

#[tokio::test]
async fn a_picture_has_no_text_to_edit() {
    let api = telegram().await;
    let sent = bot(&api)
        .send_photo(ChatId(GROUP), InputFile::memory(png(20, 10)))
        .caption("a")
        .await
        .unwrap();
    let text = refusal(
        bot(&api)
            .edit_message_text(ChatId(GROUP), sent.id, "b")
            .await,
    );
    assert!(
        text.contains("there is no text in the message to edit"),
        "{text}"
    );
    assert_eq!(api.message(GROUP, sent.id.0).unwrap().text, "a");
}

#[tokio::test]
async fn a_chat_can_bar_pictures() {
    let api = telegram().await;
    api.bar_pictures(GROUP).unwrap();
    let answer = bot(&api)
        .send_photo(ChatId(GROUP), InputFile::memory(png(20, 10)))
        .await;
    let text = refusal(answer);
    assert!(
        text.contains("Bad Request: not enough rights to send photos to the chat"),
        "{text}"
    );
    assert!(
        api.refused_calls().is_empty(),
        "the bot could not have known"
    );
    send(&api, GROUP, "text goes through").await;
}
