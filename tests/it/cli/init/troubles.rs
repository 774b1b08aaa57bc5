//! Obstacles on the way through the setup.

use std::os::unix::fs::symlink;

use sovani_ops::standin::{Fault, Guise, Membership, Scope, Times};
use tempfile::TempDir;

use super::*;

/// Telegram's own user for anonymous administrators.
const ANYBODY: i64 = 1_087_968_824;

#[tokio::test]
async fn a_token_that_is_wrong_is_told_and_asked_for_again() {
    let telegram = telegram().await;
    let shell = shell(&telegram);
    let mut talk = Conversation::begin(&shell);

    talk.answers("The bot's token", "nonsense").await;
    talk.shows("That is no token: expected the token that @BotFather gave")
        .await;
    talk.answers("The bot's token", "4242:AAE-taken-back").await;
    talk.shows("copied wrongly, or taken back").await;
    telegram.fail(Scope::method("getMe"), Times::Once, Fault::Dropped);
    talk.answers("The bot's token", TOKEN).await;
    talk.shows("127.0.0.1 cannot be reached: check the network")
        .await;
    talk.answers("Press Enter to try again", "").await;
    talk.shows("This is @ops_bot.").await;
    for secret in ["nonsense", "taken-back", TOKEN] {
        assert!(!talk.shown.contains(secret), "{}", talk.shown);
    }
    assert!(!has_env(&shell));
}

#[tokio::test]
async fn without_answers_it_says_what_it_needs_and_writes_nothing() {
    let telegram = telegram().await;
    let shell = shell(&telegram);

    let said = shell.runs(&["init"]).await;

    let told = said.fails_with(2);
    assert!(
        told.contains("there is no answer to: The bot's token")
            && told.contains("run this in a terminal"),
        "{told}"
    );
    assert!(!has_env(&shell));
}

#[tokio::test]
async fn a_webhook_is_removed_only_when_the_person_agrees() {
    let telegram = telegram().await;
    let shell = shell(&telegram).with("TELEGRAM_TOKEN", TOKEN);
    let set = format!(
        "{}/bot{TOKEN}/setWebhook?url=https://hooks.example/SECRET",
        telegram.url()
    );
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.post(&set).send().await.unwrap();
    let is_set = || telegram.calls_of("deleteWebhook").is_empty();

    let mut talk = Conversation::begin(&shell);
    talk.shows("A webhook is set: hooks.example gets").await;
    talk.answers("Remove the webhook", "").await;
    let (code, shown, told) = talk.ends().await;
    assert_eq!(code, Some(2), "{shown}");
    assert!(told.contains("make another bot for sovani-ops"), "{told}");
    assert!(is_set() && !shown.contains("SECRET"), "{shown}");

    let mut talk = Conversation::begin(&shell);
    talk.answers("Remove the webhook", "y").await;
    talk.shows("The webhook is removed.").await;
    assert!(!is_set());
    anna_claims(&mut talk, &telegram).await;
}

#[tokio::test]
async fn an_id_that_stands_for_anybody_becomes_no_administrator() {
    let telegram = telegram().await;
    let shell = shell(&telegram).with_file(
        ".env",
        format!("TELEGRAM_TOKEN={TOKEN}\nADMIN_USER_IDS={ANYBODY}\n"),
    );
    let mut talk = Conversation::begin(&shell);

    talk.shows("ADMIN_USER_IDS: one of the ids is no person's")
        .await;
    let code = talk.code("/start").await;
    let anybody = telegram.person(ANYBODY, "Group");
    anybody.says(ANYBODY, &format!("/start {code}")).unwrap();
    talk.shows("it stands for @GroupAnonymousBot").await;
    talk.shows("Turn anonymity off").await;
    let anna = telegram.person(ANNA, "Anna");
    anna.says(ANNA, &format!("/start {code}")).unwrap();
    talk.shows("Anna (id 1001) wrote the code").await;
    talk.answers("Is this you", "y").await;
    talk.answers("Shall alerts come to this private chat", "")
        .await;

    // The place is what the code says of a group, whoever writes it.
    talk.answers("Shall alerts go to another group", "y").await;
    let code = talk.code("/start@ops_bot").await;
    anna.says_as(GROUP, Guise::Anonymous, &format!("/start@ops_bot {code}"))
        .unwrap();
    talk.shows("Somebody without a name of their own wrote the code in the group")
        .await;
    talk.answers("Is this the place", "y").await;
    talk.answers("Shall alerts go to another group", "n").await;
    nobody_manages(&mut talk).await;
    talk.answers("DATABASE_URL", "sqlite:///new.db").await;
    talk.answers("Make a new", "y").await;
    usual_locale(&mut talk).await;
    talk.answers("Write it", "y").await;
    let (_, shown, told) = talk.ends().await;

    assert!(
        env_of(&shell).contains("ADMIN_USER_IDS=1001\n"),
        "{shown}\n{told}"
    );
}

#[tokio::test]
async fn another_program_on_the_same_token_is_told_and_waited_for() {
    let telegram = telegram().await;
    telegram.fail(Scope::method("getUpdates"), Times::Once, Fault::Conflict);
    let shell = shell(&telegram).with("TELEGRAM_TOKEN", TOKEN);
    let mut talk = Conversation::begin(&shell);

    let code = talk.code("/start").await;
    talk.shows("Another program fetches what is written to this bot")
        .await;
    talk.answers("Press Enter when it is stopped", "").await;
    let anna = telegram.person(ANNA, "Anna");
    anna.says(ANNA, &format!("/start {code}")).unwrap();
    talk.shows("Anna (id 1001) wrote the code").await;
}

#[tokio::test]
async fn a_group_where_the_bot_may_not_write_is_told_until_it_may() {
    let telegram = telegram().await;
    let shell = shell(&telegram).with("TELEGRAM_TOKEN", TOKEN);
    telegram
        .set_membership(GROUP, 4242, Membership::Muted)
        .unwrap();
    let mut talk = Conversation::begin(&shell);

    anna_claims(&mut talk, &telegram).await;
    talk.answers("Shall alerts go to another group", "y").await;
    let code = talk.code("/start@ops_bot").await;
    let anna = telegram.person(ANNA, "Anna");
    anna.says(GROUP, &format!("/start@ops_bot {code}")).unwrap();
    talk.answers("Is this the place", "y").await;
    talk.shows("The bot cannot write there: the chat is lost: the bot may not write there")
        .await;
    telegram
        .set_membership(GROUP, 4242, Membership::Member)
        .unwrap();
    talk.answers("Try again", "y").await;
    talk.answers("Shall alerts go to another group", "n").await;
    talk.shows("Shall it go to another person or group").await;
}

#[tokio::test]
async fn a_database_that_cannot_be_used_is_asked_for_again_and_no_password_is_shown() {
    let telegram = telegram().await;
    let shell = shell(&telegram)
        .with("TELEGRAM_TOKEN", TOKEN)
        .with("ADMIN_USER_IDS", "1001")
        .with("ALERT_CHAT_IDS", "1001")
        .with("DATABASE_URL", "postgresql://ops:SECRET@127.0.0.1:1/sovani");
    let mut talk = Conversation::begin(&shell);

    talk.answers("Keep them", "y").await;
    nobody_manages(&mut talk).await;
    talk.answers("DATABASE_URL [postgresql://127.0.0.1:1/sovani]", "")
        .await;
    talk.shows("postgresql://127.0.0.1:1/sovani cannot be opened")
        .await;
    talk.answers("DATABASE_URL", "mysql://x").await;
    talk.shows("not a database this program knows").await;
    talk.answers("DATABASE_URL", "sqlite:///absent.db").await;
    talk.answers("Make a new, empty database there", "n").await;
    talk.shows("DATABASE_URL").await;
    let (code, shown, told) = talk.ends().await;

    assert_eq!(code, Some(2));
    assert!(
        !shown.contains("SECRET") && !told.contains("SECRET"),
        "{shown}\n{told}"
    );
    assert!(!shell.folder.path().join("absent.db").exists() && !has_env(&shell));
}

#[tokio::test]
async fn an_unreachable_chat_is_reported_and_the_written_settings_stay() {
    let telegram = telegram().await;
    let shell = shell(&telegram).with_file(
        ".env",
        format!("TELEGRAM_TOKEN={TOKEN}\nADMIN_USER_IDS=1001\nALERT_CHAT_IDS=-1999\n"),
    );
    let mut talk = Conversation::begin(&shell);

    talk.answers("Keep them", "y").await;
    nobody_manages(&mut talk).await;
    talk.answers("DATABASE_URL", "sqlite:///new.db").await;
    talk.answers("Make a new", "y").await;
    usual_locale(&mut talk).await;
    talk.answers("Write it", "y").await;
    let (code, shown, told) = talk.ends().await;

    assert_eq!(code, Some(2), "{shown}");
    assert!(
        shown.contains("-1999: it did not arrive: there is no such chat"),
        "{shown}"
    );
    assert!(
        told.contains(".env is written") && told.contains("sovani-ops doctor"),
        "{told}"
    );
    assert!(env_of(&shell).contains("DATABASE_URL=sqlite:///new.db"));
}

#[tokio::test]
async fn a_language_or_a_zone_that_is_unknown_is_asked_for_again() {
    let telegram = telegram().await;
    let env = format!(
        "TELEGRAM_TOKEN={TOKEN}\nADMIN_USER_IDS=1001\nALERT_CHAT_IDS=1001\nMANAGER_CHAT_ID=2002\n"
    );
    let shell = shell(&telegram).with_file(".env", &env);
    telegram.person(ANNA, "Anna").says(ANNA, "/start").unwrap();
    let mut talk = Conversation::begin(&shell);

    talk.answers("Keep them", "y").await;
    talk.shows("Set already: MANAGER_CHAT_ID=2002.").await;
    talk.answers("Keep it", "").await;
    talk.answers("DATABASE_URL", "sqlite:///new.db").await;
    talk.answers("Make a new", "y").await;
    talk.answers("Language of the chats: en or ru", "de").await;
    talk.shows("is no language that it speaks").await;
    talk.answers("Language of the chats", "RU").await;
    talk.answers("Time zone", "Mars/Olympus").await;
    talk.shows("is no time zone").await;
    talk.answers("Time zone", "Asia/Yekaterinburg").await;
    talk.shows("In .env these change: DATABASE_URL, BOT_LANG, APP_TIMEZONE.")
        .await;
    talk.answers("Write it", "y").await;
    let (code, shown, told) = talk.ends().await;

    assert_eq!(code, Some(0), "{shown}\n{told}");
    let written = env_of(&shell);
    assert!(
        written.contains("BOT_LANG=ru\n") && written.contains("APP_TIMEZONE=Asia/Yekaterinburg\n"),
        "{written}"
    );
    let sent = &telegram.bot_messages(ANNA)[0].text;
    assert!(sent.contains("Проверочный алерт"), "{sent}");
}

#[tokio::test]
async fn settings_that_are_wrong_and_not_asked_for_are_to_be_mended_first() {
    let shell = Shell::new().with_file(".env", "HTTP_LISTEN=nowhere\nTELEGRAM_TOKEN=nonsense\n");

    let said = shell.runs(&["init"]).await;

    let told = said.fails_with(2);
    assert!(
        told.contains("HTTP_LISTEN: expected") && !told.contains("TELEGRAM_TOKEN"),
        "{told}"
    );
}

#[tokio::test]
async fn a_link_is_told_with_what_it_leads_to_before_anything_is_asked() {
    let telegram = telegram().await;
    let etc = TempDir::new().unwrap();
    let target = etc.path().canonicalize().unwrap().join("env");
    fs::write(&target, "APP_TIMEZONE=Europe/Moscow\n").unwrap();
    let shell = shell(&telegram);
    symlink(&target, shell.folder.path().join(".env")).unwrap();

    let said = shell.runs(&["init"]).await;

    let told = said.fails_with(2);
    let advice = format!("the settings are in {}", target.display());
    assert!(
        told.contains(&advice) && told.contains("edit that file"),
        "{told}"
    );
    assert_eq!(said.out, "", "nothing is asked");
}

#[tokio::test]
async fn an_interrupt_ends_it_and_leaves_nothing() {
    let telegram = telegram().await;
    let shell = shell(&telegram).with("TELEGRAM_TOKEN", TOKEN);
    let mut talk = Conversation::begin(&shell);
    talk.code("/start").await;

    let pid = talk.child.id().unwrap().to_string();
    let sent = tokio::process::Command::new("kill")
        .args(["-INT", &pid])
        .status();
    assert!(sent.await.unwrap().success());
    let (code, _, told) = talk.ends().await;

    assert_eq!(code, Some(2), "{told}");
    assert!(
        told.contains("stopped") && told.contains("sovani-ops init"),
        "{told}"
    );
    assert_eq!(fs::read_dir(shell.folder.path()).unwrap().count(), 0);
}
