//! Chats that are lost for a while are told about open incidents when they are back.

use sovani_ops::standin::{ChatAccess, Membership};

use super::*;
use crate::support::{
    checks::{failing, passing},
    program::{ALERT_CHAT, MANAGER},
};

const BACK: &str = "Alerts reach this chat again";

struct Scene {
    program: TestProgram,
    clock: Clock,
}

/// Anna has blocked the bot, and an incident has opened since.
async fn scene(database: &TestDatabase) -> Scene {
    let clock = noon();
    let chats = format!("{ANNA},{ALERT_CHAT}");
    let setup = Setup::beside(database).with("ALERT_CHAT_IDS", chats);
    let program = setup.at(&clock).start().await;
    open_private_chat(&program, ANNA);
    let scene = Scene { program, clock };
    scene
        .program
        .telegram()
        .set_access(ANNA, ChatAccess::Blocked)
        .unwrap();
    scene.opens("Valve").await;
    scene
        .program
        .hears(ALERT_CHAT, "no longer reach chat 501")
        .await;
    everything_is_delivered(database).await;
    scene.clock.advance(Duration::minutes(2));
    scene.opens("Pump").await;
    everything_is_delivered(database).await;
    scene
}

impl Scene {
    async fn opens(&self, name: &str) {
        self.program.finds(&[failing(name, Severity::Error)]).await;
    }

    fn said(&self, chat: i64) -> Vec<String> {
        let said = self.program.said_in(chat).into_iter();
        said.map(|message| message.text).collect()
    }

    /// Anna has been told what is open, and the others that she is reachable again.
    async fn is_mended(&self, database: &TestDatabase) {
        self.program
            .hears(ALERT_CHAT, "Alerts reach chat 501 again")
            .await;
        self.program
            .hears(MANAGER, "Alerts reach chat 501 again")
            .await;
        everything_is_delivered(database).await;
        let said = self.said(ANNA);
        assert!(said[0].contains(BACK), "{said:?}");
        assert!(
            said[1].contains("Valve is broken") && said[2].contains("Pump is broken"),
            "{said:?}"
        );
        assert_eq!(said.len(), 3, "{said:?}");
    }
}

#[each_database]
async fn a_chat_that_admits_the_bot_again_is_told_at_once_about_open_incidents(
    database: TestDatabase,
) {
    let mut scene = scene(&database).await;
    let anna = scene.program.person(ANNA, "Anna");

    anna.turns_bot(ANNA, ChatAccess::Open).unwrap();

    scene.is_mended(&database).await;
    for _ in 0..2 {
        scene.program.finds(&[passing()]).await;
    }
    everything_is_delivered(&database).await;
    let ends = scene
        .said(ANNA)
        .iter()
        .filter(|text| text.contains("RESOLVED"))
        .count();
    assert_eq!(ends, 4, "two standing messages and two words");
    scene.program.stop().await;
}

#[each_database]
async fn so_is_one_in_which_somebody_writes(database: TestDatabase) {
    let mut scene = scene(&database).await;
    let anna = scene.program.person(ANNA, "Anna");

    anna.says(ANNA, "hello").unwrap();

    scene.is_mended(&database).await;
    scene.program.stop().await;
}

#[each_database]
async fn and_one_that_is_tried_again_after_a_while(database: TestDatabase) {
    let mut scene = scene(&database).await;
    scene
        .program
        .telegram()
        .set_access(ANNA, ChatAccess::Open)
        .unwrap();

    scene.clock.advance(Duration::hours(1));

    scene.is_mended(&database).await;
    scene.program.stop().await;
}

#[each_database]
async fn a_chat_that_stays_lost_is_tried_less_and_less_often(database: TestDatabase) {
    let mut scene = scene(&database).await;
    let tries = "SELECT tries FROM ops_chats WHERE chat_id = 501";
    for expected in 3..=12 {
        eventually("another try", async || {
            scene.clock.advance(Duration::seconds(10));
            database.number(tries).await >= expected
        })
        .await;
    }
    assert_eq!(
        database
            .number("SELECT wait_sec FROM ops_chats WHERE chat_id = 501")
            .await,
        3600
    );
    assert_eq!(sends_to_anna(&scene), 1, "it is not written to");
    let told = scene.said(ALERT_CHAT);
    assert_eq!(
        told.iter()
            .filter(|text| text.contains("no longer"))
            .count(),
        1,
        "{told:?}"
    );
    scene.program.stop().await;
}

#[each_database]
async fn much_that_is_open_is_told_in_one_message(database: TestDatabase) {
    let mut scene = scene(&database).await;
    for number in 1..=6 {
        scene.clock.advance(Duration::minutes(2));
        scene.opens(&format!("Fan {number}")).await;
    }
    everything_is_delivered(&database).await;

    scene
        .program
        .person(ANNA, "Anna")
        .turns_bot(ANNA, ChatAccess::Open)
        .unwrap();

    scene.program.hears(ANNA, "8 incidents at once").await;
    everything_is_delivered(&database).await;
    assert_eq!(scene.said(ANNA).len(), 2, "{:?}", scene.said(ANNA));
    for _ in 0..2 {
        scene.program.finds(&[passing()]).await;
    }
    scene.program.hears(ANNA, "8 incidents, all resolved").await;
    scene
        .program
        .hears(ANNA, "All 8 incidents are resolved.")
        .await;
    scene.program.stop().await;
}

#[each_database]
async fn a_chat_that_removes_the_bot_is_reported_to_the_others_without_losing_an_alert(
    database: TestDatabase,
) {
    let clock = noon();
    let chats = format!("{ANNA},{ALERT_CHAT}");
    let mut program = Setup::beside(&database)
        .with("ALERT_CHAT_IDS", chats)
        .at(&clock)
        .start()
        .await;
    open_private_chat(&program, ANNA);
    let anna = program.person(ANNA, "Anna");

    anna.turns_bot(ANNA, ChatAccess::Blocked).unwrap();
    program
        .hears(
            ALERT_CHAT,
            "no longer reach chat 501: the bot was blocked by the user",
        )
        .await;
    anna.makes_bot(ALERT_CHAT, Membership::Muted).unwrap();
    program
        .hears(
            MANAGER,
            "no longer reach chat -1001: the bot may not write there",
        )
        .await;
    anna.makes_bot(ALERT_CHAT, Membership::Member).unwrap();
    program.hears(ALERT_CHAT, BACK).await;
    program.stop().await;
}

#[each_database]
async fn a_chat_that_is_lost_again_before_anything_arrives_is_no_news(database: TestDatabase) {
    let mut scene = scene(&database).await;
    let refused =
        sovani_ops::standin::Fault::Refused(403, "Forbidden: bot was blocked by the user");
    let scope = sovani_ops::standin::Scope::MessagesTo(ANNA);
    scene
        .program
        .telegram()
        .fail(scope, sovani_ops::standin::Times::UntilCleared, refused);

    scene
        .program
        .person(ANNA, "Anna")
        .turns_bot(ANNA, ChatAccess::Open)
        .unwrap();

    eventually("a try", async || sends_to_anna(&scene) == 2).await;
    let lost = "SELECT COUNT(*) FROM ops_chats WHERE dead_since IS NOT NULL";
    eventually("a chat that is lost again", async || {
        database.number(lost).await == 1
    })
    .await;
    everything_is_delivered(&database).await;
    let told = scene.said(ALERT_CHAT);
    assert_eq!(
        told.iter().filter(|text| text.contains("chat 501")).count(),
        1,
        "{told:?}"
    );
    scene.program.stop().await;
}

fn sends_to_anna(scene: &Scene) -> usize {
    crate::support::conversation::sends_to(scene.program.telegram(), ANNA).len()
}
