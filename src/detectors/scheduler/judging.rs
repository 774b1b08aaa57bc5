use chrono::Duration;
use chrono_tz::Tz;

use super::{Judged, trouble::JobTrouble};
use crate::domain::{Arg, Extras, Finding, Tick, Timestamp, Verdict};

/// The on-time rate is that of the ticks that were due within this.
const PERIOD: Duration = Duration::hours(24);
/// So many jobs are named in one finding.
const NAMED: usize = 5;
/// The key of the rate; those of the jobs begin with `job:`.
const RATE: &str = "on_time";

/// Each job whose newest decided tick went wrong is a fault. A low rate is a fault too, but is only reported when no
/// job is in trouble.
pub fn judge(
    jobs: &[Judged<'_>],
    unlisted: &[String],
    target_pct: f64,
    zone: Tz,
    now: Timestamp,
) -> Verdict {
    let mut troubles: Vec<_> = jobs
        .iter()
        .filter_map(|judged| JobTrouble::of(judged, zone, now))
        .collect();
    troubles.sort_by_key(|trouble| (trouble.problem(), trouble.due()));
    let rate = Rate::of(jobs, target_pct, now);
    let sentences = list(troubles.iter().map(JobTrouble::finding).map(Arg::Finding));
    let verdict = match (rate.missed(), troubles.is_empty()) {
        (false, true) => Verdict::pass(rate.kept(unlisted)),
        (true, true) => {
            let lost = list(jobs.iter().filter_map(|job| Rate::lost(job, now)));
            Verdict::fail(
                RATE,
                Finding::new("finding-scheduler-below").arg("troubles", lost),
            )
        }
        (missed, false) => {
            let key = if missed {
                "finding-scheduler-below"
            } else {
                "finding-scheduler-troubles"
            };
            let faults = troubles.iter().map(JobTrouble::fault).collect();
            let finding = Finding::new(key).arg("troubles", sentences);
            let mut verdict = Verdict::faults(finding, faults);
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

    /// To one decimal, rounded down: a rate below the target must not look like it.
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
    fn with(
        &self,
        mut verdict: Verdict,
        troubles: &[JobTrouble<'_>],
        unlisted: &[String],
    ) -> Verdict {
        let problems: Extras = troubles
            .iter()
            .map(|trouble| (trouble.name().to_owned(), trouble.problem().as_str().into()))
            .collect();
        verdict = verdict
            .figure("on_time_pct", self.percent().map(Arg::Percent))
            .figure("target_pct", Arg::Percent(self.target_pct))
            .figure("runs_on_time", Arg::count(self.good))
            .figure("runs_due", Arg::count(self.decided));
        if !problems.is_empty() {
            let words = troubles.iter().map(|trouble| {
                let problem = Arg::Term(trouble.problem().text().to_owned());
                (trouble.name().to_owned(), problem)
            });
            let words = Arg::Each(words.collect());
            verdict.finding = verdict.finding.arg("jobs", words);
            verdict = verdict.with("jobs", problems);
        }
        if !unlisted.is_empty() {
            verdict = verdict.with("unknown_jobs", unlisted);
        }
        verdict
    }

    fn kept(&self, unlisted: &[String]) -> Finding {
        let finding = Finding::new(match (self.decided > 0, unlisted.is_empty()) {
            (true, true) => "finding-scheduler-kept",
            (true, false) => "finding-scheduler-kept-but-unlisted",
            (false, true) => "finding-scheduler-nothing-due",
            (false, false) => "finding-scheduler-nothing-due-but-unlisted",
        });
        finding.arg("unlisted", list(unlisted.iter().cloned().map(Arg::Text)))
    }

    /// How much of the rate the job has cost.
    fn lost(judged: &Judged<'_>, now: Timestamp) -> Option<Arg> {
        let decided = lately_decided(judged, now).count();
        let good = lately_decided(judged, now)
            .filter(|tick| tick.good())
            .count();
        let finding = Finding::new("finding-scheduler-lost")
            .text("job", &judged.job.name)
            .arg("good", Arg::count(good))
            .arg("decided", Arg::count(decided));
        (good < decided).then_some(Arg::Finding(finding))
    }
}

fn lately_decided<'a>(judged: &'a Judged<'_>, now: Timestamp) -> impl Iterator<Item = &'a Tick> {
    let ticks = judged.ticks.iter().filter(|tick| tick.decided());
    ticks.filter(move |tick| tick.due > now - PERIOD)
}

/// The first few of them, and how many more there are.
fn list(items: impl Iterator<Item = Arg>) -> Arg {
    let mut items: Vec<Arg> = items.collect();
    let more = items.len().saturating_sub(NAMED);
    items.truncate(NAMED);
    Arg::List(items, more)
}
