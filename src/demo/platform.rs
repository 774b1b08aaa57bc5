//! The plan of a platform database: healthy, or with faults that are known beforehand.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, NaiveDate};

use super::{
    JobRun, Marketplace,
    plan::{self, Cash, Sale, Sku},
    schema,
};
use crate::domain::Money;

/// How many days have sales, up to yesterday: today's arrive with the coming night.
pub(super) const DAYS: i64 = 40;
/// Outliers are planted on the newest days, so that they are inside "the last 7 days" however those are counted.
const OUTLIER_DAYS: usize = 6;

const HEALTHY_BALANCES: [(Marketplace, Money); 2] = [
    (Marketplace::Wb, Money::from_roubles(250_000)),
    (Marketplace::Ozon, Money::from_roubles(180_000)),
];

pub struct Platform {
    today: NaiveDate,
    pub(super) skus: Vec<Sku>,
    silent_days: BTreeSet<NaiveDate>,
    balances: BTreeMap<Marketplace, Money>,
    outliers: usize,
    pub(super) job_runs: Vec<JobRun>,
    pub(super) without: Vec<&'static str>,
}

/// The plan.
#[allow(
    dead_code,
    reason = "the tests plan and count platforms that the demonstration does not show"
)]
impl Platform {
    /// The platform on the morning of `today`, a day in Moscow, after the nightly jobs. Half-hourly jobs already have
    /// the runs of the whole day, so that they are on time at any hour.
    pub fn healthy(today: NaiveDate) -> Self {
        let nightly = (0..DAYS)
            .rev()
            .flat_map(|age| JobRun::nightly(today - Duration::days(age)));
        let reviews = [today - Duration::days(1), today].into_iter();
        Self {
            today,
            skus: plan::skus(),
            silent_days: BTreeSet::new(),
            balances: HEALTHY_BALANCES.into(),
            outliers: 0,
            job_runs: nightly.chain(reviews.flat_map(JobRun::reviews)).collect(),
            without: Vec::new(),
        }
    }

    /// The jobs run tomorrow too, so that midnight may pass.
    #[must_use]
    pub fn running_tomorrow(mut self) -> Self {
        let tomorrow = self.today + Duration::days(1);
        self.job_runs.extend(JobRun::nightly(tomorrow));
        self.job_runs.extend(JobRun::reviews(tomorrow));
        self
    }

    /// The newest balance of `marketplace` is this figure.
    #[must_use]
    pub fn low_cash(mut self, marketplace: Marketplace, balance: Money) -> Self {
        self.balances.insert(marketplace, balance);
        self
    }

    /// No data arrived for the last `days` days, yesterday included.
    #[must_use]
    pub fn stale_ingest(self, days: i64) -> Self {
        let today = self.today;
        (1..=days).fold(self, |platform, age| {
            platform.missing_day(today - Duration::days(age))
        })
    }

    /// No data arrived for `day`: no table has a row of it.
    #[must_use]
    pub fn missing_day(mut self, day: NaiveDate) -> Self {
        self.silent_days.insert(day);
        self
    }

    /// Makes `count` commissions of the newest days 30 % too high.
    #[must_use]
    pub fn commission_outliers(mut self, count: usize) -> Self {
        self.outliers = count;
        self
    }

    /// The night's run of `job` on `day` ended with this error.
    #[must_use]
    pub fn failed_job(mut self, job: &str, day: NaiveDate, error: &str) -> Self {
        for run in self.runs_of(job, day) {
            run.error = Some(error.to_owned());
        }
        self
    }

    /// The run of `job` on `day` started so much later than it should have.
    #[must_use]
    pub fn late_job(mut self, job: &str, day: NaiveDate, delay: Duration) -> Self {
        for run in self.runs_of(job, day) {
            run.started_at = run.started_at + delay;
        }
        self
    }

    /// `job` did not run on `day`.
    #[must_use]
    pub fn skipped_job(mut self, job: &str, day: NaiveDate) -> Self {
        self.job_runs.retain(|run| run.job != job || run.day != day);
        self
    }

    /// The journal of jobs holds these runs and no others.
    #[must_use]
    pub fn job_runs(mut self, runs: Vec<JobRun>) -> Self {
        self.job_runs = runs;
        self
    }

    /// A table or view is absent, with all that is built on it.
    #[must_use]
    pub fn without(mut self, object: &'static str) -> Self {
        self.without.push(object);
        let dependent = schema::OBJECTS
            .iter()
            .filter(|other| other.needs.contains(&object))
            .map(|other| other.name);
        dependent.fold(self, Self::without)
    }

    fn runs_of(&mut self, job: &str, day: NaiveDate) -> impl Iterator<Item = &mut JobRun> {
        self.job_runs
            .iter_mut()
            .filter(move |run| run.job == job && run.day == day)
    }
}

/// The truth about it, known without asking the database.
#[allow(
    dead_code,
    reason = "the tests plan and count platforms that the demonstration does not show"
)]
impl Platform {
    pub fn today(&self) -> NaiveDate {
        self.today
    }

    /// The days that have sales, oldest first.
    pub fn sales_days(&self) -> impl DoubleEndedIterator<Item = NaiveDate> {
        (1..=DAYS)
            .rev()
            .map(|age| self.today - Duration::days(age))
            .filter(|day| !self.silent_days.contains(day))
    }

    pub fn newest_sales_day(&self) -> Option<NaiveDate> {
        self.sales_days().next_back()
    }

    /// How many rows `daily_sales` has of a day with sales: one per article.
    pub fn sales_per_day(&self) -> usize {
        self.skus.len()
    }

    pub fn balance(&self, marketplace: Marketplace) -> Money {
        self.cash(marketplace).iter().map(Cash::net).sum()
    }

    pub fn total_balance(&self) -> Money {
        Marketplace::ALL
            .map(|one| self.balance(one))
            .into_iter()
            .sum()
    }

    /// Ozon settles a day later, so the newest rows of the two marketplaces are of different days.
    pub fn newest_cash_day(&self, marketplace: Marketplace) -> Option<NaiveDate> {
        self.cash_days(marketplace).next_back()
    }

    /// The day and the article of every outlier, newest day first.
    pub fn outliers(&self) -> Vec<(NaiveDate, i64)> {
        let newest: Vec<_> = self.sales_days().rev().take(OUTLIER_DAYS).collect();
        let candidates = self
            .skus
            .iter()
            .flat_map(|sku| newest.iter().map(|day| (*day, sku.id)));
        let mut chosen: Vec<_> = candidates.take(self.outliers).collect();
        chosen.sort_unstable_by(|a, b| b.cmp(a));
        chosen
    }

    pub fn planned_job_runs(&self) -> &[JobRun] {
        &self.job_runs
    }

    pub(super) fn sales(&self) -> Vec<Sale> {
        let outliers = self.outliers();
        self.sales_days()
            .flat_map(|day| self.skus.iter().map(move |sku| (day, sku)))
            .map(|(day, sku)| sku.sale(day, outliers.contains(&(day, sku.id))))
            .collect()
    }

    fn cash_days(&self, marketplace: Marketplace) -> impl DoubleEndedIterator<Item = NaiveDate> {
        let delay = match marketplace {
            Marketplace::Wb => 1,
            Marketplace::Ozon => 2,
        };
        let newest = self.today - Duration::days(delay);
        self.sales_days().filter(move |day| *day <= newest)
    }

    /// The first day brings the opening balance, the last one settles it at the planned figure.
    pub(super) fn cash(&self, marketplace: Marketplace) -> Vec<Cash> {
        let mut payouts: BTreeMap<NaiveDate, Money> = BTreeMap::new();
        for sale in self
            .sales()
            .iter()
            .filter(|sale| sale.marketplace == marketplace)
        {
            let sum = payouts.entry(sale.day).or_default();
            *sum = *sum + sale.payout();
        }
        let opening = BTreeMap::from(HEALTHY_BALANCES)[&marketplace];
        let mut days: Vec<_> = self
            .cash_days(marketplace)
            .map(|day| Cash::of(day, marketplace, payouts[&day]))
            .collect();
        if let Some(first) = days.first_mut() {
            first.inflow = first.inflow + opening;
        }
        let before: Money = days.iter().rev().skip(1).map(Cash::net).sum();
        if let Some(last) = days.last_mut() {
            last.settle(self.balances[&marketplace] - before);
        }
        days
    }
}
