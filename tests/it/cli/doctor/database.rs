//! Troubles with the tables of the platform and of the program.

use super::*;

#[each_database]
async fn types_values_and_spellings_that_the_platform_should_mend_are_told(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    database.execute(
        "CREATE TABLE cashflow_daily (d TEXT, marketplace TEXT, net TEXT);
         INSERT INTO cashflow_daily VALUES ('2025-10-01', 'WB', '1'), ('2025-10-01', ' wb', '1'), ('2025-10-01', 'WВ', '1'),
            ('2025-10-01', 'OZON', 'NaN'), ('2025-10-01', 'OZON', '1');
         CREATE TABLE sku (id INTEGER, marketplace TEXT);
         INSERT INTO sku VALUES (1, 'wB'), (2, 'OZON')",
    ).await;

    let examined = Patient::on(database.url()).await.examined().await;

    examined.finds("schema", "warning", "cashflow_daily.d is of the type text");
    examined.finds(
        "schema",
        "warning",
        "cashflow_daily.net is of the type text",
    );
    examined.finds(
        "schema",
        "error",
        "values that cannot be read: cashflow_daily.net = \"NaN\" (d = \"2025-10-01\")",
    );
    examined.finds(
        "schema",
        "warning",
        "\" wb\" and \"WB\" and \"WВ\" and \"wB\" are one marketplace",
    );
    let spelt = examined.of("schema").into_iter().filter(|finding| {
        finding["message"]
            .as_str()
            .unwrap()
            .contains("one marketplace")
    });
    assert_eq!(spelt.count(), 1);
}

#[each_database]
async fn a_database_without_the_programs_tables_is_told_and_left_without(database: TestDatabase) {
    let patient = Patient::on(database.url()).await;
    let before = database.db().relations().await.unwrap();

    let examined = patient.examined().await;

    examined.finds(
        "database",
        "warning",
        "changes to the program's tables are to be made",
    );
    examined.finds(
        "schema",
        "warning",
        "there is no daily_sales: check_ingest_success_rate",
    );
    examined.finds("schema", "warning", "there is no vw_commission_recon");
    examined.finds("jobs", "not_checked", "not made yet");
    assert_eq!(database.db().relations().await.unwrap(), before);
}

#[each_database]
async fn tables_of_a_newer_program_and_a_lost_column_are_told(database: TestDatabase) {
    let patient = Patient::healthy(&database).await;
    database
        .execute("UPDATE ops_migrations SET version = version + 1000")
        .await;
    database
        .execute("ALTER TABLE cashflow_daily RENAME COLUMN net TO gross")
        .await;

    let examined = patient.examined().await;

    examined.finds("database", "error", "newer than this program");
    examined.finds(
        "schema",
        "error",
        "cashflow_daily has no column net: check_cash_balance_threshold cannot look",
    );
}

#[each_database]
async fn while_the_program_runs_its_updates_are_left_to_it(database: TestDatabase) {
    let patient = Patient::healthy(&database).await;
    let now = sovani_ops::domain::Timestamp::new(Utc::now());
    let later = now + chrono::Duration::seconds(60);
    database
        .db()
        .acquire_lease("poller", "somebody", now, later)
        .await
        .unwrap();

    patient
        .examined()
        .await
        .finds("poller", "ok", "a running sovani-ops");

    assert_eq!(patient.telegram.calls_of("getUpdates").len(), 0);
}
