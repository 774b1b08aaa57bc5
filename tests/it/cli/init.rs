//! `sovani-ops init`, as a person at a terminal goes through it, with the phone beside.

mod troubles;

use std::{fs, os::unix::fs::PermissionsExt, process::Stdio, time::Duration};

use sovani_ops::standin::{BotApi, ChatKind, Options};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, ChildStdin, ChildStdout},
};

use super::Shell;
use crate::support::database::TestDatabase;

const TOKEN: &str = "4242:AAE-first-run";
const ANNA: i64 = 1001;
const MARIA: i64 = 2002;
const EVE: i64 = 666;
const GROUP: i64 = -1007;
const FORUM: i64 = -1008;
/// Long enough for a busy machine; nothing waits for it to pass.
const SOON: Duration = Duration::from_secs(30);

/// The program in its conversation.
struct Conversation {
    child: Child,
    keyboard: Option<ChildStdin>,
    screen: ChildStdout,
    /// All that it has shown.
    shown: String,
    /// How much of that has been looked at.
    seen: usize,
}

impl Conversation {
    fn begin(shell: &Shell) -> Self {
        let mut child = shell
            .command(&["init"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            keyboard: child.stdin.take(),
            screen: child.stdout.take().unwrap(),
            child,
            shown: String::new(),
            seen: 0,
        }
    }

    /// Waits until this shows, and returns what came before it.
    async fn shows(&mut self, text: &str) -> String {
        let found = tokio::time::timeout(SOON, async {
            loop {
                if let Some(at) = self.shown[self.seen..].find(text) {
                    let before = self.shown[self.seen..self.seen + at].to_owned();
                    self.seen += at + text.len();
                    return Some(before);
                }
                let mut bytes = [0; 4096];
                match self.screen.read(&mut bytes).await.unwrap() {
                    0 => return None,
                    read => self.shown += str::from_utf8(&bytes[..read]).unwrap(),
                }
            }
        })
        .await;
        if let Ok(Some(before)) = found {
            return before;
        }
        self.child.start_kill().unwrap();
        let mut told = String::new();
        let mut errors = self.child.stderr.take().unwrap();
        errors.read_to_string(&mut told).await.unwrap();
        panic!("{text:?} is not shown: {}\n{told}", self.shown);
    }

    async fn types(&mut self, line: &str) {
        let keyboard = self.keyboard.as_mut().unwrap();
        keyboard
            .write_all(format!("{line}\n").as_bytes())
            .await
            .unwrap();
    }

    async fn answers(&mut self, question: &str, line: &str) {
        self.shows(question).await;
        self.types(line).await;
    }

    /// The one-time code that it shows next.
    async fn code(&mut self, command: &str) -> String {
        self.shows(&format!("\n  {command} ")).await;
        let code = self.shows("\n").await;
        self.shows("Waiting …").await;
        code
    }

    /// The exit code and all output.
    async fn ends(mut self) -> (Option<i32>, String, String) {
        drop(self.keyboard.take());
        let mut told = String::new();
        let mut errors = self.child.stderr.take().unwrap();
        let ended = async {
            self.screen.read_to_string(&mut self.shown).await.unwrap();
            errors.read_to_string(&mut told).await.unwrap();
            self.child.wait().await.unwrap()
        };
        let status = tokio::time::timeout(SOON, ended).await.expect("it ends");
        (status.code(), self.shown, told)
    }
}

async fn telegram() -> BotApi {
    let telegram = BotApi::start(Options::new(TOKEN, "ops_bot")).await.unwrap();
    telegram.add_chat(GROUP, ChatKind::Supergroup, "Ops");
    telegram.add_chat(FORUM, ChatKind::Forum, "Forum");
    telegram
}

fn shell(telegram: &BotApi) -> Shell {
    Shell::new()
        .with("TELEGRAM_API_URL", telegram.url())
        .with("HTTP_LISTEN", "127.0.0.1:0")
}

fn env_of(shell: &Shell) -> String {
    fs::read_to_string(shell.folder.path().join(".env")).unwrap()
}

fn has_env(shell: &Shell) -> bool {
    shell.folder.path().join(".env").exists()
}

/// Anna claims the bot, and has alerts come to her private chat.
async fn anna_claims(talk: &mut Conversation, telegram: &BotApi) {
    let code = talk.code("/start").await;
    let anna = telegram.person(ANNA, "Anna");
    anna.says(ANNA, &format!("/start {code}")).unwrap();
    talk.shows("Anna (id 1001) wrote the code").await;
    talk.answers("Is this you", "y").await;
    talk.answers("Shall alerts come to this private chat", "")
        .await;
}

/// The first administrator may be the manager too, and is not.
async fn nobody_manages(talk: &mut Conversation) {
    talk.answers("Shall it go to another person or group", "n")
        .await;
    talk.answers("Shall it go to the private chat of 1001", "n")
        .await;
    talk.shows("Then it is escalated to nobody.").await;
}

async fn usual_locale(talk: &mut Conversation) {
    talk.answers("Language of the chats: en or ru [en]", "")
        .await;
    talk.answers(
        "Time zone, in which days begin and times are shown [Europe/Moscow]",
        "",
    )
    .await;
}

#[each_database]
async fn a_first_run_leads_from_a_token_to_an_alert_on_the_phone(database: TestDatabase) {
    let telegram = telegram().await;
    let topic = telegram.add_topic(FORUM, "Alerts").unwrap();
    let shell = shell(&telegram);
    let mut talk = Conversation::begin(&shell);

    talk.answers("The bot's token", TOKEN).await;
    talk.shows("This is @ops_bot.").await;
    anna_claims(&mut talk, &telegram).await;
    talk.answers("Shall alerts go to another group", "y").await;
    let code = talk.code("/start@ops_bot").await;
    telegram
        .person(ANNA, "Anna")
        .says_in(FORUM, topic, &format!("/start@ops_bot {code}"))
        .unwrap();
    talk.shows(&format!("in the group \"Forum\" ({FORUM}, topic {topic})"))
        .await;
    talk.answers("Is this the place", "").await;
    talk.answers("Shall alerts go to another group", "").await;
    talk.answers("Shall it go to another person or group", "y")
        .await;
    talk.answers("Is it a group", "").await;
    let code = talk.code("/start").await;
    telegram
        .person(MARIA, "Maria")
        .says(MARIA, &format!("/start {code}"))
        .unwrap();
    talk.shows("Maria (id 2002) wrote the code").await;
    talk.answers("Is this the manager", "").await;
    talk.answers("DATABASE_URL [sqlite:///./sovani_bot.db]", database.url())
        .await;
    talk.shows("has no cashflow_daily, daily_sales").await;
    usual_locale(&mut talk).await;
    talk.shows("The new .env gets: TELEGRAM_TOKEN, ADMIN_USER_IDS, ALERT_CHAT_IDS, MANAGER_CHAT_ID, DATABASE_URL.")
        .await;
    assert!(
        !has_env(&shell),
        "nothing is written before it is agreed to"
    );
    talk.answers("Write it", "").await;
    let (code, shown, told) = talk.ends().await;

    assert_eq!(code, Some(0), "{shown}\n{told}");
    assert!(
        shown.contains("1001: it arrived.")
            && shown.contains(&format!("{FORUM}:{topic}: it arrived.")),
        "{shown}"
    );
    assert!(shown.contains("sovani-ops doctor"), "{shown}");
    assert_eq!(told, "");
    for chat in [ANNA, FORUM] {
        let sent = telegram.bot_messages(chat);
        assert_eq!(sent.len(), 1);
        assert!(
            sent[0].text.contains("Test alert: nothing is wrong"),
            "{:?}",
            sent[0]
        );
    }
    assert_eq!(telegram.bot_messages(FORUM)[0].thread, Some(topic));
    assert_eq!(
        database
            .number("SELECT COUNT(*) FROM ops_outbox WHERE state = 'sent'")
            .await,
        2
    );
    assert_eq!(telegram.refused_calls().len(), 0);

    let env = env_of(&shell);
    for line in [
        &format!("TELEGRAM_TOKEN={TOKEN}\n"),
        "ADMIN_USER_IDS=1001\n",
        "MANAGER_CHAT_ID=2002\n",
        &format!("ALERT_CHAT_IDS=1001,{FORUM}:{topic}\n"),
    ] {
        assert!(env.contains(line), "{env}");
    }
    let mode = fs::metadata(shell.folder.path().join(".env"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o7777, 0o600);
    let url: url::Url = database.url().parse().unwrap();
    if let Some(password) = url.password() {
        assert!(!shown.contains(password), "{shown}");
    }
    assert!(!shown.contains(TOKEN), "{shown}");
    the_written_settings_work(&shell, &telegram).await;
}

/// The doctor finds no error, and the program answers the person who is its administrator now.
async fn the_written_settings_work(shell: &Shell, telegram: &BotApi) {
    let said = shell.runs(&["doctor"]).await;
    assert!(said.succeeds().contains("0 error"), "{}", said.out);
    assert!(
        said.out
            .contains("critical alerts that nobody acknowledges within 15 minutes go to 2002"),
        "{}",
        said.out
    );
    let mut run = shell
        .command(&["run"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let anna = telegram.person(ANNA, "Anna");
    anna.says(ANNA, "/whoami").unwrap();
    let answered = telegram.wait_for(SOON, |state| {
        let mut messages = state.bot_messages(ANNA);
        messages.find(|message| message.text.contains("role admin"))?;
        Some(())
    });
    answered.await.unwrap();
    run.kill().await.unwrap();
}

#[tokio::test]
async fn an_existing_file_keeps_its_other_settings() {
    let telegram = telegram().await;
    let before = format!(
        "# the platform's\nWB_API_TOKEN='secret # of ours'\nTELEGRAM_TOKEN={TOKEN}\nADMIN_USER_IDS=1001\nALERT_CHAT_IDS=1001\nAPP_TIMEZONE=Europe/Moscow\n"
    );
    let shell = shell(&telegram).with_file(".env", &before);
    telegram.person(ANNA, "Anna").says(ANNA, "/start").unwrap();
    let mut talk = Conversation::begin(&shell);

    talk.shows("Using the TELEGRAM_TOKEN that is set.").await;
    talk.answers("Keep them", "").await;
    nobody_manages(&mut talk).await;
    talk.answers("DATABASE_URL", "sqlite:///new.db").await;
    talk.answers("Make a new, empty database there", "y").await;
    usual_locale(&mut talk).await;
    talk.shows("In .env these change: DATABASE_URL.").await;
    talk.answers("Write it", "y").await;
    let (code, shown, told) = talk.ends().await;

    assert_eq!(code, Some(0), "{shown}\n{told}");
    assert_eq!(
        env_of(&shell),
        format!("{before}DATABASE_URL=sqlite:///new.db\n")
    );
    assert!(!shown.contains("secret"), "{shown}");
    assert_eq!(telegram.bot_messages(ANNA).len(), 1);
}

#[tokio::test]
async fn a_stranger_without_the_code_is_shown_and_not_taken_for_the_person() {
    let telegram = telegram().await;
    let shell = shell(&telegram).with("TELEGRAM_TOKEN", TOKEN);
    let mut talk = Conversation::begin(&shell);

    let first = talk.code("/start").await;
    let wrong = if first == "123456" {
        "654321"
    } else {
        "123456"
    };
    let eve = telegram.person(EVE, "\u{1b}[2J\u{202e}Eve");
    eve.says(EVE, "/start").unwrap();
    eve.says(EVE, &format!("/start {wrong}")).unwrap();
    // The code counts in a private chat only.
    eve.says(GROUP, &format!("/start@ops_bot {first}")).unwrap();
    for _ in 0..2 {
        talk.shows("Eve (id 666) wrote /start without the code")
            .await;
    }
    for _ in 2..5 {
        eve.says(EVE, &format!("/start {wrong}")).unwrap();
    }
    let second = talk.code("/start").await;
    assert_ne!(first, second, "after five guesses there is a new code");
    let anna = telegram.person(ANNA, "Anna");
    anna.says(ANNA, &format!("/start {second}")).unwrap();
    talk.shows("Anna (id 1001) wrote the code").await;
    talk.answers("Is this you", "n").await;
    let third = talk.code("/start").await;
    anna.says(ANNA, &format!("/start {third}")).unwrap();
    talk.answers("Is this you", "y").await;
    let (code, shown, told) = talk.ends().await;

    assert_eq!(code, Some(2), "{shown}");
    assert!(
        told.contains("there is no answer to: Shall alerts come to this private chat"),
        "{told}"
    );
    assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown:?}");
    assert!(!has_env(&shell));
}
