//! At each threshold, and one unit to either side of it, both languages say what the verdict says.

use chrono::Duration;
use sovani_ops::{
    db::FinishedRun,
    detectors::{
        api_latency, cash_balance, commission_outliers, db_growth,
        ingest::{self, Ingested, Sample},
        scheduler::{self, Judged},
    },
    domain::{
        ExpectedJob, Histogram, Lang::Ru, Money, Outcome, Rhythm, Status, Tick, Timestamp, Verdict,
    },
    facts::CashBalance,
    views::finding,
};

use super::voice;
use crate::support::{checks::said, program::moment};

const GB: i64 = 1 << 30;
const NOW: &str = "2025-10-02 09:00:00";

/// Words of a failure in English and in Russian.
type Failing = (&'static str, &'static str);

#[track_caller]
fn agree(verdicts: [(Verdict, bool); 3], (english, russian): Failing) {
    for (verdict, fails) in verdicts {
        let in_english = said(&verdict.finding);
        let in_russian = finding(&voice(Ru), &verdict.finding, "");
        assert_eq!(verdict.status == Status::Fail, fails, "{in_english}");
        assert_eq!(in_english.contains(english), fails, "{in_english}");
        assert_eq!(in_russian.contains(russian), fails, "{in_russian}");
    }
}

#[test]
fn the_size_of_the_database() {
    let of = |bytes| db_growth::judge(bytes, &[], 5120);
    let verdicts = [
        (of(5 * GB - 1), false),
        (of(5 * GB), false),
        (of(5 * GB + 1), true),
    ];
    agree(verdicts, ("exceeds", "больше порога"));
}

#[test]
fn a_balance() {
    let of = |kopecks| {
        let balance = CashBalance {
            marketplace: "WB".to_owned(),
            day: "2025-10-02".parse().unwrap(),
            balance: Money::from_kopecks(kopecks),
        };
        cash_balance::judge(&vec![balance].into(), Money::from_roubles(-10_000))
    };
    let verdicts = [
        (of(-1_000_001), true),
        (of(-1_000_000), false),
        (of(-999_999), false),
    ];
    agree(verdicts, ("below alert threshold", "ниже порога"));
}

#[test]
fn commission_outliers_in_a_week() {
    let of = |outliers| {
        let sample = commission_outliers::Sample {
            rows: 300,
            outliers,
        };
        commission_outliers::judge(&sample, 5)
    };
    let verdicts = [(of(4), false), (of(5), false), (of(6), true)];
    agree(verdicts, ("detected", "6 расхождений"));
}

/// The p95 of a hundred requests that took this long.
fn latency(tenths_of_ms: f64) -> Verdict {
    let bound = tenths_of_ms / 10_000.0;
    let buckets = [(bound, 95.0), (60.0, 100.0), (f64::INFINITY, 100.0)];
    let counted = Histogram::from_cumulative(buckets).unwrap();
    api_latency::judge(&counted, 1200.0)
}

#[test]
fn the_latency() {
    let verdicts = [
        (latency(11_999.0), false),
        (latency(12_000.0), false),
        (latency(12_001.0), true),
    ];
    agree(verdicts, ("exceeds", "больше цели"));
}

#[test]
fn the_success_rate_of_the_ingestion() {
    let of = |failed: u32| {
        let run = |succeeded| FinishedRun {
            at: moment(NOW),
            succeeded,
        };
        let runs: Vec<_> = (0..100).map(|number| run(number >= failed)).collect();
        let sample = Sample {
            ingested: Ingested {
                records: 40,
                last_day: "2025-10-01".parse().ok(),
            },
            days: &[],
            left_out: 0,
            runs: &runs,
        };
        ingest::judge(&sample, "2025-10-01".parse().unwrap(), 99.0)
    };
    let verdicts = [(of(0), false), (of(1), false), (of(2), true)];
    agree(verdicts, ("below SLO", "ниже цели"));
}

#[test]
fn the_on_time_rate_of_the_scheduler() {
    let of = |missed: i64| {
        let due = |number| moment("2025-10-02 06:00:00") + Duration::minutes(number);
        let tick = |number, outcome| Tick {
            due: due(number),
            outcome,
            known_at: Some::<Timestamp>(due(number)),
        };
        let outcome = |number| {
            if number < missed {
                Outcome::Missed
            } else {
                Outcome::OnTime
            }
        };
        let job = ExpectedJob {
            name: "job".to_owned(),
            rhythm: Rhythm::Every(Duration::minutes(1)),
            grace: Duration::minutes(1),
            longest: None,
        };
        let judged = Judged {
            job: &job,
            ticks: (0..100)
                .map(|number| tick(number, outcome(number)))
                .collect(),
            has_run: true,
        };
        scheduler::judge(&[judged], &[], 98.0, chrono_tz::UTC, moment(NOW))
    };
    let verdicts = [(of(1), false), (of(2), false), (of(3), true)];
    agree(verdicts, ("below SLO", "ниже цели"));
}
