//! External texts are stored without characters that reverse the text around them or control a terminal.

use chrono::NaiveDate;
use reqwest::Method;
use sovani_ops::{
    demo::{Marketplace, Platform},
    domain::{Money, cleaned, masked, one_line},
};
use tempfile::TempDir;

use crate::support::{
    database::TestDatabase,
    program::{ALERT_CHAT, Answer, Setup},
};

const ANNA: i64 = 7;
const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();
const HEARTBEAT_TOKEN: &str = "the-heartbeat-token-1";
/// Characters that must appear nowhere.
const NEVER: [char; 6] = [
    '\u{202e}', '\u{2066}', '\u{200f}', '\u{61c}', '\u{1b}', '\u{9b}',
];

#[test]
fn what_only_a_machine_reads_is_taken_out_and_what_people_read_stays() {
    for c in "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{200e}\u{200f}\u{61c}\u{feff}\u{2060}".chars() {
        let text = format!("a{c}b");
        assert_eq!((one_line(&text), cleaned(&text)), ("ab".to_owned(), "ab".to_owned()), "{c:?}");
    }
    for c in "\0\u{1}\u{7}\r\u{b}\u{1b}\u{7f}\u{80}\u{9b}\u{2028}".chars() {
        let text = format!("a{c}b");
        assert_eq!(
            (one_line(&text), cleaned(&text)),
            ("a b".to_owned(), "a b".to_owned()),
            "{c:?}"
        );
    }
    assert_eq!(one_line("a\n\tb"), "a  b");
    for kept in [
        "",
        "\n",
        "two\nlines\n\tand a tab",
        "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️",
        "Зоя é é עברית العربية می‌خواهم",
    ] {
        assert_eq!(cleaned(kept), kept);
    }
}

#[test]
fn no_literal_of_a_query_is_shown() {
    let cases = [
        (
            "SELECT * FROM t1 WHERE a = 'SECRET' AND b2 = 17",
            "SELECT * FROM t1 WHERE a = ? AND b2 = ?",
        ),
        (
            "VALUES ('O''SECRET', 'x'), (-1.5e-10, .5, 0x1F)",
            "VALUES (?, ?), (-?, ?, ?)",
        ),
        (r"SELECT E'\'SECRET', e'a\\', 'b\'", "SELECT ?, ?, ?"),
        (
            "SELECT B'01', x'ff', U&'\\0041', N'SECRET', U&\"d\\0061t\"",
            "SELECT ?, ?, ?, ?, U&\"d\\0061t\"",
        ),
        (
            "SELECT $$SECRET$$, $a$ $$ SECRET $b$ $a$, $1, $2::int",
            "SELECT ?, ?, $1, $2::int",
        ),
        (
            "SELECT 1 -- SECRET\nFROM \"a 'b' 1\" /* SECRET /* in */ SECRET */ WHERE c",
            "SELECT ? \nFROM \"a 'b' 1\"  WHERE c",
        ),
        (
            "ALTER ROLE anna PASSWORD 'SECRET",
            "ALTER ROLE anna PASSWORD ?",
        ),
        ("SELECT $tag$SECRET", "SELECT ?"),
        ("SELECT /* SECRET", "SELECT "),
        (
            "SELECT name'SECRET', t.a-1, a$1 FROM t_2",
            "SELECT name?, t.a-?, a$1 FROM t_2",
        ),
        ("SELECT 'é😀SECRET' || имя, 5 % 3", "SELECT ? || имя, ? % ?"),
        ("", ""),
    ];
    for (query, shown) in cases {
        assert_eq!(masked(query), shown, "{query}");
    }
}

async fn nothing_of_it_is_in(database: &TestDatabase, columns: &str) {
    for text in database.texts(columns).await {
        assert!(!text.contains(NEVER), "{columns}: {text:?}");
        assert!(text.contains("evil"), "{columns}: {text:?}");
    }
}

#[each_database]
async fn names_reasons_and_messages_are_stored_clean(database: TestDatabase) {
    let platform =
        Platform::healthy(TODAY).low_cash(Marketplace::Ozon, Money::from_roubles(-15_000));
    platform.create(database.db()).await.unwrap();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("ops.toml");
    let script = "printf '\\033[31mevil\\342\\200\\256two'";
    std::fs::write(&file, format!(
        "[[job]]\nname = \"backup\"\nevery = \"1h\"\n[[action]]\nname = \"say\"\nkind = \"command\"\ncommand = [\"/bin/sh\", \"-c\", {}]\ndetectors = [\"check_db_growth\"]\n",
        serde_json::json!(script)
    )).unwrap();
    let mut program = Setup::beside(&database)
        .with("ADMIN_USER_IDS", ANNA.to_string())
        .with("OPS_CONFIG", file.to_str().unwrap())
        .with("HEARTBEAT_TOKEN", HEARTBEAT_TOKEN)
        .start()
        .await;
    program.sweep().await;
    let card = program
        .hears(ALERT_CHAT, "check_cash_balance_threshold")
        .await;
    let anna = program.person(ANNA, "\u{202e}\u{2066}evil\u{200f} Anna");
    let press = anna.presses(ALERT_CHAT, card.id, "✅ Acknowledge").unwrap();
    program.told(&press).await;
    anna.says(
        ALERT_CHAT,
        "/silence check_db_growth 1h \u{202e}evil\u{61c} reason",
    )
    .unwrap();
    program.hears(ALERT_CHAT, "evil reason").await;
    let post = async |path: &str, token: &str| {
        let answer = Answer::of(program.request(Method::POST, path).bearer_auth(token)).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text);
    };
    let admin = crate::support::program::ADMIN_TOKEN;
    post(
        "/api/v1/ops/silences?scope=all&duration=2h&reason=%E2%80%AEevil%D8%9C&by=%E2%80%AEevil",
        admin,
    )
    .await;
    post(
        "/api/v1/ops/jobs/backup/fail?message=%E2%80%AEevil%E2%80%8F",
        HEARTBEAT_TOKEN,
    )
    .await;
    post(
        "/api/v1/ops/remediate?alert_source=check_db_growth&action=say",
        admin,
    )
    .await;
    program.stop().await;
    for columns in [
        "SELECT acknowledged_name FROM ops_incidents WHERE acknowledged_name IS NOT NULL",
        "SELECT reason FROM ops_silences",
        "SELECT created_name FROM ops_silences",
        "SELECT message FROM ops_job_runs",
        "SELECT details FROM ops_remediation_history WHERE action_name = 'say'",
        "SELECT actor_name FROM ops_audit WHERE actor = 'user:7'",
        "SELECT detail FROM ops_audit WHERE subject LIKE 'say %'",
    ] {
        assert!(!database.texts(columns).await.is_empty(), "{columns}");
        nothing_of_it_is_in(&database, columns).await;
    }
}

#[each_database]
async fn what_a_job_has_said_is_stored_clean(database: TestDatabase) {
    let platform = Platform::healthy(TODAY);
    platform.create(database.db()).await.unwrap();
    database.execute("UPDATE job_runs SET status = 'failed', error_message = 'evil \u{202e}words\u{1b}[2J' WHERE job_name = 'collect_yesterday_data'").await;
    let mut program = Setup::beside(&database).start().await;
    program.sweep().await;
    program.stop().await;
    let told = "SELECT message FROM ops_alerts_history";
    for text in database.texts(told).await {
        assert!(!text.contains(NEVER), "{text:?}");
    }
}
