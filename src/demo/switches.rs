//! The faults that can be planted in the made-up platform: one table for the terminal and the page.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use chrono::Days;
use futures::future::BoxFuture;
use tokio::sync::{Mutex as AsyncMutex, watch};

use super::{Marketplace, Platform, REVIEWS_SLA, api::Api, faults};
use crate::{
    db::Db,
    domain::{Money, Timestamp},
    standin::BotApi,
};

/// Days without sales, yesterday included.
const STALE: u64 = 3;
/// More than `COMMISSION_OUTLIERS_MAX` tolerates.
const OUTLIERS: u32 = 12;

/// A fault that a person can plant or heal while the program watches.
pub struct Planting {
    /// In the terminal, after "break" and "heal"; in the page's addresses. Its title and its description are the texts
    /// `demo-fault-…` and `demo-about-…` of the catalogue.
    pub name: &'static str,
    plant: Change,
    heal: Change,
    /// It changes rows that healing the ingestion rewrites.
    is_in_ingested_rows: bool,
}

type Change = for<'a> fn(&'a World) -> BoxFuture<'a, anyhow::Result<()>>;

/// Everything that a fault may be planted in.
pub struct World {
    pub db: Db,
    /// The healthy state that healing restores.
    pub healthy: Platform,
    pub api: Api,
    pub telegram: BotApi,
}

pub static PLANTINGS: [Planting; 6] = [
    Planting {
        name: "cash",
        plant: |world| {
            Box::pin(async {
                let balance = Money::from_roubles(-20_000);
                faults::set_cash_balance(&world.db, Marketplace::Wb, balance).await?;
                Ok(())
            })
        },
        heal: |world| {
            Box::pin(async {
                for marketplace in Marketplace::ALL {
                    let balance = world.healthy.balance(marketplace);
                    faults::set_cash_balance(&world.db, marketplace, balance).await?;
                }
                Ok(())
            })
        },
        is_in_ingested_rows: true,
    },
    Planting {
        name: "ingest",
        plant: |world| {
            Box::pin(async { Ok(faults::stop_ingest(&world.db, world.stale_since()).await?) })
        },
        heal: |world| {
            Box::pin(async {
                faults::resume_ingest(&world.db, &world.healthy, world.stale_since()).await?;
                Ok(())
            })
        },
        is_in_ingested_rows: false,
    },
    Planting {
        name: "commissions",
        plant: |world| {
            Box::pin(async {
                // Before the days that a stale ingestion takes away.
                let day = world.stale_since() - Days::new(1);
                faults::add_commission_outliers(&world.db, day, OUTLIERS).await?;
                Ok(())
            })
        },
        heal: |world| {
            Box::pin(async {
                faults::correct_commissions(&world.db).await?;
                Ok(())
            })
        },
        is_in_ingested_rows: true,
    },
    Planting {
        name: "jobs",
        plant: |world| {
            Box::pin(async { Ok(faults::stop_job(&world.db, REVIEWS_SLA, two_hours_ago()).await?) })
        },
        heal: |world| {
            Box::pin(async {
                let long_ago = two_hours_ago() - chrono::Duration::days(2);
                faults::resume_job(&world.db, &world.healthy, REVIEWS_SLA, long_ago).await?;
                Ok(())
            })
        },
        is_in_ingested_rows: false,
    },
    Planting {
        name: "api",
        plant: |world| {
            Box::pin(async {
                world.api.set_slow(true);
                Ok(())
            })
        },
        heal: |world| {
            Box::pin(async {
                world.api.set_slow(false);
                Ok(())
            })
        },
        is_in_ingested_rows: false,
    },
    Planting {
        name: "telegram",
        plant: |world| {
            Box::pin(async {
                world.telegram.go_down().await;
                Ok(())
            })
        },
        heal: |world| Box::pin(world.telegram.come_back()),
        is_in_ingested_rows: false,
    },
];

/// The job runs every half hour, so that it has missed some runs since.
fn two_hours_ago() -> Timestamp {
    Timestamp::new(chrono::Utc::now()) - chrono::Duration::hours(2)
}

impl World {
    fn stale_since(&self) -> chrono::NaiveDate {
        self.healthy.today() - Days::new(STALE)
    }
}

/// The planted ones of [`PLANTINGS`].
pub struct Switches {
    pub world: World,
    planted: Mutex<BTreeSet<&'static str>>,
    changes: watch::Sender<()>,
    /// One change at a time, from wherever it is asked for.
    turning: AsyncMutex<()>,
}

impl Switches {
    pub fn new(world: World, planted: impl IntoIterator<Item = &'static str>) -> Self {
        Self {
            world,
            planted: Mutex::new(planted.into_iter().collect()),
            changes: watch::Sender::new(()),
            turning: AsyncMutex::new(()),
        }
    }

    pub fn is_on(&self, planting: &Planting) -> bool {
        self.planted().contains(planting.name)
    }

    pub fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    /// Plants or heals a fault. A fault that is planted already stays.
    pub async fn turn(&self, planting: &'static Planting, on: bool) -> anyhow::Result<()> {
        let _alone = self.turning.lock().await;
        if self.is_on(planting) == on {
            return Ok(());
        }
        let change = if on { planting.plant } else { planting.heal };
        change(&self.world).await?;
        if planting.name == "ingest" && !on {
            self.plant_again().await?;
        }
        let mut planted = self.planted();
        if on {
            planted.insert(planting.name);
        } else {
            planted.remove(planting.name);
        }
        drop(planted);
        self.changes.send_replace(());
        Ok(())
    }

    /// The rows that the ingestion brings back are healthy ones.
    async fn plant_again(&self) -> anyhow::Result<()> {
        for planting in &PLANTINGS {
            if planting.is_in_ingested_rows && self.is_on(planting) {
                (planting.heal)(&self.world).await?;
                (planting.plant)(&self.world).await?;
            }
        }
        Ok(())
    }

    fn planted(&self) -> std::sync::MutexGuard<'_, BTreeSet<&'static str>> {
        self.planted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
