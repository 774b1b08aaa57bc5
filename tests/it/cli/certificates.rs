//! Certificates that no public authority has signed.

use super::Shell;
use crate::support::{
    database::{TestDatabase, on_sqlite},
    https::Https,
    openssl::Certificates,
};

const PAGE: &str = "# TYPE http_request_duration_seconds histogram\n\
                    http_request_duration_seconds_bucket{le=\"0.1\"} 5\n\
                    http_request_duration_seconds_bucket{le=\"+Inf\"} 5\n\
                    http_request_duration_seconds_sum 0.1\nhttp_request_duration_seconds_count 5\n";
const CHECK: [&str; 2] = ["check", "check_api_latency_p95"];

fn shell(database: &TestDatabase, url: String) -> Shell {
    Shell::new()
        .with("DATABASE_URL", database.url())
        .with("API_METRICS_URL", url)
}

#[tokio::test]
async fn ones_own_authority_is_trusted_where_the_environment_names_it() {
    on_sqlite(async |database: TestDatabase| {
        database.db().migrate().await.unwrap();
        let made = Certificates::new();
        made.plain("recipe", "localhost", "root");
        made.named("named", "DNS:localhost", "root");
        made.self_signed("own", "localhost");
        std::fs::write(made.path("metrics"), PAGE).unwrap();
        for (name, authority) in [("recipe", "root"), ("named", "root"), ("own", "own")] {
            let path = |end: &str| made.path(&format!("{name}.{end}"));
            let server = Https::serving(made.folder(), &path("crt"), &path("key")).await;
            let url = server.url("localhost", "metrics");
            let authority = made.path(&format!("{authority}.crt"));
            let authority = authority.to_str().unwrap();

            let said = shell(&database, url.clone()).runs(&CHECK).await;
            let told = said.out + &said.err;
            assert!(
                told.contains("certificate") && told.contains("SSL_CERT_FILE"),
                "{told}"
            );

            let said = shell(&database, url)
                .with("SSL_CERT_FILE", authority)
                .runs(&CHECK)
                .await;
            let told = said.out + &said.err;
            assert!(
                !told.contains("certificate") && !told.contains("no connection"),
                "{name}: {told}"
            );

            // Of another machine's name.
            let url = server.url("127.0.0.1", "metrics");
            let said = shell(&database, url)
                .with("SSL_CERT_FILE", authority)
                .runs(&CHECK)
                .await;
            let told = said.out + &said.err;
            assert!(told.contains("not valid for"), "{told}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_file_of_authorities_that_cannot_be_used_is_named() {
    on_sqlite(async |database: TestDatabase| {
        database.db().migrate().await.unwrap();
        let made = Certificates::new();
        for (file, why) in [
            ("absent.crt", "cannot be read"),
            ("root.key", "no certificate"),
        ] {
            let file = made.path(file);
            let file = file.to_str().unwrap();
            let said = shell(&database, "https://localhost/metrics".to_owned())
                .with("SSL_CERT_FILE", file)
                .runs(&CHECK)
                .await;
            let told = said.out + &said.err;
            assert!(
                told.contains("SSL_CERT_FILE") && told.contains(file) && told.contains(why),
                "{told}"
            );
        }
    })
    .await;
}
