use sovani_ops::{
    detectors::api_latency::{DEFAULT_NAME, PageError, read_page},
    domain::{BadHistogram, Counters},
};

use super::cumulative;

const INF: f64 = f64::INFINITY;

/// A page as the platform's own library writes it.
const PAGE: &str = r#"# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total 12.5
# HELP http_request_duration_seconds HTTP request duration
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{endpoint="/orders",le="0.1",method="GET"} 10.0
http_request_duration_seconds_bucket{endpoint="/orders",le="1.0",method="GET"} 19.0
http_request_duration_seconds_bucket{endpoint="/orders",le="+Inf",method="GET"} 20.0
http_request_duration_seconds_count{endpoint="/orders",method="GET"} 20.0
http_request_duration_seconds_sum{endpoint="/orders",method="GET"} 31.7
http_request_duration_seconds_bucket{endpoint="/orders",le="0.1",method="POST"} 1.0
http_request_duration_seconds_bucket{endpoint="/orders",le="1.0",method="POST"} 1.0
http_request_duration_seconds_bucket{endpoint="/orders",le="+Inf",method="POST"} 2.0
# TYPE http_requests_total counter
http_requests_total{endpoint="/orders",method="GET",status="200"} 22.0
"#;

fn everything(page: &str) -> sovani_ops::domain::Histogram {
    read_page(page, DEFAULT_NAME)
        .unwrap()
        .since(&Counters::default())
}

fn bucket_line(rest: &str) -> String {
    format!("http_request_duration_seconds_bucket{rest}\n")
}

#[test]
fn the_platforms_page_is_read() {
    let expected = cumulative(&[(0.1, 11.0), (1.0, 20.0), (INF, 22.0)]);
    assert_eq!(everything(PAGE), expected);
}

#[test]
fn every_form_that_the_format_allows_is_read() {
    let expected = cumulative(&[(0.1, 3.0), (INF, 5.0)]);
    let cases = [
        // Timestamps, and numbers in every form.
        [r#"{le="0.1"} 3 1759395600000"#, r#"{le="+Inf"} 5.0e0 -1"#],
        // Exemplars, as OpenMetrics has them.
        [
            r#"{le="0.1"} 3.0 # {trace_id="} le=\"9\" 7"} 0.067 1759395600.1"#,
            r#"{le="+Inf"} 5.0 # {} 0.1"#,
        ],
        // Blanks, a comma at the end, and a tab.
        ["{ le = \"0.1\" , }\t3", "{le=\"Inf\",} 5"],
        // Label values with every allowed character.
        [
            r#"{path="a\"} b,c=\"d\\",le="0.1",note="лайн\nдва, {x}"} 3"#,
            r#"{path="a\"} b,c=\"d\\",note="лайн\nдва, {x}",le="+Inf"} 5"#,
        ],
        // The end of a line as on Windows.
        ["{le=\"1e-1\"} 3\r", "{le=\"+Inf\"} 5\r"],
    ];
    for lines in cases {
        let page: String = lines.iter().map(|line| bucket_line(line)).collect();
        assert_eq!(everything(&page), expected, "{page}");
    }
}

#[test]
fn escaped_labels_tell_series_apart() {
    let page: String = [r"a\\n", r"a\n", r#"a\""#, "a"]
        .iter()
        .map(|path| {
            let lines = [("1", 10), ("+Inf", 10)];
            lines
                .map(|(le, n)| bucket_line(&format!("{{path=\"{path}\",le=\"{le}\"}} {n}")))
                .concat()
        })
        .collect();
    let before = read_page(&page, DEFAULT_NAME).unwrap();
    assert_eq!(
        before.since(&Counters::default()),
        cumulative(&[(1.0, 40.0), (INF, 40.0)])
    );
    let grown = page.replace(" 10", " 11");
    assert_eq!(
        read_page(&grown, DEFAULT_NAME).unwrap().since(&before),
        cumulative(&[(1.0, 4.0), (INF, 4.0)])
    );
}

#[test]
fn openmetrics_has_an_end_of_its_own() {
    let page = format!(
        "{}# EOF",
        bucket_line("{le=\"1\"} 1") + &bucket_line("{le=\"+Inf\"} 1")
    );
    assert_eq!(everything(&page), cumulative(&[(1.0, 1.0), (INF, 1.0)]));
}

#[test]
fn a_program_without_requests_yet_declares_its_histogram() {
    let page = "# TYPE http_request_duration_seconds histogram\n";
    assert!(read_page(page, DEFAULT_NAME).unwrap().is_empty());
}

#[test]
fn counts_that_are_none_are_ignored() {
    let page: String = [
        r#"{le="0.1"} NaN"#,
        r#"{le="0.5"} -4"#,
        r#"{le="1"} 3"#,
        r#"{le="+Inf"} 4"#,
    ]
    .iter()
    .map(|line| bucket_line(line))
    .collect();
    assert_eq!(everything(&page), cumulative(&[(1.0, 3.0), (INF, 4.0)]));
}

#[test]
fn other_metrics_of_a_similar_name_are_others() {
    let page = "http_request_duration_seconds_bucket_total{le=\"1\"} 5\nhttp_request_duration_seconds_bucketed 4\n";
    assert_eq!(read_page(page, DEFAULT_NAME), Err(PageError::NoHistogram));
}

#[test]
fn what_cannot_be_read_is_said() {
    let only_infinity = bucket_line("{le=\"+Inf\"} 5");
    let no_infinity = bucket_line("{le=\"1\"} 5");
    let long = format!("{PAGE}{}", bucket_line("{le=\"1"));
    let cases: [(&str, PageError); 14] = [
        (
            "<!doctype html>\n<html><title>Sovani</title></html>\n",
            PageError::NotMetrics,
        ),
        ("{\"detail\": \"Not Found\"}\n", PageError::NotMetrics),
        ("", PageError::NotMetrics),
        ("Forbidden", PageError::NotMetrics),
        ("# a comment alone\n", PageError::NotMetrics),
        ("up 1\n", PageError::NoHistogram),
        (
            "# TYPE http_request_duration_seconds summary\nhttp_request_duration_seconds_sum 1\n",
            PageError::NoHistogram,
        ),
        (
            &only_infinity,
            PageError::BadHistogram(BadHistogram::OnlyInfinity),
        ),
        (
            &no_infinity,
            PageError::BadHistogram(BadHistogram::NoInfinity),
        ),
        (&PAGE[..PAGE.len() - 3], PageError::CutShort),
        (&long, PageError::Line(16)),
        (
            "http_request_duration_seconds_bucket 5\n",
            PageError::Line(1),
        ),
        (
            "http_request_duration_seconds_bucket{le=\"NaN\"} 5\n",
            PageError::Line(1),
        ),
        (
            "http_request_duration_seconds_bucket{le=\"1\"} five\n",
            PageError::Line(1),
        ),
    ];
    for (page, expected) in cases {
        assert_eq!(read_page(page, DEFAULT_NAME), Err(expected), "{page}");
    }
}

proptest::proptest! {
    #[test]
    fn no_page_breaks_the_reading(page in "(http_request_duration_seconds_bucket)?[{}a-z=\"\\\\,0-9 \n#+.é]{0,60}") {
        let _ = read_page(&page, DEFAULT_NAME);
    }

    #[test]
    fn every_label_value_is_read(value in "\\PC{0,20}", count in 0_u32..1000) {
        let escaped = value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', "\\n");
        let line = |le: &str| bucket_line(&format!("{{path=\"{escaped}\",le=\"{le}\"}} {count}"));
        let page = line("1") + &line("+Inf");
        let count = f64::from(count);
        proptest::prop_assert_eq!(everything(&page), cumulative(&[(1.0, count), (INF, count)]));
    }
}
