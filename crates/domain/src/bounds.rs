//! How much one check may say. The platform's tables hold anything, and what a check says is stored, sent and answered.

use std::cmp::Reverse;

use serde_json::Value;

use super::{Arg, Extras, Fault, Finding, Severity, Verdict};

/// More than Telegram shows of one.
const MESSAGE_CHARS: usize = 2_000;
/// Of one text among the figures.
const TEXT_CHARS: usize = 1_000;
/// Of a list or a table among the figures.
const ENTRIES: usize = 50;
/// Depth of the figures; those of our own have three.
const DEPTH: usize = 4;
/// Of a fault's name among those of its detector, which has a marketplace's or a job's in it.
const KEY_CHARS: usize = 300;
/// Each of these becomes an incident with a message of its own.
const FAULTS: usize = 20;
/// So many of the others are named.
const NAMED: usize = 5;
/// The key of all others together.
const MORE: &str = "more";

/// The verdict within bounds. Faults beyond [`FAULTS`] become one that counts them; they stand all the same. `severity` is
/// that of the detector's failures.
pub fn bounded(mut verdict: Verdict, severity: Severity) -> Verdict {
    bound_finding(&mut verdict.finding);
    verdict.key = cut(verdict.key, KEY_CHARS);
    bound_all(&mut verdict.extras);
    if verdict.faults.len() > FAULTS {
        // Of equally bad ones the order stays.
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

/// Keeps the first entries; how many are left out is one more.
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
