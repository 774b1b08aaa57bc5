//! Actions that make an HTTP call.

use super::*;

#[derive(Default)]
struct Heard(Mutex<Vec<String>>);

/// A server that answers so to a token and an address, at a port of its own.
async fn server(status: StatusCode, said: fn(&str, &Uri) -> String) -> (String, Arc<Heard>) {
    let heard = Arc::new(Heard::default());
    let answer = move |State(heard): State<Arc<Heard>>, headers: HeaderMap, uri: Uri| async move {
        let token = headers["authorization"].to_str().unwrap().to_owned();
        let said = said(&token, &uri);
        heard.0.lock().await.push(token);
        (status, [("location", "/elsewhere")], said)
    };
    let router = Router::new()
        .route("/restart", post(answer))
        .with_state(Arc::clone(&heard));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let hyper = hyper_util::server::conn::auto::Builder::new(hyper_util::rt::TokioExecutor::new());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = hyper_util::service::TowerToHyperService::new(router.clone());
            let _ = hyper
                .serve_connection(hyper_util::rt::TokioIo::new(stream), service)
                .await;
        }
    });
    (address, heard)
}

const TOKEN: &str = "headers = { Authorization = \"$API_RESTART_TOKEN\" }\n";

fn call(url: &str, more: &str) -> String {
    format!(
        "[[action]]\nname = \"restart_api\"\nkind = \"http\"\nmethod = \"POST\"\nurl = \"{url}\"\n\
         {more}expect = [200, 204]\ndetectors = [\"{LATENCY}\"]"
    )
}

#[tokio::test]
async fn a_call_is_made_once_and_neither_its_address_nor_its_token_is_told() {
    on_sqlite(async |database| {
        for (status, outcome, said) in [
            (
                StatusCode::OK,
                RemediationStatus::Success,
                "answered 200: you are <…> at /restart?…",
            ),
            (
                StatusCode::FOUND,
                RemediationStatus::Failed,
                "answered 302 and leads to http://HOST, which is not followed, instead of 200 or 204: you are <…> at /restart?…",
            ),
            (
                StatusCode::FORBIDDEN,
                RemediationStatus::Failed,
                "answered 403 instead of 200 or 204: you are <…> at /restart?…",
            ),
        ] {
            let (address, heard) =
                server(status, |token, uri| format!("you are <{token}> at {uri}")).await;
            let url = format!("http://{address}/restart?key=KEY-91c");
            let (program, _folder) = with_actions(&database, &call(&url, TOKEN)).await;

            let report = ran(&program, "restart_api").await;

            assert_eq!(
                report.details,
                format!("POST http://{address}/restart?… {said}").replace("HOST", &address)
            );
            assert_eq!(report.status, outcome);
            assert_eq!(*heard.0.lock().await, ["Bearer TOKEN-7f3"]);
        }
    })
    .await;
}

/// The ways in which servers, frameworks and languages repeat parts of an address, and the masked forms.
const REPEATED: [(&str, &str); 12] = [
    (
        "Moved to /restart?key=K%C3%89Y+%26%2F91c&n=1&bare-5d0",
        "Moved to /restart?…",
    ),
    (
        "<a href='/restart?key=K%C3%89Y+%26%2F91c&amp;n=1&amp;bare-5d0'>",
        "<a href='/restart?…'>",
    ),
    (
        "{\"url\":\"\\/restart?key=K%C3%89Y+%26%2F91c\\u0026n=1\\u0026bare-5d0\"}",
        "{\"url\":\"\\/restart?…\"}",
    ),
    ("n=1&key=K%C3%89Y+%26%2F91c", "n=1&key=…"),
    ("no key KÉY &/91c", "no key …"),
    ("no key <b>KÉY &amp;/91c</b>", "no key <b>…</b>"),
    ("no key K%c3%89Y%20&#38;&#x2F;91c.", "no key …."),
    ("{\"key\":\"K\\u00c9Y \\u0026\\/91c\"}", "{\"key\":\"…\"}"),
    ("ops may not: P@ss/77, P%40ss%2F77", "ops may not: …, …"),
    ("bare-5d0 is no flag", "… is no flag"),
    ("Basic b3BzOlBAc3MvNzc=", "Basic …"),
    ("1 worker, 12 to go", "1 worker, 12 to go"),
];

#[tokio::test]
async fn a_server_that_repeats_the_address_betrays_no_secret_of_it() {
    on_sqlite(async |database| {
        let (address, heard) = server(StatusCode::OK, |_, _| {
            REPEATED.map(|(said, _)| said).join(" | ")
        })
        .await;
        let with_secrets =
            format!("http://ops:P%40ss%2F77@{address}/restart?key=K%C3%89Y+%26%2F91c&n=1&bare-5d0");
        let (program, _folder) = with_actions(&database, &call(&with_secrets, "")).await;

        let report = ran(&program, "restart_api").await;

        let told = REPEATED.map(|(_, told)| told).join(" | ");
        assert_eq!(
            report.details,
            format!("POST http://{address}/restart?… answered 200: {told}")
        );
        assert_eq!(*heard.0.lock().await, ["Basic b3BzOlBAc3MvNzc="]);
    })
    .await;
}

#[tokio::test]
async fn a_secret_at_the_end_of_the_shown_part_is_not_shown_in_part() {
    on_sqlite(async |database| {
        let (address, _) = server(StatusCode::OK, |token, _| {
            "x".repeat(1990) + token + " and more"
        })
        .await;
        let url = format!("http://{address}/restart");
        let (program, _folder) = with_actions(&database, &call(&url, TOKEN)).await;

        let details = ran(&program, "restart_api").await.details;

        assert!(details.ends_with("x… and mo"), "{details}");
    })
    .await;
}
