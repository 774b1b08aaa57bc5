//! A chat that Telegram asks to be left alone, while something waits for its place.

use std::time::Duration as StdDuration;

use sovani_ops::telegram::{Address, Failure};

use super::*;

/// Longer than any test waits.
const LONG: u64 = 600;

async fn send(program: &TestProgram, text: &str) -> Result<i32, Failure> {
    let to = ChatTarget {
        chat_id: ANNA,
        thread_id: None,
    };
    let message = Html::new().text(text).into();
    let telegram = &program.cx().telegram;
    let permit = telegram.permit_for(ANNA).await?;
    telegram.send(permit, Address::from(to), &message).await
}

fn is_told_to_wait<T>(outcome: &Result<T, Failure>) -> bool {
    matches!(outcome, Err(Failure::RetryAfter(wait)) if *wait > StdDuration::from_secs(LONG / 2))
}

/// The program with a chat that has one more place now, and the next in seven seconds.
async fn crowded(database: &TestDatabase) -> (TestProgram, Vec<i32>) {
    let program = Setup::beside(database)
        .with("TELEGRAM_CHAT_PER_MIN", "8")
        .start()
        .await;
    open_private_chats(&program, &[ANNA]);
    let mut messages = Vec::new();
    for text in ["one", "two", "three", "four"] {
        messages.push(send(&program, text).await.unwrap());
    }
    (program, messages)
}

#[tokio::test]
async fn a_message_that_waited_for_its_place_leaves_the_chat_alone_if_that_was_asked_meanwhile() {
    on_sqlite(async |database| {
        let (program, _) = crowded(&database).await;
        let telegram = program.telegram();
        telegram.fail(Scope::Chat(ANNA), Times::Once, Fault::TooManyRequests(LONG));

        let (fifth, sixth) = tokio::join!(send(&program, "five"), send(&program, "six"));

        assert!(is_told_to_wait(&fifth), "{fifth:?}");
        assert!(is_told_to_wait(&sixth), "{sixth:?}");
        assert_eq!(sends_to(telegram, ANNA).len(), 5);
    })
    .await;
}

#[tokio::test]
async fn an_edit_that_waited_for_its_place_does_so_too() {
    on_sqlite(async |database| {
        let (program, messages) = crowded(&database).await;
        let telegram = program.telegram();
        telegram.fail(Scope::Chat(ANNA), Times::Once, Fault::TooManyRequests(LONG));
        let said = Html::new().text("anew").into();
        let cx = program.cx();
        let edit = |id| cx.telegram.edit(ANNA, id, &said);

        let (first, second) = tokio::join!(edit(messages[0]), edit(messages[1]));

        assert!(is_told_to_wait(&first), "{first:?}");
        assert!(is_told_to_wait(&second), "{second:?}");
        assert_eq!(telegram.calls_of("editMessageText").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_an_answer_to_a_press_is_told_counts_for_messages_too() {
    on_sqlite(async |database| {
        let program = Setup::beside(&database).start().await;
        open_private_chats(&program, &[ANNA]);
        let telegram = program.telegram();
        let answer = async |seconds| {
            let fault = Fault::TooManyRequests(seconds);
            telegram.fail(Scope::method("answerCallbackQuery"), Times::Once, fault);
            let query = teloxide::types::CallbackQueryId("1".to_owned());
            program.cx().telegram.answer(ANNA, query, "").await
        };

        let answered = answer(LONG).await;
        assert!(is_told_to_wait(&answered), "{answered:?}");
        answer(1).await.unwrap_err();

        let sent = send(&program, "hello").await;
        assert!(is_told_to_wait(&sent), "{sent:?}");
        assert!(sends_to(telegram, ANNA).is_empty());
    })
    .await;
}
