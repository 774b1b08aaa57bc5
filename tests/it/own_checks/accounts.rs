//! The connections of the checks, which are not the program's own.

use super::*;
use crate::support::{
    database::{on_postgres, on_sqlite},
    pgbouncer::PgBouncer,
    program::moment,
};

const WHO: &str = "sql = \"SELECT current_user AS x\"\nwhen = \"rows\"\ntext = \"{x}\"";

#[tokio::test]
async fn an_account_of_their_own_is_used_and_may_do_no_more_than_it_may() {
    on_postgres(async |database| {
        let role = format!("reader_{:016x}", fastrand::u64(..));
        database
            .execute(format!(
                "CREATE ROLE {role} LOGIN PASSWORD 'reader'; CREATE TABLE shown (x TEXT); CREATE TABLE hidden (x TEXT); \
                 GRANT SELECT ON shown TO {role}"
            ))
            .await;
        let mut url: url::Url = database.url().parse().unwrap();
        url.set_username(&role).unwrap();
        url.set_password(Some("reader")).unwrap();
        let settings = [("CHECKS_DATABASE_URL", url.as_str())];
        let checks = check("check_own_account", WHO);
        let mut shop = Shop::started(&database, &checks, &noon(), &settings).await;

        assert_eq!(shop.tells().await, role);
        let hidden = checks.replace("SELECT current_user AS x", "SELECT x FROM hidden");
        shop.reload(&hidden).await.unwrap();
        shop.program.sweep().await;
        let messages = shop.messages().await;
        assert!(messages.iter().any(|said| said.contains("permission denied for table hidden")), "{messages:?}");

        shop.program.stop().await;
        database.execute(format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
    })
    .await;
}

#[tokio::test]
async fn another_file_can_be_theirs_and_a_missing_one_is_a_failing_check() {
    on_sqlite(async |database| {
        let folder = TempDir::new().unwrap();
        let other = TestDatabase::connect(format!(
            "sqlite:///{}",
            folder.path().join("other.db").display()
        ))
        .await;
        other
            .execute("CREATE TABLE shown (x TEXT); INSERT INTO shown VALUES ('elsewhere')")
            .await;
        let checks = check(
            "check_own_file",
            &WHO.replace("SELECT current_user AS x", "SELECT x FROM shown"),
        );
        let settings = [("CHECKS_DATABASE_URL", other.url())];
        let shop = Shop::started(&database, &checks, &noon(), &settings).await;
        assert_eq!(shop.tells().await, "elsewhere");

        let missing = format!("{}-missing", other.url());
        let settings = [("CHECKS_DATABASE_URL", missing.as_str())];
        let shop = Shop::started(&database, &checks, &noon(), &settings).await;
        shop.program.sweep().await;
        let messages = shop.messages().await;
        assert!(
            messages
                .iter()
                .any(|said| said.contains("unable to open database file")),
            "{messages:?}"
        );
        assert!(!folder.path().join("other.db-missing").exists());
    })
    .await;
}

#[tokio::test]
async fn they_work_behind_a_pooler() {
    on_postgres(async |database| {
        let pooler = PgBouncer::before(database.url(), "pool_mode = transaction").await;
        let sql = "SELECT CAST(:today AS TEXT) AS x, current_setting('statement_timeout') AS y, \
                   current_setting('transaction_read_only') AS z";
        let checks = check(
            "check_own_pooled",
            &format!(
                "sql = \"{sql}\"\nwhen = \"rows\"\ntext = \"{{x}} {{y}} {{z}}\"\ntimeout = \"3s\""
            ),
        );
        let clock = Clock::standing_at(moment("2025-10-02 09:00:00"));
        let shop = Shop::started(
            &database,
            &checks,
            &clock,
            &[("DATABASE_URL", pooler.url())],
        )
        .await;

        assert_eq!(shop.tells().await, "2025-10-02 3s on");
        let calls = check(
            "check_own_pooled",
            "sql = \"SELECT pg_sleep(9) AS x\"\nwhen = \"rows\"\ntext = \"{x}\"",
        );
        shop.reload(&calls).await.unwrap();
        shop.program.sweep().await;
        let messages = shop.messages().await;
        assert!(
            messages.iter().any(|said| said.contains("calls pg_sleep")),
            "{messages:?}"
        );
    })
    .await;
}
