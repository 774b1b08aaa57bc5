//! A question about an action, in a group that becomes a supergroup.

use chrono::NaiveDate;
use sovani_ops::{
    bot::buttons::proposal::end_proposals,
    clock::Clock,
    demo::{Marketplace, Platform},
    domain::{ChatTarget, Money},
    standin::{ChatKind, Message},
    views::Html,
};
use tempfile::TempDir;

use crate::support::{
    database::TestDatabase,
    deadline::eventually,
    delivery::everything_is_delivered,
    program::{Setup, TestProgram, noon},
};

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();
const ANNA: i64 = 7;
const GROUP: i64 = -1003;
const SUPERGROUP: i64 = -1009;
const QUESTION: &str = "🔧 remediate_notify_admin for check_cash";
const CONFIRM: &str = "✅ Confirm";

/// The program with a group for its alerts, on a platform that is short of cash, with an action that waits for a yes.
struct Scene {
    program: TestProgram,
    clock: Clock,
    _folder: TempDir,
}

async fn scene(database: &TestDatabase) -> Scene {
    let low = Money::from_roubles(-15_000);
    let platform = Platform::healthy(TODAY).low_cash(Marketplace::Ozon, low);
    platform.create(database.db()).await.unwrap();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("ops.toml");
    let action = "[[action]]\nname = \"remediate_notify_admin\"\nmode = \"approve\"\n";
    std::fs::write(&file, action).unwrap();
    let clock = noon();
    let program = Setup::beside(database)
        .at(&clock)
        .with("ADMIN_USER_IDS", ANNA.to_string())
        .with("ALERT_CHAT_IDS", GROUP.to_string())
        .with("OPS_CONFIG", file.display().to_string())
        .start()
        .await;
    program.telegram().add_chat(GROUP, ChatKind::Group, "Ops");
    Scene {
        program,
        clock,
        _folder: folder,
    }
}

impl Scene {
    fn migrate(&self) {
        self.program.telegram().migrate(GROUP, SUPERGROUP).unwrap();
    }

    /// Says something, from which the program learns that the group has moved.
    async fn says(&self, text: &str) {
        let group = ChatTarget {
            chat_id: GROUP,
            thread_id: None,
        };
        let message = Html::new().text(text).into();
        self.program.cx().post(&[group], message).await.unwrap();
        self.program.hears(SUPERGROUP, text).await;
    }

    async fn is_confirmed(&self, question: &Message) {
        let anna = self.program.person(ANNA, "Anna");
        let press = anna.presses(question.chat, question.id, CONFIRM).unwrap();
        assert_eq!(self.program.told(&press).await, "Running…");
        self.program
            .reads(question, "remediate_notify_admin done")
            .await;
    }
}

#[each_database]
async fn a_question_is_asked_and_answered_where_the_group_has_moved(database: TestDatabase) {
    let mut scene = scene(&database).await;
    scene.migrate();
    scene.says("hello").await;

    scene.program.sweep().await;

    let question = scene.program.hears(SUPERGROUP, QUESTION).await;
    scene.is_confirmed(&question).await;
    scene.program.stop().await;
}

#[each_database]
async fn a_question_that_finds_the_group_moved_goes_after_it(database: TestDatabase) {
    let mut scene = scene(&database).await;
    scene.migrate();

    scene.program.sweep().await;

    let question = scene.program.hears(SUPERGROUP, QUESTION).await;
    everything_is_delivered(&database).await;
    assert_eq!(
        database
            .texts("SELECT CAST(chat_id AS TEXT) FROM ops_proposals")
            .await,
        ["-1009"]
    );
    scene.is_confirmed(&question).await;
    scene.program.stop().await;
}

#[each_database]
async fn a_proposal_that_the_group_left_behind_is_sent_again(database: TestDatabase) {
    let mut scene = scene(&database).await;
    scene.program.sweep().await;
    scene.program.hears(GROUP, QUESTION).await;
    everything_is_delivered(&database).await;
    scene.migrate();

    scene.says("hello").await;

    let question = scene.program.hears(SUPERGROUP, QUESTION).await;
    everything_is_delivered(&database).await;
    scene.is_confirmed(&question).await;
    let asked = scene
        .program
        .said_in(SUPERGROUP)
        .into_iter()
        .filter(|said| said.edits.iter().any(|edit| edit.text.contains(QUESTION)));
    assert_eq!(asked.count(), 1);
    scene.program.stop().await;
}

#[each_database]
async fn a_question_that_somebody_asked_for_counts_where_it_arrived(database: TestDatabase) {
    let mut scene = scene(&database).await;
    // The group is gone before the program has had a chance to read it.
    scene
        .program
        .person(ANNA, "Anna")
        .says(GROUP, "/remediate check_cash_balance_threshold")
        .unwrap();
    scene.migrate();

    let question = scene.program.hears(SUPERGROUP, QUESTION).await;
    let recorded = "SELECT COUNT(*) FROM ops_proposals WHERE message_id IS NOT NULL";
    eventually("the question's message is recorded", async || {
        database.number(recorded).await == 1
    })
    .await;
    scene.is_confirmed(&question).await;
    scene.program.stop().await;
}

#[each_database]
async fn a_proposal_that_moved_ends_in_its_new_chat(database: TestDatabase) {
    let mut scene = scene(&database).await;
    scene.program.sweep().await;
    everything_is_delivered(&database).await;
    scene.migrate();
    scene.says("hello").await;
    let question = scene.program.hears(SUPERGROUP, QUESTION).await;
    everything_is_delivered(&database).await;

    scene.clock.advance(chrono::Duration::hours(1));
    end_proposals(scene.program.cx()).await.unwrap();

    let ended = scene
        .program
        .reads(&question, "Expired without a confirmation")
        .await;
    assert!(ended.keyboard.is_empty());
    scene.program.stop().await;
}
