//! The report of many series on one day: few things, at the highest level that explains them.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    evidence::{Direction, Evidence},
    limits::Effect,
    pooled::pooled,
    watch::{Judged, Usual},
};
use crate::median::count;

/// Of what is told of a level, one in ten may be chance (Benjamini and Hochberg, 1995).
const FALSE_DISCOVERIES: f64 = 0.1;
/// As many parts of a difference are named.
const CONTRIBUTIONS: usize = 3;

/// A marketplace, or a category of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesKey {
    pub marketplace: String,
    pub category: Option<String>,
}

/// A series of the metric with its judged days, oldest first.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    pub key: SeriesKey,
    pub days: &'a [Judged],
}

/// A category's part of a marketplace's difference, in the metric's unit; negative is less than usual.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    pub category: String,
    pub difference: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub key: SeriesKey,
    pub evidence: Evidence,
    /// The usual range of the day.
    pub usual: Option<Usual>,
    /// The three categories with the largest part of the difference; empty for a category.
    pub below: Vec<Contribution>,
    /// The marketplace's own sum was not unusual: so many of its categories together were.
    pub together: Option<usize>,
}

/// The reports of a metric (units, revenue, refunds) on that day: of each level the unusual series that are not to be
/// expected of chance among so many, and nothing below a marketplace that is told in the same direction.
pub fn report(members: &[Member<'_>], day: NaiveDate, effect: &Effect) -> Vec<Report> {
    let members: Vec<Member<'_>> = members
        .iter()
        .filter_map(|member| until(member, day))
        .collect();
    let (marketplaces, categories): (Vec<_>, Vec<_>) = members
        .iter()
        .partition(|member| member.key.category.is_none());
    let mut by_marketplace: BTreeMap<&str, Vec<&Member<'_>>> = BTreeMap::new();
    for member in &categories {
        by_marketplace
            .entry(&member.key.marketplace)
            .or_default()
            .push(member);
    }
    let below = |marketplace: &str| {
        by_marketplace
            .get(marketplace)
            .map_or(&[][..], Vec::as_slice)
    };
    let mut reports: Vec<Report> = discovered(&marketplaces)
        .map(|(member, evidence)| of_marketplace(member, evidence, below(&member.key.marketplace)))
        .collect();
    for (marketplace, categories) in &by_marketplace {
        if !is_told(&reports, marketplace, Direction::Down) {
            reports.extend(of_crowd(marketplace, &marketplaces, categories, effect));
        }
    }
    let own = discovered(&categories)
        .filter(|(member, evidence)| {
            !is_told(&reports, &member.key.marketplace, evidence.direction)
        })
        .map(|(member, evidence)| of_marketplace(member, evidence, &[]));
    let own: Vec<Report> = own.collect();
    reports.extend(own);
    reports
}

/// The days up to that one; `None` if it is not among them.
fn until<'a>(member: &Member<'a>, day: NaiveDate) -> Option<Member<'a>> {
    let end = member.days.partition_point(|judged| judged.day <= day);
    let days = &member.days[..end];
    (days.last()?.day == day).then(|| Member {
        key: member.key.clone(),
        days,
    })
}

fn is_told(reports: &[Report], marketplace: &str, direction: Direction) -> bool {
    reports.iter().any(|report| {
        report.key.marketplace == marketplace && report.evidence.direction == direction
    })
}

/// The unusual members of a level that are left after Benjamini and Hochberg.
fn discovered<'a>(level: &'a [&'a Member<'a>]) -> impl Iterator<Item = (&'a Member<'a>, Evidence)> {
    let last = |member: &'a Member<'a>| member.days.last();
    let tested = level
        .iter()
        .filter_map(|member| last(member))
        .filter(|judged| judged.is_judged());
    let bar = bar(tested.map(|judged| judged.p).collect());
    level.iter().filter_map(move |member| {
        let judged = last(member)?;
        let evidence = judged.unusual()?;
        (judged.p <= bar).then_some((*member, *evidence))
    })
}

/// The largest p that is still a discovery; 0 if none is.
fn bar(mut ps: Vec<f64>) -> f64 {
    ps.sort_unstable_by(f64::total_cmp);
    let tested = count(ps.len());
    let share = |rank: usize| FALSE_DISCOVERIES * count(rank + 1) / tested;
    let last = ps.iter().enumerate().rfind(|(rank, p)| **p <= share(*rank));
    last.map_or(0.0, |(_, p)| *p)
}

fn of_marketplace(member: &Member<'_>, evidence: Evidence, below: &[&Member<'_>]) -> Report {
    Report {
        key: member.key.clone(),
        usual: member.days.last().and_then(|judged| judged.usual),
        below: contributions(below, &evidence),
        evidence,
        together: None,
    }
}

/// The fall of several categories together.
fn of_crowd(
    marketplace: &str,
    marketplaces: &[&Member<'_>],
    categories: &[&Member<'_>],
    effect: &Effect,
) -> Option<Report> {
    let recent: Vec<&[Judged]> = categories.iter().map(|member| member.days).collect();
    let evidence = pooled(&recent, effect)?;
    let own = marketplaces
        .iter()
        .find(|member| member.key.marketplace == marketplace);
    Some(Report {
        key: SeriesKey {
            marketplace: marketplace.to_owned(),
            category: None,
        },
        usual: own.and_then(|member| member.days.last()?.usual),
        below: contributions(categories, &evidence),
        evidence,
        together: Some(categories.len()),
    })
}

/// The largest parts of the difference, over the days of the evidence.
fn contributions(categories: &[&Member<'_>], evidence: &Evidence) -> Vec<Contribution> {
    let difference = |member: &Member<'_>| -> f64 {
        let days = member
            .days
            .iter()
            .rev()
            .take_while(|judged| judged.day >= evidence.from);
        days.filter(|judged| judged.is_judged())
            .filter_map(|judged| Some(judged.actual - judged.usual?.middle))
            .sum()
    };
    let mut parts: Vec<Contribution> = categories
        .iter()
        .filter_map(|member| {
            Some(Contribution {
                category: member.key.category.clone()?,
                difference: difference(member),
            })
        })
        .filter(|part| match evidence.direction {
            Direction::Down => part.difference < 0.0,
            Direction::Up => part.difference > 0.0,
        })
        .collect();
    parts.sort_by(|one, other| other.difference.abs().total_cmp(&one.difference.abs()));
    parts.truncate(CONTRIBUTIONS);
    parts
}
