//! The scenario: faults open, repeat, are acknowledged, silenced, get worse and end, while deliveries fail.

use std::time::Duration as StdDuration;

use chrono::Duration;
use sovani_ops::{
    clock::Clock,
    db::NewSilence,
    domain::{By, ChatTarget, Scope as Covered, Severity, Who},
    ops::{
        incidents::{self, Operation},
        silences,
    },
    standin::{ChatAccess, Scope, Times},
    views::Html,
};

use super::{
    GROUP, LOST, QUICK, SLOW, SUPERGROUP, Size, TIMEOUTS,
    verdict::{Expected, Word},
};
use crate::support::{
    checks::{failing, fault, passing_but_for},
    database::TestDatabase,
    delivery::delivered_within,
    program::TestProgram,
};

/// Long, because time passes while deliveries back off.
pub const WINDOW: Duration = Duration::minutes(30);
const SILENCE: Duration = Duration::hours(3);
/// For what the slow faults cost, and again in the same chat.
const PATIENCE: StdDuration = StdDuration::from_secs(90);

/// The faults by their number.
const GETS_WORSE_THOUGH_TAKEN_ON: usize = 1;
const TAKEN_ON: [usize; 2] = [2, 3];
const SILENCED: [usize; 2] = [4, 5];
const GET_WORSE: [usize; 2] = [6, 7];
const ENDED_BY_HAND: [usize; 2] = [8, 9];
const NEVER_ENDS: usize = 10;

pub struct Run<'a> {
    database: &'a TestDatabase,
    clock: &'a Clock,
    program: &'a TestProgram,
    size: Size,
    /// How often each fault was found, by its number.
    found: Vec<u32>,
    expected: Expected,
}

/// The name of a fault; no other's begins with it.
pub fn named(number: usize) -> String {
    format!("Fault {number:02}")
}

impl<'a> Run<'a> {
    pub fn new(
        database: &'a TestDatabase,
        clock: &'a Clock,
        program: &'a TestProgram,
        size: Size,
    ) -> Self {
        Self {
            database,
            clock,
            program,
            size,
            found: vec![0; size.faults + 1],
            expected: Expected::default(),
        }
    }

    /// Plays it to the end, when everything is delivered.
    pub async fn play(mut self) -> Expected {
        let telegram = self.program.telegram();
        telegram.fail_at_random(1, Scope::AllButPolling, &QUICK);
        self.find(1..=self.size.faults, Severity::Error).await;
        self.delivered().await;
        self.repeat_and_lose_chats().await;
        telegram.fail_at_random(2, Scope::AllButPolling, &SLOW);
        for (chat, fault) in TIMEOUTS {
            telegram.fail(Scope::Chat(chat), Times::Once, fault);
        }
        self.remind_and_write_to_each().await;
        telegram.clear_faults();
        telegram.fail_at_random(3, Scope::AllButPolling, &QUICK);
        self.get_worse().await;
        self.let_silences_end().await;
        self.remind_again().await;
        self.end().await;
        telegram.clear_faults();
        self.delivered().await;
        self.expected
    }

    async fn repeat_and_lose_chats(&mut self) {
        let telegram = self.program.telegram();
        let cx = self.program.cx();
        self.find(1..=self.size.faults, Severity::Error).await;
        for number in [GETS_WORSE_THOUGH_TAKEN_ON].iter().chain(&TAKEN_ON) {
            let id = self.id(*number).await;
            incidents::perform(cx, id, Operation::Acknowledge, anna())
                .await
                .unwrap();
        }
        let begun = telegram.wait_for(PATIENCE, |state| {
            let edits = state.calls_of("editMessageText").count();
            (edits > self.size.faults).then_some(())
        });
        begun.await.unwrap();
        for chat in LOST {
            telegram.set_access(chat, ChatAccess::Blocked).unwrap();
        }
        telegram.migrate(GROUP, SUPERGROUP).unwrap();
        for number in SILENCED {
            let now = self.clock.now();
            let silence = NewSilence {
                scope: Covered::Fault(fault(&named(number))),
                reason: String::new(),
                who: anna(),
                starts_at: now,
                ends_at: now + SILENCE,
            };
            silences::begin(cx, &silence).await.unwrap();
        }
        self.delivered().await;
    }

    async fn remind_and_write_to_each(&mut self) {
        self.clock.advance(WINDOW);
        self.find(1..=self.size.faults, Severity::Error).await;
        for chat in self.size.live_chats() {
            let to = ChatTarget {
                chat_id: chat,
                thread_id: None,
            };
            let alone = Html::new().text(&format!("For chat {chat} alone.")).into();
            self.program.cx().post(&[to], alone).await.unwrap();
        }
        for number in 6..=self.size.faults {
            self.expect_reminder(number);
        }
        self.delivered().await;
        self.expected.supergroup_is_settled();
    }

    async fn get_worse(&mut self) {
        for number in GET_WORSE.into_iter().chain([GETS_WORSE_THOUGH_TAKEN_ON]) {
            self.find(number..=number, Severity::Critical).await;
            self.expected.add(number, Word::Worsened);
        }
        self.delivered().await;
    }

    async fn let_silences_end(&mut self) {
        self.clock.advance(SILENCE);
        incidents::tick(self.program.cx()).await.unwrap();
        for number in SILENCED {
            self.expected.add(number, Word::SilenceOver);
        }
        self.delivered().await;
    }

    async fn remind_again(&mut self) {
        self.find(2..=5, Severity::Error).await;
        self.find(8..=self.size.faults, Severity::Error).await;
        for number in GET_WORSE.into_iter().chain([GETS_WORSE_THOUGH_TAKEN_ON]) {
            self.find(number..=number, Severity::Critical).await;
            self.expect_reminder(number);
        }
        for number in 8..=self.size.faults {
            self.expect_reminder(number);
        }
        self.delivered().await;
    }

    async fn end(&mut self) {
        for number in ENDED_BY_HAND {
            let id = self.id(number).await;
            incidents::perform(self.program.cx(), id, Operation::Resolve, anna())
                .await
                .unwrap();
        }
        let pass = passing_but_for(vec![fault(&named(NEVER_ENDS))]);
        for _ in 0..2 {
            self.program.finds(std::slice::from_ref(&pass)).await;
        }
        for number in (1..=self.size.faults).filter(|number| *number != NEVER_ENDS) {
            self.expected.add(
                number,
                if ENDED_BY_HAND.contains(&number) {
                    Word::Closed
                } else {
                    Word::Resolved
                },
            );
        }
        self.delivered().await;
    }

    async fn find(&mut self, numbers: std::ops::RangeInclusive<usize>, severity: Severity) {
        let mut checks = Vec::new();
        for number in numbers {
            self.found[number] += 1;
            checks.push(failing(&named(number), severity));
        }
        self.program.finds(&checks).await;
    }

    fn expect_reminder(&mut self, number: usize) {
        let found = self.found[number];
        self.expected.add(number, Word::Reminder { found });
    }

    async fn id(&self, number: usize) -> i64 {
        let fault = fault(&named(number));
        let newest = self.program.cx().db.newest_incident(&fault).await;
        newest.unwrap().unwrap().id
    }

    async fn delivered(&self) {
        delivered_within(PATIENCE, self.database, self.clock).await;
    }
}

fn anna() -> Who {
    Who::in_chat(By::user(7, "Anna"), 7)
}
