//! Limits on the size of a check. The platform's tables may contain anything, and a check is stored, sent and returned
//! over REST.

use std::cmp::Reverse;

use serde_json::Value;

use super::{Arg, Extras, Fault, Finding, Severity, Verdict};

/// More than Telegram shows of one message.
const MESSAGE_CHARS: usize = 2_000;
/// Length limit for each text in the extras.
const TEXT_CHARS: usize = 1_000;
/// Length limit for each list or table in the extras.
const ENTRIES: usize = 50;
/// Depth limit for the extras; the built-in detectors nest three levels.
const DEPTH: usize = 4;
/// Length limit for a fault's key, which contains the name of a marketplace or a job.
const KEY_CHARS: usize = 300;
/// Limit for the number of faults, because each becomes an incident with a message of its own.
const FAULTS: usize = 20;
/// How many of the remaining faults are named.
const NAMED: usize = 5;
/// The key of the merged rest.
const MORE: &str = "more";

/// Limits the size of a verdict. Faults beyond [`FAULTS`] are merged into one that counts them; their incidents stay
/// open. `severity` is the detector's default severity.
pub fn bounded(mut verdict: Verdict, severity: Severity) -> Verdict {
    bound_finding(&mut verdict.finding);
    verdict.key = cut(verdict.key, KEY_CHARS);
    bound_all(&mut verdict.extras);
    if verdict.faults.len() > FAULTS {
        // The sort is stable: equally severe faults keep their order.
        verdict
            .faults
            .sort_by_key(|fault| Reverse(fault.severity.unwrap_or(severity)));
        let more = verdict.faults.split_off(FAULTS);
        let keys = more.iter().map(|fault| cut(fault.key.clone(), KEY_CHARS));
        verdict.also_standing.extend(keys);
        verdict.faults.push(together(&more));
    }
    for fault in &mut verdict.faults {
        bound_finding(&mut fault.finding);
        fault.key = cut(std::mem::take(&mut fault.key), KEY_CHARS);
        bound_all(&mut fault.extras);
    }
    verdict
}

fn together(more: &[Fault]) -> Fault {
    let names = more.iter().take(NAMED).map(|fault| {
        let name = fault
            .key
            .split_once(':')
            .map_or(fault.key.as_str(), |(_, name)| name);
        name.to_owned()
    });
    let mut names = names.collect::<Vec<_>>().join(", ");
    if more.len() > NAMED {
        names.push_str(", …");
    }
    Fault::new(MORE, "finding-more")
        .severe(more.iter().filter_map(|fault| fault.severity).max())
        .figure("more_faults", Arg::count(more.len()))
        .figure("such_as", Arg::Text(names))
}

/// The wording within bounds.
pub fn bounded_words(words: String) -> String {
    cut(words, MESSAGE_CHARS)
}

fn cut(text: String, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

fn bound_finding(finding: &mut Finding) {
    finding.map_texts(&|text| cut(text.to_owned(), MESSAGE_CHARS));
    for arg in finding.args.values_mut() {
        if let Arg::Each(figures) = arg {
            let more = figures.len().saturating_sub(ENTRIES);
            figures.truncate(ENTRIES);
            if more > 0 {
                figures.push(("…".to_owned(), Arg::Text(format!("+{more}"))));
            }
        }
    }
}

fn bound_all(extras: &mut Extras) {
    for value in extras.values_mut() {
        bound(value, DEPTH);
    }
}

/// Keeps the first entries, and adds one that counts the rest.
fn bound(value: &mut Value, depth: usize) {
    match value {
        Value::String(text) => *text = cut(std::mem::take(text), TEXT_CHARS),
        Value::Array(_) | Value::Object(_) if depth == 0 => *value = Value::Null,
        Value::Array(items) => {
            let more = items.len().saturating_sub(ENTRIES);
            items.truncate(ENTRIES);
            for item in items.iter_mut() {
                bound(item, depth - 1);
            }
            if more > 0 {
                items.push(format!("+{more}").into());
            }
        }
        Value::Object(map) => {
            let more = map.len().saturating_sub(ENTRIES);
            let beyond: Vec<String> = map.keys().skip(ENTRIES).cloned().collect();
            for key in beyond {
                map.remove(&key);
            }
            map.values_mut().for_each(|part| bound(part, depth - 1));
            if more > 0 {
                map.insert("…".to_owned(), format!("+{more}").into());
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
