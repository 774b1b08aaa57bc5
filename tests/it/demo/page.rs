mod stream;

use futures::StreamExt;
use reqwest::{Client, StatusCode, header::HOST};
use serde_json::{Value, json};
use sovani_ops::standin::{
    BotApi, ChatKind, Membership, Options, Person,
    page::{Face, Member, Page},
};
use tokio::net::TcpListener;

use self::stream::Stream;
use super::{SOON, Visitor};

const GROUP: i64 = -10;
const ANNA: i64 = 1;
const PAVEL: i64 = 2;
const TOKEN: &str = "42:page";
const AT: &str = "/1/-10";
const HOSTILE: &str = "<script>alert(1)</script>\"'&\r\n\r\nevent: x <img src=x onerror=alert(1)>";

/// The page of a group with Anna in it, and Pavel outside.
struct Scene {
    api: BotApi,
    page: Page,
    anna: Person,
    visitor: Visitor,
}

async fn scene() -> Scene {
    let api = BotApi::start(Options::new(TOKEN, "sovani_ops_bot"))
        .await
        .unwrap();
    api.add_chat(GROUP, ChatKind::Supergroup, "<b>Group</b>");
    let anna = api.person(ANNA, "Anna <i>");
    api.set_membership(GROUP, ANNA, Membership::Administrator)
        .unwrap();
    let people = vec![
        Member {
            person: anna.clone(),
            about: "administrator",
        },
        Member {
            person: api.person(PAVEL, "Pavel"),
            about: "stranger",
        },
    ];
    let face = Face {
        title: "test",
        api: api.clone(),
        people,
        first_chat: GROUP,
        zone: chrono_tz::Europe::Moscow,
        panel: None,
    };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let page = Page::serve(listener, face).unwrap();
    let visitor = Visitor::at(page.address());
    Scene {
        api,
        page,
        anna,
        visitor,
    }
}

impl Scene {
    /// Calls the Bot API as the bot.
    async fn bot(&self, method: &str, parameters: Value) -> Value {
        let client = Client::builder().no_proxy().build().unwrap();
        let request = client.post(format!("{}/bot{TOKEN}/{method}", self.api.url()));
        let answer: Value = request
            .json(&parameters)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        assert_eq!(answer["ok"], true, "{answer}");
        answer["result"].clone()
    }

    async fn bot_says(&self, mut parameters: Value) -> i64 {
        parameters["chat_id"] = json!(GROUP);
        self.bot("sendMessage", parameters).await["message_id"]
            .as_i64()
            .unwrap()
    }
}

#[tokio::test]
async fn sent_text_is_shown_and_never_becomes_markup() {
    let scene = scene().await;
    scene.anna.says(GROUP, HOSTILE).unwrap();
    let keyboard = json!({"inline_keyboard": [[{"text": "<u>Go</u>", "callback_data": "\"><b>"}]]});
    let link = json!([
        {"type": "text_link", "offset": 0, "length": 9, "url": "javascript:alert(1)"},
        {"type": "pre", "offset": 10, "length": 3, "language": "\" onload=\"x"},
    ]);
    scene
        .bot_says(json!({"text": HOSTILE, "entities": link, "reply_markup": keyboard}))
        .await;

    let page = scene.visitor.sees(AT).await;

    for markup in [
        "<script>alert",
        "<img src=x",
        "<b>Group",
        "Anna <i>",
        "<u>Go",
        "href=\"javascript",
        "\" onload=\"",
        "<b>\"",
    ] {
        assert!(!page.contains(markup), "{markup}: {page}");
    }
    assert_eq!(
        page.matches("&lt;img src=x onerror=alert(1)&gt;").count(),
        2,
        "{page}"
    );
    assert_eq!(page.matches("<script").count(), 1, "the page's own");
    let mut stream = Stream::of(&scene.visitor, &format!("{AT}/events")).await;
    let chat = stream.hears("chat").await;
    assert!(!chat["html"].as_str().unwrap().contains("<script"));
}

#[tokio::test]
async fn formatting_is_shown_by_its_entities() {
    let scene = scene().await;
    for (html, shown) in [
        (
            "<b>bold <i>both</i></b> 😀<u>x</u>",
            "<strong>bold <em>both</em></strong> 😀<u>x</u>",
        ),
        (
            "<blockquote><b>q</b></blockquote>\nafter",
            "<blockquote><strong>q</strong></blockquote>after",
        ),
        ("<code>/run &lt;x&gt;</code>", "<code>/run &lt;x&gt;</code>"),
        (
            "<pre><code class=\"language-sh\">ls</code></pre>",
            "<pre data-language=\"sh\"><code>ls</code></pre>",
        ),
        (
            "see /ack 7",
            "see <button class=\"command\" form=\"tap\" name=\"text\" value=\"/ack\">/ack</button> 7",
        ),
        ("1/2 and /srv/x", "1/2 and /srv/x"),
        (
            "<a href=\"http://example.org/?a=1&amp;b=2\">there</a>",
            "href=\"http://example.org/?a=1&amp;b=2\"",
        ),
        ("<tg-spoiler>secret</tg-spoiler>", "<span>secret</span>"),
        (
            "<blockquote expandable>long</blockquote>",
            "<span class=\"clip\">long</span>",
        ),
    ] {
        scene
            .bot_says(json!({"text": html, "parse_mode": "HTML"}))
            .await;
        let page = scene.visitor.sees(AT).await;
        assert!(page.contains(shown), "{html}: {page}");
    }
}

#[tokio::test]
async fn entities_that_overlap_or_lie_outside_are_cut() {
    let scene = scene().await;
    let entities = json!([
        {"type": "bold", "offset": 0, "length": 4},
        {"type": "italic", "offset": 2, "length": 4},
        {"type": "underline", "offset": 90, "length": 4},
    ]);
    scene
        .bot_says(json!({"text": "abcdefgh", "entities": entities}))
        .await;

    let page = scene.visitor.sees(AT).await;

    assert!(
        page.contains("<strong>ab<em>cd</em></strong><em>ef</em>gh"),
        "{page}"
    );
}

#[tokio::test]
async fn other_hosts_and_other_pages_are_refused() {
    let scene = scene().await;
    for host in [
        "evil.example",
        "127.0.0.1:1",
        "localhost",
        "localhost.evil.example:80",
    ] {
        let request = scene
            .visitor
            .client
            .get(&scene.visitor.base)
            .header(HOST, host);
        assert_eq!(
            request.send().await.unwrap().status(),
            StatusCode::FORBIDDEN,
            "{host}"
        );
    }
    let local = format!("localhost:{}", scene.page.address().port());
    let request = scene
        .visitor
        .client
        .get(format!("{}{AT}", scene.visitor.base))
        .header(HOST, local);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);

    let form = [("text", "hello")];
    let say = format!("{AT}/say");
    for origin in ["http://evil.example", "null", "http://127.0.0.1"] {
        let answer = scene.visitor.posts_from(origin, &say, &form).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{origin}");
    }
    let bare = scene
        .visitor
        .client
        .post(format!("{}{say}", scene.visitor.base))
        .form(&form);
    assert_eq!(bare.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let elsewhere = scene
        .visitor
        .client
        .post(format!("{}{say}", scene.visitor.base))
        .form(&form);
    let elsewhere = elsewhere
        .header("origin", &scene.visitor.base)
        .header("sec-fetch-site", "cross-site");
    assert_eq!(
        elsewhere.send().await.unwrap().status(),
        StatusCode::FORBIDDEN
    );
    assert!(scene.api.messages(GROUP).is_empty());
}

#[tokio::test]
async fn every_answer_says_what_a_browser_may_load() {
    let scene = scene().await;
    for path in [AT, "/page.js", "/nothing"] {
        let answer = scene.visitor.gets(path).await;
        let policy = answer.headers()["content-security-policy"]
            .to_str()
            .unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';"),
            "{path}: {policy}"
        );
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    }
    let page = scene.visitor.sees(AT).await;
    for inline in [" style=", " onclick=", "<style", "http://", "https://"] {
        assert!(!page.contains(inline), "{inline}");
    }
}

#[tokio::test]
async fn a_person_sees_the_chats_they_are_in_and_no_others() {
    let scene = scene().await;
    for path in [
        "/2/-10",
        "/2/-10/events",
        "/2/1",
        "/1/2",
        "/9/-10",
        "/1/-11",
        "/1/x",
    ] {
        let status = scene.visitor.gets(path).await.status();
        assert!(status.is_client_error(), "{path}: {status}");
    }
    let said = scene
        .visitor
        .posts("/2/-10/say", &[("text", "let me in")])
        .await;
    assert_eq!(said.status(), StatusCode::NOT_FOUND);
    assert_eq!(scene.visitor.gets("/2/2").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_form_says_replies_and_comes_back_to_the_chat() {
    let scene = scene().await;
    let first = scene.bot_says(json!({"text": "hello"})).await.to_string();

    let answer = scene
        .visitor
        .posts(&format!("{AT}/say"), &[("text", " hi "), ("reply", &first)])
        .await;

    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()["location"], AT);
    let said = scene.api.messages(GROUP).pop().unwrap();
    assert_eq!(
        (said.text.as_str(), said.reply_to),
        ("hi", first.parse().ok())
    );
    let page = scene.visitor.sees(&format!("{AT}?reply={first}")).await;
    assert!(
        page.contains(&format!(r##"href="#m{first}""##)),
        "the quotation leads to what is quoted"
    );
    assert!(page.contains(&format!(r#"name="reply" value="{first}""#)));
    let too_large = scene
        .visitor
        .posts(&format!("{AT}/say"), &[("text", &"x".repeat(70_000))])
        .await;
    assert_eq!(too_large.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn the_menu_is_the_one_that_the_bot_has_set_for_the_person() {
    let scene = scene().await;
    let list = |name: &str| json!([{"command": name, "description": "about it"}]);
    scene
        .bot("setMyCommands", json!({"commands": list("all")}))
        .await;
    assert!(scene.visitor.sees(AT).await.contains(r#"value="/all""#));
    let scope = json!({"type": "all_chat_administrators"});
    scene
        .bot(
            "setMyCommands",
            json!({"commands": list("admins"), "scope": scope}),
        )
        .await;
    assert!(scene.visitor.sees(AT).await.contains(r#"value="/admins""#));
    assert!(scene.visitor.sees("/2/2").await.contains(r#"value="/all""#));
    let scope = json!({"type": "chat_member", "chat_id": GROUP, "user_id": ANNA});
    scene
        .bot(
            "setMyCommands",
            json!({"commands": list("hers"), "scope": scope}),
        )
        .await;
    assert!(scene.visitor.sees(AT).await.contains(r#"value="/hers""#));
    let scope = json!({"type": "all_private_chats"});
    scene
        .bot(
            "setMyCommands",
            json!({"commands": list("alone"), "scope": scope}),
        )
        .await;
    assert!(
        scene
            .visitor
            .sees("/2/2")
            .await
            .contains(r#"value="/alone""#)
    );
}
