//! The environment of the program: the service manager, containers and monitoring.

mod advisories;
mod alerts;
mod compose;
mod dashboard;
mod notified;
mod package;
mod unit;
mod watchdog;

use std::{fs, path::PathBuf};

use crate::support::program::Answer;

fn file(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn text(path: &str) -> String {
    fs::read_to_string(file(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every metric of a page.
fn metrics(page: &Answer) -> Vec<String> {
    let names = page.text.lines().filter_map(|line| {
        let (name, kind) = line.strip_prefix("# TYPE ")?.split_once(' ')?;
        Some(match kind {
            "histogram" => ["_bucket", "_count", "_sum"]
                .map(|end| format!("{name}{end}"))
                .to_vec(),
            "summary" => ["_count", "_sum"]
                .map(|end| format!("{name}{end}"))
                .to_vec(),
            _ => vec![name.to_owned()],
        })
    });
    names.flatten().collect()
}

/// The metrics that a query names: words before `{` that are no function of `PromQL`.
fn named(query: &str) -> Vec<String> {
    let mut words = Vec::new();
    for before in query.split('{').rev().skip(1) {
        let name = before
            .rsplit(|c: char| c != '_' && !c.is_alphanumeric())
            .next();
        words.extend(name.filter(|name| !name.is_empty()).map(str::to_owned));
    }
    words
}
