//! What a person types at the demo's prompt.

use futures::future::BoxFuture;

use super::{Marketplace, Platform, REVIEWS_SLA, faults};
use crate::{
    db::Db,
    domain::{Money, Timestamp},
};

pub enum Typed {
    Quit,
    Nothing,
    Button(usize),
    Change(&'static Change),
    Text(String),
}

/// A fault that a person can plant in the platform or heal, while the program watches.
pub struct Change {
    pub words: &'static str,
    pub make: for<'a> fn(&'a Db, &'a Platform) -> BoxFuture<'a, sqlx::Result<()>>,
}

pub static CHANGES: &[Change] = &[
    Change {
        words: "break cash",
        make: |db, _| {
            Box::pin(faults::set_cash_balance(
                db,
                Marketplace::Wb,
                Money::from_roubles(-20_000),
            ))
        },
    },
    Change {
        words: "heal cash",
        make: |db, platform| {
            Box::pin(async {
                for marketplace in Marketplace::ALL {
                    faults::set_cash_balance(db, marketplace, platform.balance(marketplace))
                        .await?;
                }
                Ok(())
            })
        },
    },
    Change {
        words: "break ingest",
        make: |db, platform| {
            Box::pin(faults::stop_ingest(
                db,
                platform.today() - chrono::Days::new(3),
            ))
        },
    },
    Change {
        words: "heal ingest",
        make: |db, platform| {
            Box::pin(faults::resume_ingest(
                db,
                platform,
                platform.today() - chrono::Days::new(3),
            ))
        },
    },
    Change {
        words: "break commissions",
        make: |db, platform| {
            Box::pin(async {
                let day = platform.newest_sales_day().unwrap_or(platform.today());
                faults::add_commission_outliers(db, day, 12).await.map(drop)
            })
        },
    },
    Change {
        words: "heal commissions",
        make: |db, _| Box::pin(async { faults::correct_commissions(db).await.map(drop) }),
    },
    Change {
        words: "break jobs",
        make: |db, _| Box::pin(faults::stop_job(db, REVIEWS_SLA, two_hours_ago())),
    },
    Change {
        words: "heal jobs",
        make: |db, platform| {
            Box::pin(async {
                let long_ago = two_hours_ago() - chrono::Duration::days(2);
                faults::resume_job(db, platform, REVIEWS_SLA, long_ago).await
            })
        },
    },
];

/// The job runs every half hour, so that it has missed some runs since.
fn two_hours_ago() -> Timestamp {
    Timestamp::new(chrono::Utc::now()) - chrono::Duration::hours(2)
}

impl Typed {
    pub fn parse(line: &str) -> Self {
        let text = line.trim();
        if let Some(change) = CHANGES.iter().find(|change| change.words == text) {
            return Self::Change(change);
        }
        match text {
            "" => Self::Nothing,
            "quit" | "exit" | "q" => Self::Quit,
            text => text
                .parse()
                .map_or_else(|_| Self::Text(text.to_owned()), Self::Button),
        }
    }
}
