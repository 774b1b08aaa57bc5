use std::time::Duration;

use bot_api_standin::{ChatKind, Fault, Options, Outcome, Scope, Times};
use serde_json::json;
use teloxide::{ApiError, RequestError, prelude::Requester, types::ChatId};

use super::{
    GROUP, SOON, TOKEN, bot, call, client, done, refused, send, telegram, telegram_with, try_call,
};

fn hello() -> serde_json::Value {
    json!({"chat_id": GROUP, "text": "hello"})
}

#[tokio::test]
async fn too_many_requests_says_how_long_to_wait() {
    let api = telegram().await;
    api.fail(Scope::Any, Times::Once, Fault::TooManyRequests(7));
    let (status, body) = call(&api, "sendMessage", hello()).await;
    assert_eq!(
        (status, &body["parameters"]["retry_after"]),
        (429, &json!(7))
    );
    assert_eq!(body["description"], "Too Many Requests: retry after 7");
    assert!(api.bot_messages(GROUP).is_empty());
    done(&api, "sendMessage", hello()).await;

    api.fail(Scope::Any, Times::Once, Fault::TooManyRequests(7));
    let error = bot(&api)
        .send_message(ChatId(GROUP), "a")
        .await
        .unwrap_err();
    assert!(matches!(error, RequestError::RetryAfter(wait) if wait.seconds() == 7));
}

#[tokio::test]
async fn server_errors_come_with_json_with_a_page_or_as_garbage() {
    let api = telegram().await;
    api.fail(Scope::Any, Times::Once, Fault::ServerError(502));
    let refusal = refused(&api, "getMe", json!({})).await;
    assert_eq!(refusal, (502, "Bad Gateway".to_owned()));

    for (fault, status) in [(Fault::HtmlError(503), 503), (Fault::Garbage, 200)] {
        api.fail(Scope::Any, Times::Once, fault);
        let url = format!("{}/bot{TOKEN}/getMe", api.url());
        let response = client().get(url).send().await.unwrap();
        assert_eq!(response.status(), status);
        let body = response.text().await.unwrap();
        assert!(serde_json::from_str::<serde_json::Value>(&body).is_err());
    }
    assert!(api.refused_calls().is_empty());
}

#[tokio::test]
async fn a_dropped_call_never_happened() {
    let api = telegram().await;
    api.fail(Scope::method("sendMessage"), Times::Once, Fault::Dropped);
    let error = try_call(&api, "sendMessage", hello()).await.unwrap_err();
    assert!(error.is_request(), "{error}");
    assert!(api.bot_messages(GROUP).is_empty());
}

#[tokio::test]
async fn an_accepted_call_happened_though_nobody_said_so() {
    let api = telegram().await;
    let fault = Fault::AcceptedThenDropped;
    api.fail(Scope::method("sendMessage"), Times::Once, fault.clone());
    let error = bot(&api)
        .send_message(ChatId(GROUP), "hello")
        .await
        .unwrap_err();
    assert!(matches!(error, RequestError::Network(_)), "{error}");
    assert_eq!(api.bot_messages(GROUP).len(), 1);
    assert_eq!(api.calls()[0].outcome, Outcome::Faulted(fault));
}

#[tokio::test]
async fn a_delayed_call_is_lost_with_its_client_and_a_late_answer_is_not() {
    let api = telegram().await;
    let impatient = || async {
        let url = format!("{}/bot{TOKEN}/sendMessage", api.url());
        let patience = Duration::from_millis(200);
        let request = client().post(url).json(&hello()).timeout(patience);
        assert!(request.send().await.unwrap_err().is_timeout());
    };
    let never = Duration::from_mins(10);
    api.fail(Scope::Chat(GROUP), Times::Once, Fault::Delay(never));
    impatient().await;
    assert!(api.bot_messages(GROUP).is_empty());
    api.fail(Scope::Chat(GROUP), Times::Once, Fault::LateAnswer(never));
    impatient().await;
    assert_eq!(api.bot_messages(GROUP).len(), 1);
}

#[tokio::test]
async fn a_delayed_call_goes_through_for_the_patient() {
    let api = telegram().await;
    let pause = Duration::from_millis(20);
    api.fail(Scope::Any, Times::Once, Fault::Delay(pause));
    done(&api, "sendMessage", hello()).await;
    assert_eq!(api.bot_messages(GROUP).len(), 1);
}

#[tokio::test]
async fn the_token_can_be_revoked_and_the_poll_contested() {
    let api = telegram().await;
    api.fail(Scope::Any, Times::Once, Fault::Unauthorized);
    let error = bot(&api).get_me().await.unwrap_err();
    assert!(matches!(error, RequestError::Api(ApiError::InvalidToken)));
    api.fail(Scope::method("getUpdates"), Times::Once, Fault::Conflict);
    let error = bot(&api).get_updates().await.unwrap_err();
    let conflict = ApiError::TerminatedByOtherGetUpdates;
    assert!(matches!(error, RequestError::Api(found) if found == conflict));
}

#[tokio::test]
async fn a_parse_refusal_lets_plain_text_through() {
    let api = telegram().await;
    api.fail(Scope::Any, Times::UntilCleared, Fault::ParseRefusal);
    let html = json!({"chat_id": GROUP, "text": "a", "parse_mode": "HTML"});
    let (code, reason) = refused(&api, "sendMessage", html.clone()).await;
    assert_eq!(code, 400);
    assert!(reason.starts_with("Bad Request: can't parse entities: "));
    done(&api, "sendMessage", hello()).await;
    api.clear_faults();
    done(&api, "sendMessage", html).await;
    assert!(
        api.refused_calls().is_empty(),
        "an injected fault is not the caller's"
    );
}

#[tokio::test]
async fn a_fault_strikes_only_within_its_scope_and_only_so_often() {
    let api = telegram().await;
    api.add_chat(-7, ChatKind::Group, "Other");
    let broken = Fault::ServerError(500);
    api.fail(Scope::Chat(GROUP), Times::Exactly(2), broken.clone());
    send(&api, -7, "spared").await;
    for _ in 0..2 {
        assert_eq!(refused(&api, "sendMessage", hello()).await.0, 500);
    }
    done(&api, "sendMessage", hello()).await;

    api.fail(Scope::AllButPolling, Times::Once, broken);
    done(&api, "getUpdates", json!({})).await;
    assert_eq!(refused(&api, "getMe", json!({})).await.0, 500);
}

#[tokio::test]
async fn rates_are_enforced_on_request() {
    let api = telegram_with(Options {
        enforce_rates: true,
        ..Options::new(TOKEN, "ops_bot")
    })
    .await;
    for _ in 0..5 {
        send(&api, GROUP, "burst").await;
    }
    let (status, body) = call(&api, "sendMessage", hello()).await;
    let wait = body["parameters"]["retry_after"].as_u64().unwrap();
    assert_eq!(status, 429);
    assert!((1..=SOON.as_secs()).contains(&wait), "{body}");
    assert!(api.refused_calls().is_empty());
}

/// The outcomes of that many calls, under a mix of faults drawn from the seed.
async fn outcomes(seed: u64, calls: usize, mix: &[(Fault, u32)]) -> Vec<Outcome> {
    let api = telegram().await;
    api.fail_at_random(seed, Scope::method("sendMessage"), mix);
    for _ in 0..calls {
        done(&api, "getMe", json!({})).await;
        let _ = try_call(&api, "sendMessage", hello()).await;
    }
    let calls = api.calls_of("sendMessage").into_iter();
    calls.map(|call| call.outcome).collect()
}

fn struck(outcomes: &[Outcome], fault: &Fault) -> Vec<usize> {
    let places = outcomes.iter().enumerate();
    places
        .filter(|(_, outcome)| **outcome == Outcome::Faulted(fault.clone()))
        .map(|(place, _)| place)
        .collect()
}

#[tokio::test]
async fn faults_at_random_strike_the_same_calls_for_the_same_seed() {
    let (busy, lost) = (Fault::TooManyRequests(1), Fault::AcceptedThenDropped);
    let mix = [(busy.clone(), 300), (lost.clone(), 200)];
    let first = outcomes(7, 100, &mix).await;
    let again = outcomes(7, 100, &mix).await;
    let other = outcomes(8, 100, &mix).await;

    for (fault, expected) in [(&busy, 30_usize), (&lost, 20)] {
        assert_eq!(struck(&first, fault), struck(&again, fault));
        assert_ne!(struck(&first, fault), struck(&other, fault));
        assert!(
            struck(&first, fault).len().abs_diff(expected) <= 15,
            "{fault:?}"
        );
    }
}

#[tokio::test]
async fn faults_at_random_are_cleared_and_come_after_those_that_were_ordered() {
    let api = telegram().await;
    api.fail_at_random(1, Scope::Chat(GROUP), &[(Fault::ServerError(500), 1000)]);
    api.fail(Scope::Any, Times::Once, Fault::TooManyRequests(7));
    assert_eq!(call(&api, "sendMessage", hello()).await.0, 429);
    assert_eq!(call(&api, "sendMessage", hello()).await.0, 500);
    done(&api, "getMe", json!({})).await;

    api.clear_faults();
    done(&api, "sendMessage", hello()).await;
}

#[tokio::test]
async fn the_log_tells_which_answers_were_lost() {
    let api = telegram().await;
    let late = Duration::from_millis(50);
    for fault in [
        Fault::AcceptedThenDropped,
        Fault::LateAnswer(late),
        Fault::Dropped,
    ] {
        api.fail(Scope::Chat(GROUP), Times::Once, fault);
        let _ = try_call(&api, "sendMessage", hello()).await;
    }
    done(&api, "sendMessage", hello()).await;

    let lost = |patience| {
        let calls = api.calls_of("sendMessage").into_iter();
        calls
            .map(|call| call.answer_was_lost(patience))
            .collect::<Vec<_>>()
    };
    assert_eq!(lost(late), [true, true, false, false]);
    assert_eq!(lost(late * 2), [true, false, false, false]);
    assert_eq!(api.bot_messages(GROUP).len(), 3);
}
