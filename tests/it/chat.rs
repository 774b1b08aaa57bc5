//! Operators live in the chat: an incident from its first alert to its end, handled from there.

mod acknowledging;
mod escalating;
mod loudness;
mod proxied;
mod rights;
mod shared;
mod silencing;
mod standing;

use chrono::{Duration, NaiveDate};
use sovani_ops::{
    clock::Clock,
    demo::{Marketplace, Platform, faults},
    domain::Money,
    ops::incidents,
    standin::{Message, Person, Press},
};

use crate::support::{
    database::TestDatabase,
    deadline::eventually,
    program::{ALERT_CHAT, Setup, TestProgram, moment},
};

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();
const CASH: &str = "check_cash_balance_threshold";
const WINDOW: Duration = Duration::seconds(300);
/// Administrators.
const ANNA: i64 = 7;
const BORIS: i64 = 8;
const VIEWER: i64 = 9;
const STRANGER: i64 = 66;

const ACKNOWLEDGE: &str = "✅ Acknowledge";
const RESOLVE: &str = "☑️ Close";
const SILENCE_1H: &str = "🔕 Silence 1 h";

/// The program beside a platform whose Ozon account is overdrawn, and the hand of its clock.
struct Scene {
    program: TestProgram,
    clock: Clock,
}

async fn scene(database: &TestDatabase) -> Scene {
    scene_with(database, &[]).await
}

async fn scene_with(database: &TestDatabase, settings: &[(&str, &str)]) -> Scene {
    let low = Money::from_roubles(-15_000);
    let platform = Platform::healthy(TODAY).low_cash(Marketplace::Ozon, low);
    platform.create(database.db()).await.unwrap();
    let clock = Clock::standing_at(moment("2025-10-02 09:00:00"));
    let setup = Setup::beside(database)
        .at(&clock)
        .with("AUTO_REMEDIATION_ENABLED", "false")
        .with("ADMIN_USER_IDS", format!("{ANNA},{BORIS}"))
        .with("VIEWER_USER_IDS", VIEWER.to_string());
    let setup = settings
        .iter()
        .fold(setup, |setup, (name, value)| setup.with(name, *value));
    Scene {
        program: setup.start().await,
        clock,
    }
}

impl Scene {
    fn anna(&self) -> Person {
        self.program.person(ANNA, "Anna")
    }

    fn boris(&self) -> Person {
        self.program.person(BORIS, "Boris")
    }

    /// Opens the incident, and returns its standing message in the alert chat.
    async fn alerted(&self) -> Message {
        self.program.sweep().await;
        self.program.hears(ALERT_CHAT, CASH).await
    }

    /// Anna silences the incident for an hour.
    fn silences(&self, card: &Message) -> Press {
        self.anna()
            .presses(ALERT_CHAT, card.id, SILENCE_1H)
            .unwrap()
    }

    /// A person deletes the message in the alert chat.
    fn deletes(&self, message: &Message) {
        let telegram = self.program.telegram();
        telegram.delete_message(ALERT_CHAT, message.id).unwrap();
    }

    /// A sweep when so much time has gone by and all is delivered.
    async fn sweeps_after(&self, database: &TestDatabase, time: Duration) {
        self.passes(database, time).await;
        self.program.sweep().await;
        delivered(database).await;
    }

    async fn passes(&self, database: &TestDatabase, time: Duration) {
        delivered(database).await;
        self.clock.advance(time);
        incidents::tick(self.program.cx()).await.unwrap();
        delivered(database).await;
    }

    /// The message, once it says this.
    async fn shows(&self, message: &Message, text: &str) -> Message {
        self.program.reads(message, text).await
    }

    /// The messages in the alert chat after the incident's own.
    fn words(&self) -> Vec<Message> {
        self.program.said_in(ALERT_CHAT).split_off(1)
    }
}

async fn delivered(database: &TestDatabase) {
    let waiting = "SELECT COUNT(*) FROM ops_outbox WHERE state = 'pending'";
    eventually("an empty outbox", async || {
        database.number(waiting).await == 0
    })
    .await;
}

async fn set_balance(database: &TestDatabase, roubles: i64) {
    let balance = Money::from_roubles(roubles);
    faults::set_cash_balance(database.db(), Marketplace::Ozon, balance)
        .await
        .unwrap();
}

async fn mend(database: &TestDatabase) {
    set_balance(database, 180_000).await;
}
