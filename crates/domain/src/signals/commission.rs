//! Commission rates are steps, not noise: a tariff holds until it changes, without notice and for good.

use std::{
    collections::BTreeMap,
    ops::{Range, RangeInclusive},
};

use chrono::{Days, NaiveDate};

use crate::median::weighted_median;

/// A difference in percentage points. Rounding to kopecks moves a rate by less, and tariffs change by more.
const STEP: f64 = 0.5;
/// Sums of decimal fractions that are equal differ by less.
const ROUNDING: f64 = 1e-9;
/// On as many days in a row, so that the returns or the promotion of one day are not a tariff.
const JUDGED_DAYS: usize = 2;
/// They are looked for among as many due days; older ones say nothing of today.
const RECENT_DAYS: u64 = 7;
/// One order of 20 whose rate is ten points off moves the rate by half a point.
const ENOUGH_SALES: u32 = 20;
const BEFORE_DAYS: u64 = 28;
/// The median of fewer days is no tariff.
const LEAST_BEFORE: usize = 5;
/// If articles with this share of the revenue moved, the category did: a few may have a tariff of their own.
const WHOLE: f64 = 0.8;
/// As many articles are named.
const NAMED: usize = 3;

/// The sales of an article on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Sold {
    pub day: NaiveDate,
    pub article: String,
    pub sales: u32,
    /// Both in the same unit of money.
    pub revenue: f64,
    pub commission: f64,
}

/// The answer for a category of a marketplace. Rates are in percent of the revenue.
#[derive(Clone, Debug, PartialEq)]
pub enum Rates {
    /// Only so many of the last due days had enough sales; two are needed.
    TooFewSales {
        days: usize,
    },
    /// No rule is in force, and only so many days before had enough sales.
    NothingToCompare {
        days: usize,
    },
    AsExpected {
        rate: f64,
    },
    Moved(RateStep),
}

#[derive(Clone, Debug, PartialEq)]
pub struct RateStep {
    /// The earlier of the two judged days.
    pub since: NaiveDate,
    pub rate: f64,
    /// The median of the 28 days before, weighted by revenue; `None` if too few of them had enough sales.
    pub before: Option<f64>,
    pub rule: Option<f64>,
    /// The rate differs from that of the days before.
    pub from_before: bool,
    /// The rate differs from the rule in force.
    pub from_rule: bool,
    pub extent: Extent,
}

/// How much of the category moved.
#[derive(Clone, Debug, PartialEq)]
pub enum Extent {
    /// Nearly all of it: the tariff.
    Category,
    /// A few articles; those that cost most first, three at most.
    Articles {
        named: Vec<ArticleRate>,
        moved: usize,
        of: usize,
    },
    /// No article: others are sold than before.
    Mix,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ArticleRate {
    pub article: String,
    pub before: f64,
    pub rate: f64,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    sales: u32,
    revenue: f64,
    commission: f64,
}

impl Sum {
    fn add(&mut self, sold: &Sold) {
        self.sales = self.sales.saturating_add(sold.sales);
        self.revenue += sold.revenue;
        self.commission += sold.commission;
    }

    /// In percent. `None` of no revenue, as on a day of returns alone.
    fn rate(&self) -> Option<f64> {
        (self.revenue > 0.0).then(|| 100.0 * self.commission / self.revenue)
    }
}

fn by_day<'a>(sold: impl Iterator<Item = &'a Sold>) -> BTreeMap<NaiveDate, Sum> {
    let mut days: BTreeMap<NaiveDate, Sum> = BTreeMap::new();
    for sold in sold {
        days.entry(sold.day).or_default().add(sold);
    }
    days
}

/// The median of the rates by day, weighted by revenue.
fn usual_rate<'a>(days: impl Iterator<Item = (&'a NaiveDate, &'a Sum)>) -> Option<f64> {
    let rates = days.filter_map(|(_, sum)| Some((sum.rate()?, sum.revenue)));
    weighted_median(rates.collect())
}

fn is_step(rate: f64, reference: f64) -> bool {
    (rate - reference).abs() >= STEP - ROUNDING
}

/// Judges the rates of a category of a marketplace up to the last due day. `rule` is the rate in force on a day, in
/// percent.
pub fn judge_rates(
    sold: &[Sold],
    last_due: NaiveDate,
    rule: impl Fn(NaiveDate) -> Option<f64>,
) -> Rates {
    let mut days = by_day(sold.iter().filter(|sold| sold.day <= last_due));
    days.retain(|_, sum| sum.sales >= ENOUGH_SALES && sum.rate().is_some());
    let recent = days.range(last_due - Days::new(RECENT_DAYS - 1)..=last_due);
    let judged: Vec<(NaiveDate, Sum)> = recent
        .rev()
        .take(JUDGED_DAYS)
        .map(|(day, sum)| (*day, *sum))
        .collect();
    let Some((since, _)) = judged.get(JUDGED_DAYS - 1).copied() else {
        return Rates::TooFewSales { days: judged.len() };
    };
    let earlier = since - Days::new(BEFORE_DAYS)..since;
    let known = days.range(earlier.clone()).count();
    let before = usual_rate(days.range(earlier.clone())).filter(|_| known >= LEAST_BEFORE);
    let in_force = rule(last_due).or_else(|| rule(since));
    if before.is_none() && in_force.is_none() {
        return Rates::NothingToCompare { days: known };
    }
    let rate = together(&judged);
    let from_before = moved_from(&judged, |_| before);
    let from_rule = moved_from(&judged, &rule);
    if !from_before && !from_rule {
        return Rates::AsExpected { rate };
    }
    let reference = if from_before { before } else { in_force }.unwrap_or(rate);
    let articles = Articles {
        sold,
        judged: since..=last_due,
        earlier,
    };
    Rates::Moved(RateStep {
        since,
        rate,
        before,
        rule: in_force,
        from_before,
        from_rule,
        extent: articles.extent(reference, rate > reference, from_before),
    })
}

/// All judged days differ, and in the same direction.
fn moved_from(judged: &[(NaiveDate, Sum)], reference: impl Fn(NaiveDate) -> Option<f64>) -> bool {
    let side = |(day, sum): &(NaiveDate, Sum)| {
        let (rate, reference) = (sum.rate()?, reference(*day)?);
        is_step(rate, reference).then_some(rate > reference)
    };
    let sides: Vec<Option<bool>> = judged.iter().map(side).collect();
    sides[0].is_some() && sides.iter().all(|side| *side == sides[0])
}

fn together(judged: &[(NaiveDate, Sum)]) -> f64 {
    let commission: f64 = judged.iter().map(|(_, sum)| sum.commission).sum();
    let revenue: f64 = judged.iter().map(|(_, sum)| sum.revenue).sum();
    100.0 * commission / revenue
}

/// The articles of the category on the judged days and before.
struct Articles<'a> {
    sold: &'a [Sold],
    judged: RangeInclusive<NaiveDate>,
    earlier: Range<NaiveDate>,
}

impl Articles<'_> {
    /// How much moved against the reference; `own` compares each article with its own days before where it has any.
    fn extent(&self, reference: f64, up: bool, own: bool) -> Extent {
        let now = self.now();
        let whole: f64 = now.values().map(|sum| sum.revenue).sum();
        let mut moved: Vec<(ArticleRate, f64)> = now
            .iter()
            .filter_map(|(article, sum)| {
                let before = own.then(|| self.before(article)).flatten();
                let article = ArticleRate {
                    article: (*article).to_owned(),
                    before: before.unwrap_or(reference),
                    rate: sum.rate()?,
                };
                article.moved(up).then_some((article, sum.revenue))
            })
            .collect();
        let part: f64 = moved.iter().map(|(_, revenue)| revenue).sum();
        if moved.is_empty() {
            return Extent::Mix;
        }
        if part >= WHOLE * whole {
            return Extent::Category;
        }
        let cost = |(rate, revenue): &(ArticleRate, f64)| (rate.rate - rate.before).abs() * revenue;
        moved.sort_by(|one, other| cost(other).total_cmp(&cost(one)));
        Extent::Articles {
            moved: moved.len(),
            of: now.len(),
            named: moved
                .into_iter()
                .take(NAMED)
                .map(|(article, _)| article)
                .collect(),
        }
    }

    /// The sums of the judged days by article, of those that sold anything.
    fn now(&self) -> BTreeMap<&str, Sum> {
        let mut now: BTreeMap<&str, Sum> = BTreeMap::new();
        for sold in self
            .sold
            .iter()
            .filter(|sold| self.judged.contains(&sold.day))
        {
            now.entry(&sold.article).or_default().add(sold);
        }
        now.retain(|_, sum| sum.revenue > 0.0);
        now
    }

    fn before(&self, article: &str) -> Option<f64> {
        let own = self.sold.iter().filter(|sold| sold.article == article);
        usual_rate(by_day(own.filter(|sold| self.earlier.contains(&sold.day))).iter())
    }
}

impl ArticleRate {
    fn moved(&self, up: bool) -> bool {
        is_step(self.rate, self.before) && (self.rate > self.before) == up
    }
}
