//! Databases that cannot be used, and what is said of them.

use sovani_ops::demo::Platform;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use url::Url;

use super::{Said, Shell};
use crate::support::{
    alembic,
    database::{TestDatabase, on_postgres},
};

async fn migrates_on(url: &str) -> Said {
    Shell::new()
        .with("DATABASE_URL", url)
        .runs(&["migrate"])
        .await
}

/// The server's address with another account.
fn as_account(database: &TestDatabase, name: &str, password: &str) -> String {
    let mut url: Url = database.url().parse().unwrap();
    url.set_username(name).unwrap();
    url.set_password(Some(password)).unwrap();
    url.into()
}

#[each_database]
async fn migrating_twice_is_as_good_as_once(database: TestDatabase) {
    for _ in 0..2 {
        let said = migrates_on(database.url()).await;
        assert!(
            said.succeeds().ends_with(" is up to date\n"),
            "{}",
            said.out
        );
    }
    let relations = database.db().relations().await.unwrap();
    for name in [
        "ops_alerts_history",
        "ops_remediation_history",
        "vw_slo_daily",
        "vw_ops_health",
        "job_runs",
    ] {
        assert!(relations.contains(name), "{name}");
    }
}

#[tokio::test]
async fn a_folder_in_place_of_the_database_is_told_with_what_to_check() {
    let shell = Shell::new();
    std::fs::create_dir(shell.folder.path().join("x.db")).unwrap();
    let shell = shell.with("DATABASE_URL", "sqlite:///x.db");

    for command in ["migrate", "check"] {
        let said = shell.runs(&[command]).await;
        let told = said.fails_with(2);
        assert!(
            told.contains("sqlite:x.db cannot be opened: ")
                && told.contains("/x.db is a folder; let DATABASE_URL lead to the file in it"),
            "{told}"
        );
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_told_with_what_to_check() {
    let said = migrates_on("sqlite:///no/such/folder/x.db").await;

    let told = said.fails_with(2);
    assert!(
        told.contains("no/such/folder/x.db cannot be opened: there is no folder /")
            && told.contains("/no/such/folder; check DATABASE_URL"),
        "{told}"
    );
}

#[tokio::test]
async fn a_corrupted_file_is_told_as_no_database_and_left_alone() {
    let bytes = [0xA7; 8192];
    let shell = Shell::new()
        .with_file("x.db", bytes)
        .with("DATABASE_URL", "sqlite:///x.db");

    for command in ["migrate", "check"] {
        let said = shell.runs(&[command]).await;
        let told = said.fails_with(2);
        assert!(
            told.contains("sqlite:x.db") && told.contains("not a database"),
            "{told}"
        );
    }
    assert_eq!(
        std::fs::read(shell.folder.path().join("x.db")).unwrap(),
        bytes
    );
}

#[tokio::test]
async fn a_server_that_refuses_connections_is_told_in_time() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };

    let said = migrates_on(&format!(
        "postgresql+psycopg2://bot:SECRET@127.0.0.1:{port}/sovani"
    ))
    .await;

    let told = said.fails_with(2);
    assert!(
        told.contains(&format!(
            "postgresql://127.0.0.1:{port}/sovani cannot be opened: nothing listens at 127.0.0.1:{port}"
        )),
        "{told}"
    );
    assert!(!told.contains("SECRET"), "{told}");
}

#[tokio::test]
async fn a_wrong_password_is_told_and_not_shown() {
    on_postgres(|database| async move {
        let said = migrates_on(&as_account(&database, "postgres", "SECRET-and-wrong")).await;

        let told = said.fails_with(2);
        assert!(
            told.contains("password authentication failed")
                && told.contains("check the user and the password in DATABASE_URL"),
            "{told}"
        );
        assert!(!told.contains("SECRET"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn a_database_that_does_not_exist_is_told() {
    on_postgres(|database| async move {
        let url = format!("{}_absent", database.url());

        let said = migrates_on(&url).await;

        let told = said.fails_with(2);
        assert!(
            told.contains("_absent cannot be opened") && told.contains("does not exist"),
            "{told}"
        );
    })
    .await;
}

#[tokio::test]
async fn an_account_that_may_not_make_tables_is_told_which_right_it_needs() {
    on_postgres(|database| async move {
        let role = format!("reader_{:016x}", fastrand::u64(..));
        let mut admin = PgConnection::connect(database.url()).await.unwrap();
        for sql in [
            format!("CREATE ROLE {role} LOGIN PASSWORD 'SECRET'"),
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC".to_owned(),
        ] {
            admin.execute(AssertSqlSafe(sql)).await.unwrap();
        }

        let said = migrates_on(&as_account(&database, &role, "SECRET")).await;

        admin
            .execute(AssertSqlSafe(format!("DROP ROLE {role}")))
            .await
            .unwrap();
        let told = said.fails_with(2);
        assert!(
            told.contains("needs the right to create tables and views"),
            "{told}"
        );
        assert!(told.contains("permission denied"), "{told}");
        assert!(!told.contains("SECRET"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn the_doctor_foresees_what_tables_and_views_of_another_role_stop() {
    on_postgres(|database| async move {
        let today = chrono::Utc::now().date_naive();
        Platform::healthy(today).create(database.db()).await.unwrap();
        alembic::install(&database).await;
        let role = format!("account_{:016x}", fastrand::u64(..));
        database
            .execute(format!(
                "CREATE ROLE {role} LOGIN PASSWORD 'account';
                 GRANT CREATE, USAGE ON SCHEMA public TO {role};
                 GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"
            ))
            .await;
        let url = as_account(&database, &role, "account");

        let said = Shell::new()
            .with("DATABASE_URL", &url)
            .runs(&["doctor"])
            .await;

        for part in [
            "ops_alerts_history belongs to the role postgres, ops_remediation_history belongs to the role postgres, and",
            &format!("GRANT \"postgres\" TO \"{role}\";"),
            "this account may not read and write job_runs, ops_alerts_history, ops_remediation_history",
            "vw_slo_daily stays as it is: it belongs to the role postgres",
            "vw_ops_health stays as it is: it belongs to the role postgres",
        ] {
            assert!(said.out.contains(part), "{part}: {}", said.out);
        }
        let told = migrates_on(&url).await;
        let told = told.fails_with(2);
        assert!(
            told.contains("ops_alerts_history belongs to the role postgres"),
            "{told}"
        );
    })
    .await;
}
