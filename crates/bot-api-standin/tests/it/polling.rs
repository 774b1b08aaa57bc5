use std::time::Duration;

use serde_json::{Value, json};
use teloxide::{
    ApiError, RequestError, payloads::GetUpdatesSetters, prelude::Requester, types::UpdateKind,
};

use super::{ANNA, GROUP, SOON, bot, done, refused, telegram};

fn ids(updates: &Value) -> Vec<i64> {
    let updates = updates.as_array().unwrap().iter();
    updates
        .map(|update| update["update_id"].as_i64().unwrap())
        .collect()
}

#[tokio::test]
async fn an_offset_confirms_what_came_before_it() {
    let api = telegram().await;
    let anna = api.person(ANNA, "Anna");
    for text in ["a", "b", "c"] {
        anna.says(ANNA, text).unwrap();
    }
    let all = ids(&done(&api, "getUpdates", json!({})).await);
    assert_eq!(all.len(), 4);
    assert!(all.is_sorted());
    let two = done(&api, "getUpdates", json!({"offset": all[1], "limit": 2})).await;
    assert_eq!(ids(&two), all[1..3]);
    let last = done(&api, "getUpdates", json!({"offset": -1})).await;
    assert_eq!(ids(&last), all[3..]);
    let none = done(&api, "getUpdates", json!({"offset": all[3] + 1})).await;
    assert_eq!(none, json!([]));
}

#[tokio::test]
async fn a_long_poll_ends_with_the_first_update() {
    let api = telegram().await;
    done(&api, "getUpdates", json!({"offset": 2})).await;
    let bot = bot(&api);
    let poll = async move { bot.get_updates().timeout(30).await };
    let poll = tokio::spawn(poll);
    let polling = api.wait_for(SOON, |state| state.calls_of("getUpdates").nth(1).cloned());
    polling.await.unwrap();
    api.person(ANNA, "Anna").says(ANNA, "/status all").unwrap();
    let updates = tokio::time::timeout(SOON, poll)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    let UpdateKind::Message(message) = &updates[0].kind else {
        panic!("{updates:?}");
    };
    assert_eq!(message.text(), Some("/status all"));
    assert_eq!(message.entities().unwrap()[0].length, "/status".len());
}

#[tokio::test]
async fn a_poll_gives_up_at_its_own_timeout() {
    let api = telegram().await;
    done(&api, "getUpdates", json!({"offset": 2})).await;
    assert_eq!(
        done(&api, "getUpdates", json!({"timeout": 1})).await,
        json!([])
    );
}

#[tokio::test]
async fn a_second_poller_ends_the_first() {
    let api = telegram().await;
    done(&api, "getUpdates", json!({"offset": 2})).await;
    let bot = bot(&api);
    let first = tokio::spawn(async move { bot.get_updates().timeout(30).await });
    let polling = api.wait_for(SOON, |state| state.calls_of("getUpdates").nth(1).cloned());
    polling.await.unwrap();
    done(&api, "getUpdates", json!({})).await;
    let error = first.await.unwrap().unwrap_err();
    assert!(matches!(
        error,
        RequestError::Api(ApiError::TerminatedByOtherGetUpdates)
    ));
}

#[tokio::test]
async fn a_webhook_rules_polling_out() {
    let api = telegram().await;
    let bad = refused(&api, "setWebhook", json!({"url": "http://a.io"})).await;
    assert!(bad.1.contains("HTTPS url must be provided"));
    done(&api, "setWebhook", json!({"url": "https://a.io"})).await;
    let (code, reason) = refused(&api, "getUpdates", json!({})).await;
    assert_eq!(code, 409);
    assert!(reason.contains("while webhook is active"), "{reason}");

    bot(&api).delete_webhook().await.unwrap();
    assert_eq!(ids(&done(&api, "getUpdates", json!({})).await).len(), 1);
    done(&api, "deleteWebhook", json!({"drop_pending_updates": true})).await;
    assert_eq!(done(&api, "getUpdates", json!({})).await, json!([]));
}

#[tokio::test]
async fn only_the_kinds_asked_for_are_queued() {
    let api = telegram().await;
    let only_presses = json!({"offset": 2, "allowed_updates": ["callback_query"]});
    done(&api, "getUpdates", only_presses).await;
    api.person(ANNA, "Anna").says(ANNA, "unheard").unwrap();
    assert_eq!(done(&api, "getUpdates", json!({})).await, json!([]));
}

#[tokio::test]
async fn updates_wait_out_an_outage_and_the_address_stays() {
    let api = telegram().await;
    let url = api.url();
    api.go_down().await;
    let error = super::try_call(&api, "getMe", json!({})).await.unwrap_err();
    assert!(error.is_connect(), "{error}");
    api.person(ANNA, "Anna").says(GROUP, "/status").unwrap();
    api.come_back().await.unwrap();
    assert_eq!(api.url(), url);
    assert_eq!(ids(&done(&api, "getUpdates", json!({})).await).len(), 2);
}

#[tokio::test]
async fn an_outage_cuts_the_poll_under_way() {
    let api = telegram().await;
    done(&api, "getUpdates", json!({"offset": 2})).await;
    let bot = bot(&api);
    let poll = tokio::spawn(async move { bot.get_updates().timeout(30).await });
    let polling = api.wait_for(SOON, |state| state.calls_of("getUpdates").nth(1).cloned());
    polling.await.unwrap();
    api.go_down().await;
    let error = tokio::time::timeout(SOON, poll)
        .await
        .unwrap()
        .unwrap()
        .unwrap_err();
    assert!(matches!(error, RequestError::Network(_)), "{error}");
}

#[tokio::test]
async fn the_server_ends_with_its_last_handle() {
    let api = telegram().await;
    let anna = api.person(ANNA, "Anna");
    let url = format!("{}/bot{}/getMe", api.url(), super::TOKEN);
    drop(api);
    assert!(super::client().get(&url).send().await.is_ok());
    drop(anna);
    let refused = async {
        while super::client().get(&url).send().await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), refused)
        .await
        .unwrap();
}
