//! Sources that answer with a redirect, and those that want to know who asks.

use sovani_ops::{
    domain::{Check, Fingerprint, Status},
    web::followed,
};
use url::Url;

use super::{
    NAME,
    api::{Api, at},
    check,
};
use crate::support::{
    database::TestDatabase,
    metrics_page::{Manner, MetricsPage, fast_and_slow},
};

const ANSWER: &str = r#"{"status":"success","data":{"resultType":"vector","result":[
    {"metric":{"le":"0.1"},"value":[0,"90"]},{"metric":{"le":"+Inf"},"value":[0,"90"]}]}}"#;

fn is_unreachable(check: &Check) -> bool {
    check.fingerprint == Fingerprint::of(NAME, "unreachable")
}

/// Where a redirect is followed to, if it is; the ports of a server that asks for TLS are nobody's to listen at in a test.
#[test]
fn a_redirect_is_followed_to_the_same_server_and_to_its_tls() {
    let cases = [
        ("http://a/metrics", "http://a/metrics/", true),
        ("http://a:80/metrics", "http://a/x?y=1", true),
        ("http://a/metrics", "https://a/metrics", true),
        ("http://a:80/metrics", "https://A:443/metrics", true),
        ("http://10.0.0.1/", "https://10.0.0.1/", true),
        // Which of two ports belongs to the same server, nobody knows.
        ("http://a:8080/metrics", "https://a:8443/metrics", false),
        ("http://a/metrics", "https://a:8443/metrics", false),
        ("http://a:8080/metrics", "https://a/metrics", false),
        // The password would be sent in the clear.
        ("https://a/metrics", "http://a/metrics", false),
        ("http://a/metrics", "https://b/metrics", false),
        ("http://a/metrics", "https://b.a/metrics", false),
        ("http://a/metrics", "ftp://a/metrics", false),
    ];
    for (asked, to, is_followed) in cases {
        let with_password: Url = asked.replace("://", "://bot:hunter2@").parse().unwrap();
        let to: Url = to.parse().unwrap();

        let next = followed(&with_password, &to);

        assert_eq!(next.is_some(), is_followed, "{asked} {to}");
        if let Some(next) = next {
            let credentials = (next.username(), next.password());
            assert_eq!(credentials, ("bot", Some("hunter2")), "{next}");
            assert_eq!(next.path(), to.path());
        }
    }
}

/// `app.mount("/metrics", make_asgi_app())` redirects like this.
#[each_database]
async fn a_redirect_to_the_same_server_is_followed(database: TestDatabase) {
    let api = Api::beside(database).await;
    let whole = format!("http://{}/metrics/", api.page.address());
    let url = api.page.url().replace("http://", "http://bot:hunter2@");
    let settings = [
        ("API_METRICS_URL", url),
        ("API_METRICS_HEADERS", "X-Shop: 7".to_owned()),
    ];
    for (minute, to) in [
        (0, "/metrics/"),
        (5, "metrics/"),
        (10, "/metrics/?a=1"),
        (15, whole.as_str()),
    ] {
        for status in [301, 302, 303, 307, 308] {
            api.page.behaves(Manner::Moved(
                status,
                to.to_owned(),
                fast_and_slow(1000 + minute * 10, 0),
            ));
            check(&api.database, &settings, at(&format!("09:{minute:02}:00"))).await;
        }
    }

    let found = check(&api.database, &settings, at("09:15:30")).await;

    assert_eq!(
        (found.status, &found.extras["requests"]),
        (Status::Pass, &100.into()),
        "{found:?}"
    );
    let last = api.page.asked().last().unwrap().to_lowercase();
    assert!(last.starts_with("get /metrics/"), "{last}");
    assert!(
        last.contains("authorization: basic") && last.contains("x-shop: 7"),
        "{last}"
    );
}

#[each_database]
async fn a_redirect_to_another_server_is_named_and_tells_it_nothing(database: TestDatabase) {
    let api = Api::beside(database).await;
    let other = MetricsPage::start(fast_and_slow(1000, 0)).await;
    let to = format!("{}/?token=SECRET", other.url());
    api.page.behaves(Manner::Moved(307, to, String::new()));
    for (url, headers) in [
        ("API_METRICS_URL", "API_METRICS_HEADERS"),
        ("PROMETHEUS_URL", "PROMETHEUS_HEADERS"),
    ] {
        let settings = [
            (url, api.page.url()),
            (headers, "Authorization: Bearer hunter2".to_owned()),
        ];

        let found = check(&api.database, &settings, at("09:00:00")).await;

        assert!(is_unreachable(&found), "{found:?}");
        let named = format!(
            "HTTP 307 leads to http://{}, another server",
            other.address()
        );
        assert!(found.message.contains(&named), "{found:?}");
        assert!(
            !found.message.contains("SECRET") && !found.message.contains("hunter2"),
            "{found:?}"
        );
    }
    assert_eq!(other.asked().len(), 0);
}

#[each_database]
async fn a_header_that_the_server_repeats_is_not_told(database: TestDatabase) {
    let api = Api::beside(database).await;
    let said = r#"{"status":"error","error":"token hunter2-hunter2 is not known"}"#;
    api.page.behaves(Manner::Error(403, said.to_owned()));
    let settings = [
        ("PROMETHEUS_URL", api.page.url()),
        (
            "PROMETHEUS_HEADERS",
            "Authorization: Bearer hunter2-hunter2".to_owned(),
        ),
    ];

    let found = check(&api.database, &settings, at("09:00:00")).await;

    assert!(found.message.contains("token … is not known"), "{found:?}");
}

#[each_database]
async fn redirects_come_to_an_end(database: TestDatabase) {
    let api = Api::beside(database).await;
    api.page
        .behaves(Manner::Moved(302, "/metrics".to_owned(), String::new()));

    let found = api.is_checked(at("09:00:00")).await;

    assert!(
        is_unreachable(&found) && found.message.contains("from address to address"),
        "{found:?}"
    );
    assert!(api.page.asked().len() < 10);
}

#[each_database]
async fn a_prometheus_that_has_moved_and_wants_headers_is_asked_there(database: TestDatabase) {
    let api = Api::beside(database).await;
    api.page.behaves(Manner::Moved(
        308,
        "/prometheus/api/v1/query/?query=up".to_owned(),
        ANSWER.to_owned(),
    ));
    let several = r#"{"Authorization": "Bearer hunter2", "X-Scope-OrgID": "shop"}"#;
    let settings = [
        ("PROMETHEUS_URL", api.page.url()),
        ("PROMETHEUS_HEADERS", several.to_owned()),
    ];

    let found = check(&api.database, &settings, at("09:00:00")).await;

    assert_eq!(found.extras["requests"], 90, "{found:?}");
    for head in api.page.asked() {
        let head = head.to_lowercase();
        assert!(
            head.contains("authorization: bearer hunter2") && head.contains("x-scope-orgid: shop"),
            "{head}"
        );
    }
}
