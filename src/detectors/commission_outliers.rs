//! Checks that the charged commissions match the agreed ones.

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use sqlx::AssertSqlSafe;

use super::{Detector, Scene};
use crate::{
    db::{
        Db,
        reading::{ZoneOffset, literal},
    },
    domain::{Arg, Finding, Severity, Verdict},
};

/// Today and the six days before it.
const PERIOD_DAYS: u64 = 7;

pub const DETECTOR: Detector = Detector {
    name: "check_commission_outliers",
    about: "Charged commissions match the agreed ones",
    severity: Severity::Warning,
    target: None,
    reads: &["vw_commission_recon"],
    also_reads: &[],
    runbook: include_str!("../../runbooks/check_commission_outliers.md"),
    run: |scene| Box::pin(run(scene)),
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    pub rows: i64,
    pub outliers: i64,
}

async fn run(
    Scene {
        db, settings, now, ..
    }: Scene<'_>,
) -> anyhow::Result<Verdict> {
    let calendar = settings.calendar();
    let today = calendar.today(now);
    let first = today - Days::new(PERIOD_DAYS - 1);
    let sample = commissions(db, first, today, calendar.zone).await?;
    Ok(judge(&sample, settings.commission_outliers_max))
}

pub fn judge(sample: &Sample, tolerated: u64) -> Verdict {
    if sample.rows == 0 {
        return Verdict::not_measured(
            Finding::new("finding-commissions-empty").arg("period_days", Arg::days(PERIOD_DAYS)),
        );
    }
    let outliers = sample.outliers;
    let verdict = if u64::try_from(outliers).unwrap_or(0) > tolerated {
        Verdict::fail("outliers", "finding-commissions-off")
    } else {
        Verdict::pass("finding-commissions-right")
    };
    verdict
        .figure("outliers_count", Arg::Count(outliers))
        .figure("period_days", Arg::days(PERIOD_DAYS))
        .figure("tolerated", Arg::count(tolerated))
        .figure("rows_checked", Arg::Count(sample.rows))
}

pub async fn commissions(
    db: &Db,
    from: NaiveDate,
    to: NaiveDate,
    zone: Tz,
) -> sqlx::Result<Sample> {
    let reading = db.reading("vw_commission_recon").await?;
    let sql = format!(
        "SELECT COUNT(*), CAST(COALESCE(SUM(flag), 0) AS BIGINT)
         FROM (SELECT {day} AS day, {flag} AS flag FROM vw_commission_recon
            WHERE {about}) recent
         WHERE day >= {from} AND day <= {to}",
        day = reading.day("d", ZoneOffset::of(zone)),
        flag = reading.flag("flag_outlier"),
        about = reading.about("d", from, to),
        from = literal(from),
        to = literal(to),
    );
    let (rows, outliers) = db.query(AssertSqlSafe(sql)).fetch_one().await?;
    Ok(Sample { rows, outliers })
}
