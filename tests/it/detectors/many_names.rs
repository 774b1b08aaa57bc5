//! Columns of names that hold more than names: the answer stays small, and tells how much is left out.

use serde_json::json;

use super::{
    odd_values::{CASH, INGEST, cashflow, stands},
    on_a_platform::check,
};
use crate::support::database::TestDatabase;

#[each_database]
async fn three_thousand_marketplaces_and_one_of_twenty_megabytes_stay_small(
    database: TestDatabase,
) {
    cashflow(&database, "d DATE, marketplace TEXT, net NUMERIC", &[]).await;
    database.execute("CREATE TABLE daily_sales (d DATE, sku_id INTEGER); CREATE TABLE sku (id INTEGER, marketplace TEXT)").await;
    let long = if database.is_postgres() {
        "repeat('x', 20000000)"
    } else {
        "printf('%.*c', 20000000, 'x')"
    };
    database.execute(format!("INSERT INTO cashflow_daily VALUES ('2025-10-01', {long}, -20000); INSERT INTO sku VALUES (0, {long})")).await;
    for hundred in 0..30 {
        let names = (1..=100).map(|n| format!("('2025-10-01', 'M{}', -11000)", hundred * 100 + n));
        database
            .execute(format!(
                "INSERT INTO cashflow_daily VALUES {}",
                names.collect::<Vec<_>>().join(", ")
            ))
            .await;
        let skus = (1..=100).map(|n| format!("({0}, 'M{0}')", hundred * 100 + n));
        database
            .execute(format!(
                "INSERT INTO sku VALUES {}",
                skus.collect::<Vec<_>>().join(", ")
            ))
            .await;
    }
    for age in 0..10 {
        let day = "2025-09-29".parse::<chrono::NaiveDate>().unwrap() - chrono::Duration::days(age);
        database.execute(format!("INSERT INTO daily_sales SELECT '{day}', id FROM sku; INSERT INTO daily_sales SELECT '2025-10-01', -1")).await;
    }
    // One of those that is not told of.
    let last = "missing:M999";

    for name in [CASH, INGEST] {
        let check = check(&database, name).await;

        assert!(check.failed(), "{check:?}");
        assert!(check.faults().len() <= 21, "{}", check.faults().len());
        for fault in check.faults().iter().chain([&check]) {
            let length = fault.message.len() + serde_json::to_string(&fault.extras).unwrap().len();
            assert!(length < 4_000, "{length}");
        }
        if name == INGEST {
            assert!(stands(&check, last));
            let more = check.faults().last().unwrap();
            assert!(
                more.message.starts_with("More faults of this check (298"),
                "{more:?}"
            );
        } else {
            assert_eq!(check.extras["balances_left_out"], 2_981);
        }
    }
}

#[each_database]
async fn names_without_end_are_read_in_part_and_counted(database: TestDatabase) {
    const NAMES: i64 = 200_000;
    cashflow(
        &database,
        "d DATE, marketplace TEXT, net NUMERIC",
        &[
            "'2025-10-01', 'WB', -12000",
            "'2025-10-01', 'rich', 3000000000",
        ],
    )
    .await;
    database.execute("CREATE TABLE daily_sales (d DATE, sku_id INTEGER); CREATE TABLE sku (id INTEGER, marketplace TEXT)").await;
    let numbers = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {NAMES})"
    );
    for insert in [
        "INSERT INTO cashflow_daily SELECT '2025-10-01', 'M' || i, -11000 FROM n",
        "INSERT INTO sku SELECT i, 'M' || i FROM n",
        "INSERT INTO daily_sales SELECT '2025-10-01', i FROM n",
    ] {
        database.execute(format!("{numbers} {insert}")).await;
    }

    let cash = check(&database, CASH).await;
    let ingest = check(&database, INGEST).await;
    let facts = database.facts();
    let today = "2025-10-02".parse().unwrap();
    let facts = facts.reader(chrono_tz::Europe::Moscow, today).await;
    let balances = facts.cash_balances().await.unwrap();
    let from = "2025-09-01".parse().unwrap();
    let history = facts.cash_history((from, today)).await.unwrap();

    assert!(
        cash.message
            .starts_with("Cash balance -12000.00 RUB below alert threshold"),
        "{cash:?}"
    );
    assert_eq!(cash.extras["balances_left_out"], NAMES + 2 - 20, "{cash:?}");
    assert_eq!(
        cash.extras["total"],
        json!(3_000_000_000_f64 - 12_000.0 - 11_000.0 * 200_000.0),
        "{cash:?}"
    );
    assert_eq!(balances.each.len(), 10_000);
    assert!(
        ingest.extras["marketplaces_left_out"].as_i64().unwrap() > NAMES / 2 - 2,
        "{ingest:?}"
    );
    let names: Vec<_> = history.marketplaces.keys().collect();
    assert_eq!(names, ["? (200002)"]);
    for fault in [&cash, &ingest].iter().flat_map(|check| check.faults()) {
        let length = fault.message.len() + serde_json::to_string(&fault.extras).unwrap().len();
        assert!(length < 4_000, "{length}");
    }
}
