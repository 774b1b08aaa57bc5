use chrono::Duration;
use chrono_tz::Tz;

use super::trouble::Trouble;
use crate::domain::{ExpectedJob, Extras, Tick, Timestamp, Verdict};

/// The on-time rate is that of the ticks that were due within this.
const PERIOD: Duration = Duration::hours(24);
/// So many jobs are named in one message.
const NAMED: usize = 5;
/// The key of the rate; those of the jobs begin with `job:`.
const RATE: &str = "on_time";

/// A job and what became of its ticks, oldest first.
pub struct Judged<'a> {
    pub job: &'a ExpectedJob,
    pub ticks: Vec<Tick>,
    /// Whether it has ever run.
    pub has_run: bool,
}

/// Each job whose newest decided tick went wrong is a fault. The rate is one too, told on its own only when no job is
/// in trouble any more.
pub fn judge(
    jobs: &[Judged<'_>],
    unlisted: &[String],
    target_pct: f64,
    zone: Tz,
    now: Timestamp,
) -> Verdict {
    let mut troubles: Vec<_> = jobs
        .iter()
        .filter_map(|judged| Trouble::of(judged, zone, now))
        .collect();
    troubles.sort_by_key(|trouble| (trouble.problem(), trouble.due()));
    let rate = Rate::of(jobs, target_pct, now);
    let sentences = list(troubles.iter().map(Trouble::message).collect());
    let verdict = match (rate.missed(), troubles.is_empty()) {
        (false, true) => Verdict::pass(rate.kept(unlisted)),
        (true, true) => {
            let lost = list(jobs.iter().filter_map(|job| Rate::lost(job, now)).collect());
            Verdict::fail(RATE, format!("{}: {lost}", rate.below()))
        }
        (missed, false) => {
            let message = if missed {
                format!("{}: {sentences}", rate.below())
            } else {
                sentences
            };
            let faults = troubles.iter().map(Trouble::fault).collect();
            let mut verdict = Verdict::faults(message, faults);
            verdict.also_standing = missed.then(|| RATE.to_owned()).into_iter().collect();
            verdict
        }
    };
    rate.with(verdict, &troubles, unlisted)
}

struct Rate {
    good: usize,
    decided: usize,
    target_pct: f64,
}

impl Rate {
    fn of(jobs: &[Judged<'_>], target_pct: f64, now: Timestamp) -> Self {
        let decided = || jobs.iter().flat_map(|judged| lately_decided(judged, now));
        Self {
            good: decided().filter(|tick| tick.good()).count(),
            decided: decided().count(),
            target_pct,
        }
    }

    /// To one decimal, and never up: what is below the target must not look like it.
    #[expect(clippy::cast_precision_loss, reason = "there are fewer than 2^52 runs")]
    fn percent(&self) -> Option<f64> {
        let exact = (self.good * 1_000) as f64 / self.decided as f64;
        (self.decided > 0).then(|| exact.floor() / 10.0)
    }

    #[expect(clippy::cast_precision_loss, reason = "there are fewer than 2^52 runs")]
    fn missed(&self) -> bool {
        self.decided > 0 && (self.good as f64) * 100.0 < self.target_pct * self.decided as f64
    }

    /// The figures behind the verdict.
    fn with(&self, mut verdict: Verdict, troubles: &[Trouble<'_>], unlisted: &[String]) -> Verdict {
        let problems: Extras = troubles
            .iter()
            .map(|trouble| (trouble.name().to_owned(), trouble.problem().as_str().into()))
            .collect();
        verdict = verdict
            .with("on_time_pct", self.percent())
            .with("target_pct", self.target_pct)
            .with("runs_on_time", self.good)
            .with("runs_due", self.decided);
        if !problems.is_empty() {
            verdict = verdict.with("jobs", problems);
        }
        if !unlisted.is_empty() {
            verdict = verdict.with("unknown_jobs", unlisted);
        }
        verdict
    }

    fn below(&self) -> String {
        let percent = self.percent().unwrap_or_default();
        format!(
            "Scheduler on-time rate {percent:.1}% below SLO {:.1}%",
            self.target_pct
        )
    }

    fn kept(&self, unlisted: &[String]) -> String {
        let mut text = match self.percent() {
            Some(percent) => format!(
                "Scheduler on-time rate {percent:.1}%, SLO {:.1}%: {} of {} runs in 24 h",
                self.target_pct, self.good, self.decided
            ),
            None => "No job was due in the last 24 h".to_owned(),
        };
        if !unlisted.is_empty() {
            text += &format!("; not listed: {}", list(unlisted.to_vec()));
        }
        text
    }

    /// How much of the rate the job has cost.
    fn lost(judged: &Judged<'_>, now: Timestamp) -> Option<String> {
        let decided = lately_decided(judged, now).count();
        let good = lately_decided(judged, now)
            .filter(|tick| tick.good())
            .count();
        (good < decided).then(|| format!("{} {good} of {decided}", judged.job.name))
    }
}

fn lately_decided<'a>(judged: &'a Judged<'_>, now: Timestamp) -> impl Iterator<Item = &'a Tick> {
    let ticks = judged.ticks.iter().filter(|tick| tick.decided());
    ticks.filter(move |tick| tick.due > now - PERIOD)
}

/// The first few of them, and how many more there are.
fn list(mut items: Vec<String>) -> String {
    let more = items.len().saturating_sub(NAMED);
    items.truncate(NAMED);
    let named = items.join("; ");
    if more == 0 {
        named
    } else {
        format!("{named}; and {more} more")
    }
}
