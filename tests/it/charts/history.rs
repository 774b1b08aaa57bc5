//! Balances as the database remembers them.

use chrono::NaiveDate;
use sovani_ops::{demo::Platform, domain::Money, facts::CashHistory};

use super::samples::{TODAY, days_ago};
use crate::support::database::TestDatabase;

fn balances(history: &CashHistory, marketplace: &str) -> Vec<Option<i64>> {
    let days = history.marketplaces[marketplace].iter();
    days.map(|day| day.map(Money::kopecks)).collect()
}

async fn history(database: &TestDatabase, from: NaiveDate) -> CashHistory {
    let facts = database.facts();
    let reader = facts.reader(chrono_tz::Europe::Moscow, TODAY).await;
    reader.cash_history((from, TODAY)).await.unwrap()
}

async fn platform(database: &TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
}

#[each_database]
async fn the_history_of_cash_equals_the_platforms_view(database: TestDatabase) {
    platform(&database).await;
    let history = history(&database, days_ago(29)).await;
    let shown = database.texts(
        "SELECT marketplace || ' ' || CAST(d AS VARCHAR) || ' ' || CAST(CAST(ROUND(balance * 100) AS BIGINT) AS VARCHAR)
         FROM vw_cashflow_daily WHERE d >= '2025-09-03' AND d <= '2025-10-02' ORDER BY marketplace, d",
    ).await;
    assert!(shown.len() > 40, "{shown:?}");
    for row in shown {
        let parts: Vec<&str> = row.split(' ').collect();
        let day: NaiveDate = parts[1].parse().unwrap();
        let place = usize::try_from((day - days_ago(29)).num_days()).unwrap();
        let balance = balances(&history, parts[0])[place];
        assert_eq!(balance, Some(parts[2].parse().unwrap()), "{row}");
    }
}

#[each_database]
async fn a_day_without_a_row_has_the_balance_of_the_day_before(database: TestDatabase) {
    platform(&database).await;
    database.execute("DELETE FROM cashflow_daily").await;
    let rows = [
        ("2025-09-20", "WB", "1000.10"),
        ("2025-09-29", "WB", "-200.05"),
        ("2025-10-01", "WB", "0.5"),
        ("2025-09-30", "OZON", "70"),
        ("2025-10-03", "OZON", "7000"),
    ];
    for (day, marketplace, net) in rows {
        database.execute(format!(
            "INSERT INTO cashflow_daily (d, marketplace, inflow, outflow, net, src_hash) VALUES ('{day}', '{marketplace}', 0, 0, {net}, 'x')"
        )).await;
    }
    let history = history(&database, days_ago(4)).await;
    assert_eq!(
        balances(&history, "WB"),
        [100_010, 80_005, 80_005, 80_055, 80_055].map(Some)
    );
    assert_eq!(
        balances(&history, "OZON"),
        [None, None, Some(7000), Some(7000), Some(7000)]
    );
    let total: Vec<Option<i64>> = history
        .total()
        .into_iter()
        .map(|day| day.map(Money::kopecks))
        .collect();
    assert_eq!(total, [100_010, 80_005, 87_005, 87_055, 87_055].map(Some));
}
