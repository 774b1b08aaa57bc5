//! Asking a Prometheus, and reading its answer.
//!
//! Format: <https://prometheus.io/docs/prometheus/latest/querying/api/>

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::blind::Blind;
use crate::{
    domain::{Histogram, Stretch, one_line},
    views::clip,
};

/// The placeholder for the range's length in the query.
const WINDOW: &str = "$window";
/// Prometheus repeats the query in its errors; the start names the problem.
const ERROR_UNITS: usize = 200;

/// The address of an instant query over this interval, with the path and parameters of the base.
pub fn question(base: &Url, query: &str, stretch: &Stretch) -> Url {
    let seconds = stretch.to.since(stretch.from).num_seconds();
    let query = query.replace(WINDOW, &format!("{seconds}s"));
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(["api", "v1", "query"]);
    }
    url.query_pairs_mut()
        .append_pair("query", &query)
        .append_pair("time", &stretch.to.utc().timestamp().to_string());
    url
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    status: String,
    data: Option<Data>,
    error: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    result_type: String,
    result: Value,
}

#[derive(Deserialize)]
struct Series {
    metric: HashMap<String, String>,
    /// A time, and the value as text.
    value: (f64, String),
}

/// The counts of an answer; `None` if it has no series.
pub fn read(answer: &str) -> Result<Option<Histogram>, Blind> {
    let answer: Answer = serde_json::from_str(answer)
        .map_err(|_| Blind::unreachable("Prometheus gives an answer that is not its own"))?;
    if answer.status != "success" {
        return Err(Blind::query(refusal(answer.error.as_deref())));
    }
    let data = answer
        .data
        .ok_or_else(|| Blind::unreachable("Prometheus gives an answer without data"))?;
    if data.result_type != "vector" {
        let kind = clip(&data.result_type, ERROR_UNITS);
        return Err(Blind::query(format!(
            "PROMETHEUS_QUERY gives a {kind} instead of a vector"
        )));
    }
    let series: Vec<Series> = serde_json::from_value(data.result)
        .map_err(|_| Blind::query("PROMETHEUS_QUERY gives something else than numbers"))?;
    if series.is_empty() {
        return Ok(None);
    }
    let buckets: Option<Vec<(f64, f64)>> = series.iter().map(bucket).collect();
    let buckets = buckets
        .ok_or_else(|| Blind::query("PROMETHEUS_QUERY gives series without the label le"))?;
    Histogram::from_cumulative(buckets)
        .map(Some)
        .map_err(|error| Blind::query(format!("PROMETHEUS_QUERY gives {error}")))
}

/// The error of an answer, and whether the query is at fault.
pub fn refused(status: u16, body: &str) -> Blind {
    let Ok(Answer {
        error: Some(error), ..
    }) = serde_json::from_str(body)
    else {
        return Blind::unreachable(format!("Prometheus answers HTTP {status}"));
    };
    let words = refusal(Some(&error));
    // 400 is a query that cannot be parsed, 422 one that cannot be carried out; others are Prometheus' own trouble.
    if matches!(status, 400 | 422) {
        Blind::query(words)
    } else {
        Blind::unreachable(words)
    }
}

fn refusal(error: Option<&str>) -> String {
    let plain = one_line(error.unwrap_or("no reason given"));
    format!("Prometheus refuses: {}", clip(&plain, ERROR_UNITS))
}

fn bucket(series: &Series) -> Option<(f64, f64)> {
    let bound = series.metric.get("le")?.parse().ok()?;
    Some((bound, series.value.1.parse().ok()?))
}
