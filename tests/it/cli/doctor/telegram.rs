//! Troubles with Telegram.

use super::*;

#[tokio::test]
async fn each_trouble_with_telegram_is_found_with_advice() {
    on_sqlite(|database| async move {
        type Plant = fn(&Patient);
        let cases: [(&str, &str, &str, Plant); 9] = [
            ("telegram", "error", "refused the token", |patient| {
                patient.telegram.fail(
                    Scope::method("getMe"),
                    Times::UntilCleared,
                    Fault::Unauthorized,
                );
            }),
            ("telegram", "error", "cannot be reached", |patient| {
                patient
                    .telegram
                    .fail(Scope::Any, Times::UntilCleared, Fault::Dropped);
            }),
            ("poller", "error", "another program", |patient| {
                patient
                    .telegram
                    .fail(Scope::method("getUpdates"), Times::Once, Fault::Conflict);
            }),
            (
                "chats",
                "error",
                "-1007: the chat is lost: the bot was removed",
                |patient| {
                    patient
                        .telegram
                        .set_access(GROUP, ChatAccess::Kicked)
                        .unwrap();
                },
            ),
            (
                "chats",
                "error",
                "-1007: the bot is not in the chat",
                |patient| {
                    patient
                        .telegram
                        .set_membership(GROUP, 4242, Membership::Left)
                        .unwrap();
                },
            ),
            (
                "chats",
                "error",
                "-1007: the bot may not write there",
                |patient| {
                    patient
                        .telegram
                        .set_membership(GROUP, 4242, Membership::Muted)
                        .unwrap();
                },
            ),
            (
                "chats",
                "warning",
                "became the supergroup -1009",
                |patient| {
                    patient.telegram.migrate(GROUP, -1009).unwrap();
                },
            ),
            ("chats", "warning", "the topic does not exist", |patient| {
                patient.telegram.delete_topic(FORUM, patient.topic).unwrap();
            }),
            ("admins", "warning", "cannot write to 1001", |patient| {
                patient
                    .telegram
                    .set_access(ANNA, ChatAccess::Blocked)
                    .unwrap();
            }),
        ];
        database.db().migrate().await.unwrap();
        for (check, status, message, plant) in cases {
            let patient = Patient::on(database.url()).await;
            plant(&patient);
            patient.examined().await.finds(check, status, message);
        }
    })
    .await;
}

#[tokio::test]
async fn a_closed_topic_and_a_webhook_are_found_and_the_webhook_stays() {
    on_sqlite(|database| async move {
        database.db().migrate().await.unwrap();
        let patient = Patient::on(database.url()).await;
        patient.telegram.close_topic(FORUM, patient.topic).unwrap();
        let set = format!(
            "{}/bot{TOKEN}/setWebhook?url=https://hooks.example/SECRET",
            patient.telegram.url()
        );
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        client.post(&set).send().await.unwrap();

        let examined = patient.examined().await;

        examined.finds("chats", "warning", "the topic is closed");
        examined.finds("webhook", "error", "hooks.example gets the commands");
        examined.finds("poller", "error", "or a webhook");
        assert_eq!(patient.telegram.calls_of("deleteWebhook").len(), 0);
    })
    .await;
}

#[tokio::test]
async fn who_looks_up_telegrams_address_is_said() {
    on_sqlite(|database| async move {
        for (proxy, who) in [
            (
                "socks5://127.0.0.1:1",
                "this machine looks up 127.0.0.1 itself",
            ),
            ("socks5h://127.0.0.1:1", ", which looks up 127.0.0.1"),
            ("http://127.0.0.1:1", ", which looks up 127.0.0.1"),
        ] {
            let patient = Patient::on(database.url()).await;
            let patient = patient.with("TELEGRAM_PROXY", proxy);
            patient.examined().await.finds("telegram", "ok", who);
        }
    })
    .await;
}
