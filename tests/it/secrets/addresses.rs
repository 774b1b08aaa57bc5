//! No value of an address's parameter, and no line of a password file, is in the log.

use std::{fs, os::unix::fs::PermissionsExt};

use sovani_ops::standin::Options;
use tempfile::TempDir;
use url::Url;

use super::*;
use crate::support::{
    database::{TestDatabase, on_postgres, on_sqlite},
    process::{Process, telegram_with},
};

/// Stands in a parameter or a password file.
const VALUE: &str = "value-that-is-nobodys-business";

/// The program's most detailed log of a start, and whether it succeeds.
async fn log_with(database: &TestDatabase, settings: &[(&str, &str)]) -> (bool, String) {
    let telegram = telegram_with(Options::new(telegram_token(), "ops_bot")).await;
    let token = telegram_token();
    let own = [("RUST_LOG", "trace"), ("TELEGRAM_TOKEN", &token)];
    let all: Vec<_> = own.into_iter().chain(settings.iter().copied()).collect();
    let mut process = Process::start(database, &telegram, &all);
    let ready = process.api().await.is_some();
    (ready, process.kill().await)
}

fn password_of(database: &TestDatabase) -> String {
    let url: Url = database.url().parse().unwrap();
    url.password().unwrap().to_owned()
}

fn assert_untold(what: &str, log: &str, database: &TestDatabase) {
    assert_holds_no(what, log, VALUE);
    assert_holds_no(what, log, &password_of(database));
}

#[tokio::test]
async fn parameters_without_effect_are_not_logged() {
    on_postgres(async |database| {
        let mut url: Url = database.url().parse().unwrap();
        let names = [
            "sslpassword",
            "application_name",
            "fallback_application_name",
            "krbsrvname",
            "scram_client_key",
            "oauth_client_secret",
            "sslkeylogfile",
            "prepared_statement_name_func",
            "passfile",
        ];
        for name in names {
            url.query_pairs_mut().append_pair(name, VALUE);
        }
        let (ready, log) = log_with(&database, &[("DATABASE_URL", url.as_str())]).await;
        assert!(ready, "{log}");
        assert_untold("parameters", &log, &database);
    })
    .await;
}

#[tokio::test]
async fn a_password_file_with_bad_lines_serves_and_is_not_logged() {
    on_postgres(async |database| {
        let password = password_of(&database);
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("pgpass");
        let text =
            format!("{VALUE}\nhost:{VALUE}\n\\{VALUE}:*:*\n*:1:*:*:{VALUE}\n*:*:*:*:{password}\n");
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let mut url: Url = database.url().parse().unwrap();
        url.set_password(None).unwrap();
        for (url, variable) in [
            (url.to_string(), file.to_str().unwrap()),
            (format!("{url}?passfile={}", file.display()), "/none"),
        ] {
            let settings = [("DATABASE_URL", url.as_str()), ("PGPASSFILE", variable)];
            let (ready, log) = log_with(&database, &settings).await;
            assert!(ready, "{log}");
            assert_untold("the password file", &log, &database);
            assert_holds_no("the password file", &log, file.to_str().unwrap());
        }
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let settings = [
            ("DATABASE_URL", url.as_str()),
            ("PGPASSFILE", file.to_str().unwrap()),
        ];
        let (ready, log) = log_with(&database, &settings).await;
        assert!(!ready && log.contains("chmod 600"), "{log}");
        assert_untold("the password file", &log, &database);
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_refused_is_not_logged() {
    on_sqlite(async |database| {
        for query in [
            "PASSWORD=",
            "Password=",
            "passwrd=",
            "sslPassword=",
            "x=",
            "sslmode=",
            "connect_timeout=",
            "port=",
            "hostaddr=",
            "options=",
            "target_session_attrs=",
            "require_auth=",
            "channel_binding=",
            "service=",
            "servicefile=x&service=",
            "load_balance_hosts=",
            "replication=",
        ] {
            let url =
                format!("postgresql://ops:{DATABASE_SECRET}@127.0.0.1:1/sovani?{query}{VALUE}");
            let (ready, log) = log_with(&database, &[("DATABASE_URL", &url)]).await;
            assert!(!ready && log.contains("DATABASE_URL: "), "{query}: {log}");
            assert_holds_no(query, &log, VALUE);
            assert_holds_no(query, &log, DATABASE_SECRET);
        }
    })
    .await;
}

#[tokio::test]
async fn libpqs_variables_are_not_logged() {
    on_sqlite(async |database| {
        for name in [
            "PGSSLMODE",
            "PGPORT",
            "PGOPTIONS",
            "PGSERVICE",
            "PGREQUIREAUTH",
            "PGTARGETSESSIONATTRS",
        ] {
            let url = format!("postgresql://ops:{DATABASE_SECRET}@127.0.0.1/sovani");
            let (ready, log) = log_with(&database, &[("DATABASE_URL", &url), (name, VALUE)]).await;
            assert!(!ready && log.contains("DATABASE_URL: "), "{name}: {log}");
            assert_holds_no(name, &log, VALUE);
        }
    })
    .await;
}
