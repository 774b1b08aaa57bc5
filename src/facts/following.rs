//! Finds the changes of old days, of which nobody tells.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use chrono::{Days, NaiveDate};

use super::{
    Commissions, Kept, Range, Reader, Sales,
    kept_days::{KeptDays, Moment},
    sales,
};

/// Every old day is counted again within so many rounds, in an hour if sweeps come every five minutes.
pub const ROUNDS: usize = 12;
/// At least so many rows are counted again in each round, which takes a fraction of a second.
pub const ROWS_A_ROUND: i64 = 50_000;
/// So many days are counted at once: with a hundred thousand rows a month that takes 0.1 s.
const STEP_DAYS: i64 = 14;

/// An old day that is kept: its rows, and the round in which it was counted, if it was an old one then.
pub type Old = (NaiveDate, i64, Option<u64>);

impl Reader<'_> {
    /// One round of verifying: counts the old days that are not kept yet, those whose number of rows has changed, and some
    /// of the others. It takes breaks as long as its queries, so that these get at most half of the time of one connection.
    pub async fn follow(&self) -> sqlx::Result<()> {
        if self.at.is_some() && self.kept().verified == self.at {
            return Ok(());
        }
        let old = (sales::first_day(self.today), self.recent() - Days::new(1));
        let db = &self.facts.counting;
        let rows = sales::rows_by_day(db, old, self.zone).await?;
        let due = self.due(&rows);
        let mut commissions = Ok(());
        for days in steps(&due) {
            let begun = Instant::now();
            self.count::<Sales>(db, days).await?;
            if commissions.is_ok() {
                commissions = self.count::<Commissions>(db, days).await.map(drop);
            }
            tokio::time::sleep(begun.elapsed()).await;
        }
        if commissions.is_err() {
            // A broken view is found when it is read, not hidden by what it has shown before.
            self.kept().commissions = KeptDays::default();
            return commissions;
        }
        self.end_round(&rows);
        Ok(())
    }

    fn due(&self, rows: &BTreeMap<NaiveDate, i64>) -> BTreeSet<NaiveDate> {
        let mut kept = self.kept();
        kept.round += 1;
        let moment = self.moment(&kept);
        let full = kept.sales.is_full();
        due(rows, old(&kept, moment), moment.round, full)
    }

    /// Remembers if the whole past is known to be true now, so that nothing is looked at until others write.
    fn end_round(&self, rows: &BTreeMap<NaiveDate, i64>) {
        let mut kept = self.kept();
        let moment = self.moment(&kept);
        let is_true = |(_, _, round): Old| round == Some(moment.round);
        let all = old(&kept, moment).all(is_true);
        let whole = old(&kept, moment).count() >= rows.len();
        if all && whole {
            kept.verified = self.at;
        }
    }
}

/// The old days that are kept. One that was counted in the current state is as good as counted in this round.
fn old(kept: &Kept, moment: Moment) -> impl Iterator<Item = Old> {
    kept.sales.old(moment).map(move |(day, rows, round)| {
        let Moment { at, .. } = moment;
        let is_current =
            at.is_some() && kept.sales.is_of(day, at) && kept.commissions.is_of(day, at);
        (
            day,
            rows,
            if is_current {
                Some(moment.round)
            } else {
                round
            },
        )
    })
}

/// The days to be counted in a round. `rows` has every old day with rows; when memory is `full`, no more days are kept.
pub fn due(
    rows: &BTreeMap<NaiveDate, i64>,
    kept: impl Iterator<Item = Old>,
    round: u64,
    full: bool,
) -> BTreeSet<NaiveDate> {
    let mut due = BTreeSet::new();
    let mut verified = Vec::new();
    let mut others = rows.clone();
    for (day, known, counted) in kept {
        let now = others.remove(&day).unwrap_or(0);
        match counted {
            Some(counted) if known == now => verified.push((counted, day, now)),
            _ => {
                due.insert(day);
            }
        }
    }
    if !full {
        due.extend(others.into_keys());
    }
    verified.sort_unstable();
    let (mut days, mut counted) = (verified.len().div_ceil(ROUNDS), 0);
    for (_, day, now) in verified.into_iter().filter(|(of, ..)| *of < round) {
        if days == 0 && counted >= ROWS_A_ROUND {
            break;
        }
        days = days.saturating_sub(1);
        counted += now;
        due.insert(day);
    }
    due
}

/// The newest days first, as many at once as may be.
fn steps(due: &BTreeSet<NaiveDate>) -> Vec<Range> {
    let mut steps: Vec<Range> = Vec::new();
    for day in due.iter().rev() {
        match steps.last_mut() {
            Some((from, to)) if (*to - *day).num_days() < STEP_DAYS => *from = *day,
            _ => steps.push((*day, *day)),
        }
    }
    steps
}
