//! Copies of the database, and what is left when there is none.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use sovani_ops::{
    backup::{self, find_tool},
    db,
};
use tempfile::TempDir;
use tokio::process::Command;

use super::{Said, Shell};
use crate::support::{
    database::{TestDatabase, on_postgres, on_sqlite},
    deadline::eventually,
};

async fn backs_up(database: &TestDatabase, folder: &Path) -> Said {
    let file = folder.join("copy");
    let shell = Shell::new()
        .with("DATABASE_URL", database.url())
        .with("PATH", std::env::var("PATH").unwrap());
    shell.runs(&["backup", file.to_str().unwrap()]).await
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A `pg_dump` and a `pg_restore` of the test's own, newer than any server.
fn tools(dump: &str, restore: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, script) in [("pg_dump", dump), ("pg_restore", restore)] {
        let text = format!(
            "#!/bin/sh\nif [ \"$1\" = --version ]; then echo '{name} (PostgreSQL) 99.1'; exit; fi\ncd '{}'\n{script}\n",
            folder.path().display()
        );
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder
}

fn with_tools(database: &TestDatabase, tools: &TempDir) -> Shell {
    let path = format!(
        "{}:{}",
        tools.path().display(),
        std::env::var("PATH").unwrap()
    );
    Shell::new()
        .with("DATABASE_URL", database.url())
        .with("PATH", path)
}

#[each_database]
async fn a_copy_is_written_for_its_owner_only_and_told_and_on_record(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    database
        .execute(
            "INSERT INTO ops_alerts_history (created_at, source, severity, message, fingerprint)
         VALUES ('2025-10-02 09:00:00', 's', 'error', 'm', 'f')",
        )
        .await;
    let folder = TempDir::new().unwrap();

    let said = backs_up(&database, folder.path()).await;

    let told = said.succeeds();
    assert!(
        told.contains("newest alert: 2025-10-02 09:00:00")
            && told.contains("To restore: stop sovani-ops"),
        "{told}"
    );
    let restores = if database.is_postgres() {
        "pg_restore --exit-on-error"
    } else {
        "platform.db-wal"
    };
    assert!(
        told.contains(restores) && told.contains(" tables"),
        "{told}"
    );
    assert_eq!(names_in(folder.path()), ["copy"]);
    let mode = fs::metadata(folder.path().join("copy"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let record = database
        .texts("SELECT act || ' ' || outcome || ' by ' || actor || ' at ' || door FROM ops_audit")
        .await;
    assert_eq!(record, ["backup done by terminal at terminal"]);
}

#[each_database]
async fn a_file_that_is_there_is_not_overwritten(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("copy"), "precious").unwrap();

    let said = backs_up(&database, folder.path()).await;

    let told = said.fails_with(2);
    assert!(
        told.contains("is there already; a backup overwrites nothing"),
        "{told}"
    );
    assert_eq!(fs::read(folder.path().join("copy")).unwrap(), b"precious");
    assert_eq!(
        database.texts("SELECT outcome FROM ops_audit").await,
        ["failed"]
    );
}

#[each_database]
async fn too_little_room_is_told_with_figures_before_anything_is_written(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    database
        .execute("INSERT INTO ops_db_sizes (at, bytes) VALUES ('2025-10-02 09:00:00', 1)")
        .await;
    let folder = TempDir::new().unwrap();
    let (url, file) = (database.url().parse().unwrap(), folder.path().join("copy"));

    let error = backup::write(database.db(), &url, &file, Some(1_000))
        .await
        .unwrap_err();

    let told = error.to_string();
    assert!(
        told.contains("too little room") && told.contains("and 0.0 MB are free"),
        "{told}"
    );
    assert!(names_in(folder.path()).is_empty());
}

#[each_database]
async fn a_folder_that_is_not_there_is_told(database: TestDatabase) {
    let said = backs_up(&database, Path::new("/no/such/folder")).await;

    let told = said.fails_with(2);
    assert!(
        told.contains("nothing can be written beside /no/such/folder/copy"),
        "{told}"
    );
}

#[each_database]
async fn a_database_of_an_earlier_version_is_copied_unmigrated(database: TestDatabase) {
    database
        .execute("CREATE TABLE theirs (id INTEGER); INSERT INTO theirs VALUES (7)")
        .await;
    let folder = TempDir::new().unwrap();

    let said = backs_up(&database, folder.path()).await;

    assert!(
        said.succeeds().contains(" 1 tables, newest alert: none"),
        "{}",
        said.out
    );
    assert!(
        !database
            .db()
            .relations()
            .await
            .unwrap()
            .contains("ops_audit"),
        "a backup migrates nothing"
    );
}

#[tokio::test]
async fn a_database_that_is_not_there_is_not_made() {
    let shell = Shell::new().with("DATABASE_URL", "sqlite:///absent.db");

    let said = shell.runs(&["backup", "copy.db"]).await;

    let told = said.fails_with(2);
    assert!(
        told.contains("there is no database sqlite:absent.db"),
        "{told}"
    );
    assert!(names_in(shell.folder.path()).is_empty());
}

#[tokio::test]
async fn a_copy_with_a_page_that_was_lost_is_found_to_be_damaged() {
    on_sqlite(async |database| {
        database.db().migrate().await.unwrap();
        database.execute("CREATE TABLE t (x TEXT)").await;
        database
            .execute("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT hex(randomblob(50)) FROM n")
            .await;
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("copy");
        backs_up(&database, folder.path()).await.succeeds();
        let limit = Duration::from_secs(60);
        assert!(db::check_sqlite_copy(&file, limit).await.is_ok());

        let mut bytes = fs::read(&file).unwrap();
        let end = bytes.len();
        bytes[end - 8192..end - 4096].fill(0xA7);
        fs::write(&file, bytes).unwrap();

        assert!(db::check_sqlite_copy(&file, limit).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn no_argument_of_pg_dump_shows_the_password_and_it_inherits_no_secret() {
    on_postgres(|database| async move {
        let tools = tools(
            "echo \"$@\" > arguments; env > environment; echo dump > \"$4\"",
            "echo '1; 0 0 TABLE DATA public t o'",
        );
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("copy");
        let shell =
            with_tools(&database, &tools).with("ADMIN_TOKEN", "SECRET-of-the-administrators");

        let said = shell.runs(&["backup", file.to_str().unwrap()]).await;

        said.succeeds();
        let url: url::Url = database.url().parse().unwrap();
        let password = url.password().unwrap();
        let written = |name: &str| fs::read_to_string(tools.path().join(name)).unwrap();
        let (arguments, environment) = (written("arguments"), written("environment"));
        assert!(
            arguments.starts_with("--format=custom --no-password --file ")
                && !arguments.contains(password),
            "{arguments}"
        );
        assert!(environment.contains(&format!("PGPASSWORD={password}\n")));
        assert!(
            !environment.contains("SECRET") && !environment.contains("DATABASE_URL"),
            "{environment}"
        );
        assert!(!said.out.contains(password) && !said.err.contains(password));
    })
    .await;
}

#[tokio::test]
async fn a_dump_that_fails_or_cannot_be_read_leaves_nothing_behind() {
    on_postgres(|database| async move {
        database.db().migrate().await.unwrap();
        let cases = [
            (
                "echo half > \"$4\"; echo 'no space left' >&2; exit 1",
                "true",
                "pg_dump failed: exit status: 1: no space left",
            ),
            (
                "echo rubbish > \"$4\"",
                "echo 'not a valid archive' >&2; exit 1",
                "not a valid archive",
            ),
            ("echo rubbish > \"$4\"", "true", "a file without tables"),
        ];
        for (dump, restore, expected) in cases {
            let tools = tools(dump, restore);
            let folder = TempDir::new().unwrap();
            let file = folder.path().join("copy");

            let said = with_tools(&database, &tools)
                .runs(&["backup", file.to_str().unwrap()])
                .await;

            let told = said.fails_with(2);
            assert!(told.contains(expected), "{told}");
            assert!(names_in(folder.path()).is_empty());
        }
        assert_eq!(
            database
                .texts("SELECT DISTINCT outcome FROM ops_audit")
                .await,
            ["failed"]
        );
    })
    .await;
}

#[tokio::test]
async fn an_interrupt_leaves_neither_a_file_nor_a_pg_dump() {
    on_postgres(|database| async move {
        for signal in ["-INT", "-TERM"] {
            let tools = tools("echo half > \"$4\"; echo $$ > pid; exec sleep 600", "true");
            let folder = TempDir::new().unwrap();
            let file = folder.path().join("copy");
            let shell = with_tools(&database, &tools);
            let child = shell
                .command(&["backup", file.to_str().unwrap()])
                .stdout(std::process::Stdio::piped())
                .stderr(std::process::Stdio::piped())
                .spawn()
                .unwrap();
            let pid: PathBuf = tools.path().join("pid");
            eventually("pg_dump writes", async || {
                fs::read_to_string(&pid).is_ok_and(|pid| pid.ends_with('\n'))
            })
            .await;
            assert_eq!(names_in(folder.path()).len(), 1);
            let dump = fs::read_to_string(&pid).unwrap().trim().to_owned();

            let us = child.id().unwrap().to_string();
            assert!(
                Command::new("kill")
                    .args([signal, &us])
                    .status()
                    .await
                    .unwrap()
                    .success()
            );

            let said = Said::from(child.wait_with_output().await.unwrap());
            let told = said.fails_with(2);
            assert!(told.contains("interrupted; nothing was written"), "{told}");
            assert!(names_in(folder.path()).is_empty());
            eventually("pg_dump is gone", async || {
                let state = fs::read_to_string(format!("/proc/{dump}/stat"));
                state.is_err() || state.is_ok_and(|state| state.contains(") Z "))
            })
            .await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_pg_dump_that_is_missing_or_too_old_is_told_with_its_package() {
    let missing = find_tool("pg_no_such_program", 15)
        .await
        .unwrap_err()
        .to_string();
    assert!(missing.contains("pg_no_such_program is not installed; install it with `apt-get install postgresql-client-15`"), "{missing}");

    on_postgres(|_| async {
        let old = find_tool("pg_dump", 98).await.unwrap_err().to_string();
        assert!(
            old.contains("which cannot read a server of version 98")
                && old.contains("postgresql-client-98"),
            "{old}"
        );
    })
    .await;
}
