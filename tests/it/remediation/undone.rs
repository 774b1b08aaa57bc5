//! Actions that come to no error, and have not done what they are for.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use sovani_ops::db::Db;
use sqlx::Connection;
use tempfile::TempDir;
use url::Url;

use super::{SCHEDULER, failed, succeeded};
use crate::support::{
    database::{TestDatabase, on_postgres, on_sqlite},
    program::Setup,
};

const GROWTH: &str = "check_db_growth";

/// An account that may make tables, and another role's tables beside its own.
async fn beside_others(database: &TestDatabase) -> (Setup, [String; 2]) {
    let mut url: Url = database.url().parse().unwrap();
    let name = url.path().trim_start_matches('/').to_owned();
    let [account, other] = [format!("account_{name}"), format!("other_{name}")];
    database
        .execute(format!(
            "CREATE ROLE {account} LOGIN PASSWORD 'account'; CREATE ROLE {other};
             GRANT CREATE, USAGE ON SCHEMA public TO {account};
             CREATE TABLE theirs (x BIGINT); CREATE TABLE theirs_too (x BIGINT);
             ALTER TABLE theirs OWNER TO {other}; ALTER TABLE theirs_too OWNER TO {other}"
        ))
        .await;
    url.set_username(&account).unwrap();
    url.set_password(Some("account")).unwrap();
    (
        Setup::beside(database).with("DATABASE_URL", url.as_str()),
        [account, other],
    )
}

#[tokio::test]
async fn a_vacuum_that_skips_the_tables_of_others_has_failed_and_says_whose_they_are() {
    on_postgres(async |database| {
        let (setup, [account, other]) = beside_others(&database).await;
        let program = setup.start().await;

        let report = failed(&program, GROWTH).await;

        let (told, sizes) = report.details.split_once("; ").unwrap();
        let tables = database
            .number("SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'")
            .await;
        assert_eq!(
            told,
            format!(
                "2 of {tables} tables were skipped, because this account may not vacuum them: 2 of the role {other} \
                 (public.theirs, public.theirs_too). Let their owner do it, or run as a superuser: GRANT \"{other}\" TO \
                 this account"
            )
        );
        assert!(sizes.contains(" MB before, "), "{sizes}");
        assert_eq!(report.retry_count, 0);

        database.execute(format!("GRANT {other} TO {account}")).await;
        let details = succeeded(&program, GROWTH).await;
        assert!(details.starts_with("Database vacuumed successfully: "), "{details}");
    })
    .await;
}

#[tokio::test]
async fn a_file_that_a_reader_keeps_from_shrinking_is_not_vacuumed_yet() {
    on_sqlite(async |database| {
        let program = Setup::beside(&database).start().await;
        database
            .execute("CREATE TABLE ballast (x TEXT); INSERT INTO ballast VALUES ('x')")
            .await;
        let Db::Sqlite(pool, ..) = database.db() else {
            unreachable!("SQLite was asked for")
        };
        let mut reader = pool.acquire().await.unwrap().detach();
        let reading = reader.begin().await.unwrap();
        let mut reading = reading;
        let seen: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM ballast")
            .fetch_one(&mut *reading)
            .await
            .unwrap();
        assert_eq!(seen, 1);

        let report = failed(&program, GROWTH).await;

        let why = "rewritten, but the file is not smaller yet: somebody reads an older state of it";
        assert!(report.details.starts_with(why), "{report:?}");
        reading.rollback().await.unwrap();
        succeeded(&program, GROWTH).await;
    })
    .await;
}

/// A `systemctl` that restarts everything and reports this state for each unit.
fn systemctl(folder: &Path, state: &str) -> String {
    let script = folder.join("systemctl");
    let told = folder.join("told");
    let text = format!(
        "#!/bin/sh\necho \"$@\" >> {}\ncase \"$*\" in *show*) printf '{state}' ;; esac\n",
        told.display()
    );
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o700)).unwrap();
    script.display().to_string()
}

#[tokio::test]
async fn a_scheduler_that_was_restarted_and_does_not_run_is_no_success() {
    on_sqlite(async |database| {
        for (state, outcome) in [
            ("ActiveState=active\\nType=simple\\nResult=success\\n", None),
            (
                "ActiveState=inactive\\nType=oneshot\\nResult=success\\n",
                None,
            ),
            (
                "ActiveState=failed\\nType=simple\\nResult=exit-code\\n",
                Some("failed (exit-code)"),
            ),
            (
                "ActiveState=inactive\\nType=simple\\nResult=success\\n",
                Some("inactive"),
            ),
        ] {
            let folder = TempDir::new().unwrap();
            let program = systemctl(folder.path(), state);
            let command =
                serde_json::to_string(&["/usr/bin/env", &program, "restart", "scheduler"]).unwrap();
            let setup = Setup::beside(&database)
                .with("SCHEDULER_RESTART_CMD", command)
                .with("AUTO_REMEDIATION_MAX_RETRIES", "0");
            let running = setup.start().await;

            let done = "/usr/bin/env succeeded: no output";
            match outcome {
                None => assert_eq!(succeeded(&running, SCHEDULER).await, done),
                Some(told) => assert_eq!(
                    failed(&running, SCHEDULER).await.details,
                    format!("{done}, and then scheduler is {told}")
                ),
            }
            assert_eq!(
                fs::read_to_string(folder.path().join("told")).unwrap(),
                "restart scheduler\nshow --property=ActiveState,Type,Result -- scheduler\n"
            );
        }
    })
    .await;
}
