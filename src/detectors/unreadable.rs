//! Values of the platform that cannot be read: a fault of each check that reads them, beside its own findings.

use super::{Entry, Scene};
use crate::{
    db::{Relation, Unreadable},
    domain::{Arg, Fault, Fingerprint, Severity, Status, Verdict, one_line},
};

const KEY: &str = "unreadable";
/// How many columns a message names.
const NAMED: usize = 3;

/// Adds to what the detector has found what it cannot read in these tables.
pub async fn add(
    detector: &Entry,
    tables: impl Iterator<Item = &'static Relation>,
    scene: Scene<'_>,
    mut verdict: Verdict,
) -> Verdict {
    // A detector that reads nothing misses nothing.
    if verdict.blind || (detector.reads().is_empty() && verdict.status == Status::NotMeasured) {
        return verdict;
    }
    match look(detector.name(), tables, scene).await {
        Ok(found) if found.is_empty() => verdict,
        Ok(found) => verdict.and(fault(&found, detector.severity())),
        Err(error) => {
            tracing::warn!(%error, detector = detector.name(), "nobody knows what cannot be read");
            verdict.also_standing.push(KEY.to_owned());
            verdict
        }
    }
}

async fn look(
    detector: &str,
    tables: impl Iterator<Item = &'static Relation>,
    scene: Scene<'_>,
) -> sqlx::Result<Vec<Unreadable>> {
    let Scene {
        db, settings, now, ..
    } = scene;
    let calendar = settings.calendar();
    let today = calendar.today(now);
    let mut found = Vec::new();
    for table in tables {
        let columns: Vec<_> = table.columns.iter().collect();
        let unreadable = db.unreadable(table.name, &columns, today, calendar.zone);
        let about = format!("{today} {}", calendar.zone);
        let question = format!("{} for {detector}", table.name);
        // Rows that this program itself writes can be read.
        found.extend(scene.unless_changed(&question, about, unreadable).await?);
    }
    Ok(found)
}

/// `severity` is that of the detector's failures. An unreadable row is no worse than a check that could not look at all.
pub fn fault(found: &[Unreadable], severity: Severity) -> Fault {
    let rows: usize = found.iter().map(|column| column.rows).sum();
    let named: Vec<String> = found.iter().map(told).collect();
    Fault::new(KEY, "finding-unreadable")
        .severe(Some(severity.min(Severity::Error)))
        .figure("unreadable_count", Arg::count(rows))
        .figure(KEY, Arg::Text(list(&named)))
}

/// Such as `cashflow_daily.net = "NaN" (d = "2025-10-01"), +3`: the same in each language.
pub fn told(column: &Unreadable) -> String {
    let quoted = |text: &Option<String>| match text {
        Some(text) => format!("\"{}\"", one_line(text)),
        None => "NULL".to_owned(),
    };
    let Unreadable {
        table,
        column,
        rows,
        first,
    } = column;
    let mut told = format!(
        "{table}.{column} = {} ({} = {})",
        quoted(&first.text),
        first.beside,
        quoted(&first.beside_text)
    );
    if *rows > 1 {
        told += &format!(", +{}", rows - 1);
    }
    told
}

/// The first few of them, and how many more there are.
fn list(named: &[String]) -> String {
    let mut list = named[..named.len().min(NAMED)].join("; ");
    if named.len() > NAMED {
        list += &format!("; +{}", named.len() - NAMED);
    }
    list
}

/// Tells if this is such a fault. No action remedies it.
pub fn is_unreadable(source: &str, fault: &Fingerprint) -> bool {
    *fault == Fingerprint::of(source, KEY)
}
