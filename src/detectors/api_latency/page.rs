//! Parses the platform's metrics page, in Prometheus' text format or `OpenMetrics`.
//!
//! Only the lines of one histogram are parsed; the rest is skipped.

use std::borrow::Cow;

use crate::domain::{BadHistogram, Birth, Counters, SeriesId};

const STARTED: &str = "process_start_time_seconds";

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    #[error("the page is not one of metrics")]
    NotMetrics,
    #[error("the page is cut short")]
    CutShort,
    #[error("line {0} of the page cannot be read")]
    Line(usize),
    #[error("the page has no histogram of that name")]
    NoHistogram,
    #[error("the histogram has {0}")]
    BadHistogram(#[from] BadHistogram),
}

/// The counters of the histogram `metric`, and when the process began that has them. None at all if it is declared, but
/// its program has had no request yet.
pub fn read(page: &str, metric: &str) -> Result<Counters, PageError> {
    let (bucket_name, created_name) = (format!("{metric}_bucket"), format!("{metric}_created"));
    let mut buckets = Vec::new();
    let mut declared = false;
    let mut birth = Birth::default();
    for (index, line) in page.lines().enumerate() {
        if let Some(sample) = of(line, &bucket_name) {
            buckets.push(bucket(sample).ok_or(PageError::Line(index + 1))?);
        } else if let Some(created) = of(line, &created_name).and_then(moment) {
            birth.created = Some(birth.created.map_or(created, |first| first.min(created)));
        } else if let Some(started) = of(line, STARTED).and_then(moment) {
            birth.started = Some(started);
        } else {
            declared |= is_declaration(line, metric);
        }
    }
    if buckets.is_empty() && !declared {
        return Err(if page.lines().any(is_sample) {
            PageError::NoHistogram
        } else {
            PageError::NotMetrics
        });
    }
    // Every line ends with a line feed, the last one too; only OpenMetrics has an end that needs none.
    if !page.ends_with('\n') && !page.ends_with("# EOF") {
        return Err(PageError::CutShort);
    }
    Ok(Counters::gather(buckets)?.born(birth))
}

/// The rest of a sample line with this name.
fn of<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    line.strip_prefix(name).filter(|rest| ends_a_name(rest))
}

/// In seconds since 1970.
fn moment(text: &str) -> Option<f64> {
    let (_, seconds) = sample(text)?;
    seconds.is_finite().then_some(seconds)
}

/// The names of the histograms on the page, the first of them. A page need not declare what it has.
pub fn histograms(page: &str, at_most: usize) -> Vec<&str> {
    let mut names = Vec::new();
    for name in page.lines().filter_map(histogram_of) {
        if names.len() == at_most {
            break;
        }
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The histogram that the line declares or is a bucket of.
fn histogram_of(line: &str) -> Option<&str> {
    if let Some(declared) = line.strip_prefix("# TYPE ") {
        let (name, kind) = declared.trim().split_once(char::is_whitespace)?;
        return (kind.trim() == "histogram").then_some(name);
    }
    let (name, labels) = line.split_once('{')?;
    labels
        .contains("le=\"")
        .then(|| name.trim_end().strip_suffix("_bucket"))
        .flatten()
}

fn ends_a_name(rest: &str) -> bool {
    rest.starts_with(|c: char| c == '{' || c.is_whitespace())
}

fn is_declaration(line: &str, metric: &str) -> bool {
    line.split_whitespace()
        .eq(["#", "TYPE", metric, "histogram"])
}

fn is_sample(line: &str) -> bool {
    let in_name = |c: char| c.is_ascii_alphanumeric() || "_:".contains(c);
    let rest = line.trim_start_matches(in_name);
    rest.len() < line.len() && sample(rest).is_some()
}

/// Series, upper bound in seconds, and count.
fn bucket(text: &str) -> Option<(SeriesId, f64, f64)> {
    let (mut labels, count) = sample(text)?;
    let le = labels.iter().position(|(name, _)| name == "le")?;
    let (_, bound) = labels.swap_remove(le);
    let bound: f64 = bound.parse().ok()?;
    (!bound.is_nan()).then(|| (SeriesId::of(&labels), bound, count))
}

type Label<'a> = (Cow<'a, str>, Cow<'a, str>);

/// Labels and value of what follows a metric's name. A timestamp and an exemplar may come after it.
fn sample(text: &str) -> Option<(Vec<Label<'_>>, f64)> {
    let (labels, rest) = match text.trim_start().strip_prefix('{') {
        Some(rest) => labels(rest)?,
        None => (Vec::new(), text),
    };
    let value = rest.split_whitespace().next()?.parse().ok()?;
    Some((labels, value))
}

/// The labels up to the closing brace, and what follows it.
fn labels(mut rest: &str) -> Option<(Vec<Label<'_>>, &str)> {
    let mut labels = Vec::new();
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('}') {
            return Some((labels, after));
        }
        let (name, after) = rest.split_once('=')?;
        let (value, after) = quoted(after.trim_start().strip_prefix('"')?)?;
        labels.push((name.trim_end().into(), value));
        rest = after.trim_start();
        match rest.strip_prefix(',') {
            Some(after) => rest = after,
            None if rest.starts_with('}') => {}
            None => return None,
        }
    }
}

/// A quoted value, and the rest after it. Backslash escapes are resolved.
fn quoted(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let end = text.find(['"', '\\'])?;
    if text[end..].starts_with('"') {
        return Some((text[..end].into(), &text[end + 1..]));
    }
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value.into(), &text[at + 1..])),
            '\\' => match chars.next()?.1 {
                'n' => value.push('\n'),
                escaped => value.push(escaped),
            },
            c => value.push(c),
        }
    }
    None
}
