//! The daily facts equal what a plain query over the platform's tables gives, whatever the platform rewrites.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use chrono_tz::{Asia, Europe, Tz};
use fastrand::Rng;
use sovani_ops::{
    demo::Platform,
    domain::Money,
    facts::{
        Facts, Reader,
        following::{ROUNDS, due},
    },
};

use crate::support::{database::TestDatabase, rewriting::rewriting};

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();
/// The platform's own 40 days, and as many old ones.
const DAYS: u64 = 80;
const STEPS: usize = 40;

fn days_ago(days: u64) -> NaiveDate {
    TODAY - Days::new(days)
}

/// A platform that has sold something for so many days.
async fn platform(database: &TestDatabase, days: u64) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    for age in 41..=days {
        sell(database, days_ago(age)).await;
    }
}

/// Sells on this day what was sold yesterday.
async fn sell(database: &TestDatabase, day: NaiveDate) {
    let columns = "sku_id, warehouse_id, qty, refunds_qty, revenue_gross, refunds_amount, promo_cost, delivery_cost,
        commission_amount, channel, src_hash";
    database
        .execute(format!(
            "INSERT INTO daily_sales (d, {columns}) SELECT '{day}', {columns} FROM daily_sales WHERE d = '{}'",
            days_ago(1)
        ))
        .await;
}

async fn reader(facts: &Facts) -> Reader<'_> {
    facts.reader(Europe::Moscow, TODAY).await
}

/// The sales of each day, marketplace and category, in the words of [`plain_sales`].
async fn sales(reader: &Reader<'_>) -> Vec<String> {
    let sales = reader.sales((days_ago(DAYS + 5), TODAY)).await.unwrap();
    let told = sales.figures().map(|(day, sales)| {
        let money = [
            sales.revenue,
            sales.refunds,
            sales.promo_cost,
            sales.delivery_cost,
            sales.commission,
        ];
        format!(
            "{day} {} {} {} {} {} {} {}",
            sales.marketplace.as_deref().unwrap_or("-"),
            sales.category.as_deref().unwrap_or("-"),
            sales.rows,
            sales.articles,
            sales.units,
            sales.refunded_units,
            money.map(|sum| sum.kopecks().to_string()).join(" "),
        )
    });
    let mut told: Vec<String> = told.collect();
    told.sort();
    told
}

async fn plain_sales(database: &TestDatabase) -> Vec<String> {
    let amounts = [
        "revenue_gross",
        "refunds_amount",
        "promo_cost",
        "delivery_cost",
        "commission_amount",
    ];
    let kopecks = amounts
        .map(|amount| format!("CAST(CAST(ROUND(SUM({amount}) * 100) AS BIGINT) AS VARCHAR)"))
        .join(" || ' ' || ");
    let counts = [
        "COUNT(*)",
        "COUNT(DISTINCT sku_id)",
        "SUM(qty)",
        "SUM(refunds_qty)",
    ]
    .map(|count| format!("CAST({count} AS VARCHAR)"))
    .join(" || ' ' || ");
    let mut rows = database
        .texts(format!(
            "SELECT CAST(d AS VARCHAR) || ' ' || COALESCE(marketplace, '-') || ' ' || COALESCE(category, '-') || ' ' || {counts} || ' ' || {kopecks}
             FROM daily_sales LEFT JOIN sku ON sku.id = sku_id GROUP BY d, marketplace, category"
        ))
        .await;
    rows.sort();
    rows
}

async fn commissions(reader: &Reader<'_>) -> Vec<String> {
    let commissions = reader.commissions((days_ago(DAYS + 5), TODAY)).await;
    let commissions = commissions.unwrap();
    let told = commissions.figures().map(|(day, figures)| {
        let marketplace = figures.marketplace.as_deref().unwrap_or("-");
        format!("{day} {marketplace} {} {}", figures.rows, figures.outliers)
    });
    let mut told: Vec<String> = told.collect();
    told.sort();
    told
}

async fn plain_commissions(database: &TestDatabase) -> Vec<String> {
    let mut rows = database
        .texts(
            "SELECT CAST(d AS VARCHAR) || ' ' || marketplace || ' ' || CAST(COUNT(*) AS VARCHAR) || ' ' || CAST(SUM(flag_outlier) AS VARCHAR)
             FROM vw_commission_recon GROUP BY d, marketplace",
        )
        .await;
    rows.sort();
    rows
}

/// The balance of each marketplace at the end of each day with cash flow.
async fn balances(database: &TestDatabase, reader: &Reader<'_>) -> (Vec<String>, Vec<String>) {
    let history = reader.cash_history((days_ago(DAYS), TODAY)).await.unwrap();
    let shown = database
        .texts(
            "SELECT CAST(d AS VARCHAR) || ' ' || marketplace || ' ' || CAST(CAST(ROUND(balance * 100) AS BIGINT) AS VARCHAR)
             FROM vw_cashflow_daily ORDER BY d, marketplace",
        )
        .await;
    let kept = shown.iter().map(|row| {
        let words: Vec<&str> = row.split(' ').collect();
        let day: NaiveDate = words[0].parse().unwrap();
        let place = usize::try_from((day - days_ago(DAYS)).num_days()).unwrap();
        let balance = history.marketplaces[words[1]][place].map(Money::kopecks);
        format!("{} {} {}", words[0], words[1], balance.unwrap())
    });
    (kept.collect(), shown)
}

#[each_database]
async fn after_each_sweep_a_series_is_what_a_plain_query_gives(database: TestDatabase) {
    platform(&database, DAYS).await;
    let facts = Facts::of(database.another_connection().await);
    reader(&facts).await.follow().await.unwrap();
    let seed = fastrand::u64(..);
    let mut random = Rng::with_seed(seed);
    for number in 0..STEPS {
        let change = rewriting(&mut random, (TODAY, DAYS), number);
        // A unique key may already be there.
        database.try_execute(change.clone()).await.ok();

        reader(&facts).await.follow().await.unwrap();

        let reader = reader(&facts).await;
        let told = format!("seed {seed}, step {number}: {change}");
        assert_eq!(sales(&reader).await, plain_sales(&database).await, "{told}");
        assert_eq!(
            commissions(&reader).await,
            plain_commissions(&database).await,
            "{told}"
        );
        let (kept, shown) = balances(&database, &reader).await;
        assert_eq!(kept, shown, "{told}");
    }
}

#[each_database]
async fn a_recent_day_is_true_at_once_and_an_old_one_after_a_sweep(database: TestDatabase) {
    platform(&database, DAYS).await;
    let facts = Facts::of(database.another_connection().await);
    reader(&facts).await.follow().await.unwrap();
    let rows = async |age| {
        let reader = reader(&facts).await;
        let rows = reader.sales_rows((days_ago(age), days_ago(age))).await;
        rows.unwrap().first().map_or(0, |(_, rows)| *rows)
    };
    for age in [3, 60] {
        assert_eq!(rows(age).await, 40, "{age}");
        let day = days_ago(age);
        database
            .execute(format!(
                "DELETE FROM daily_sales WHERE d = '{day}' AND sku_id < 11"
            ))
            .await;
    }

    assert_eq!((rows(3).await, rows(60).await), (30, 40));
    reader(&facts).await.follow().await.unwrap();
    assert_eq!((rows(3).await, rows(60).await), (30, 30));
}

#[each_database]
async fn before_the_past_is_kept_it_is_counted_when_it_is_read(database: TestDatabase) {
    platform(&database, DAYS).await;
    let facts = database.facts();
    assert_eq!(
        sales(&reader(&facts).await).await,
        plain_sales(&database).await
    );
}

#[each_database]
async fn a_moment_is_of_the_day_that_it_is_in_the_current_zone(database: TestDatabase) {
    database
        .execute(
            "CREATE TABLE daily_sales (d TEXT, sku_id INTEGER);
             CREATE TABLE sku (id INTEGER, marketplace TEXT);
             INSERT INTO sku VALUES (1, 'WB');
             INSERT INTO daily_sales VALUES ('2025-07-01T19:00:00+00:00', 1)",
        )
        .await;
    let facts = database.facts();
    let day = async |zone: Tz| {
        let reader = facts.reader(zone, TODAY).await;
        reader.follow().await.unwrap();
        let rows = reader.sales_rows((days_ago(120), TODAY)).await.unwrap();
        rows.iter()
            .map(|(day, _)| day.to_string())
            .collect::<Vec<_>>()
    };

    assert_eq!(day(Europe::Moscow).await, ["2025-07-01"]);
    assert_eq!(day(Asia::Vladivostok).await, ["2025-07-02"]);
}

#[each_database]
async fn a_platform_without_sales_articles_or_figures_has_what_there_is(database: TestDatabase) {
    let facts = database.facts();
    assert!(sales(&reader(&facts).await).await.is_empty());
    assert!(commissions(&reader(&facts).await).await.is_empty());
    assert_eq!(reader(&facts).await.newest_sale().await.unwrap(), None);
    reader(&facts).await.follow().await.unwrap();

    database
        .execute(
            "CREATE TABLE daily_sales (d DATE, sku_id INTEGER, qty TEXT, revenue_gross TEXT);
             INSERT INTO daily_sales VALUES ('2025-10-01', 1, '2', '10.5'), ('2025-10-01', 2, 'two', NULL)",
        )
        .await;

    assert_eq!(
        sales(&reader(&facts).await).await,
        ["2025-10-01 - - 2 2 2 0 1050 0 0 0 0"]
    );
}

/// Days of the service levels are those of the view that others read.
#[each_database]
async fn the_days_of_the_service_levels_are_those_of_the_view(database: TestDatabase) {
    platform(&database, DAYS).await;
    database.db().migrate().await.unwrap();
    database
        .execute(
            "DELETE FROM daily_sales WHERE d = '2025-09-20';
             INSERT INTO ops_latency_days (d, buckets, p95_ms) VALUES ('2025-09-18', '[]', NULL);
             INSERT INTO ops_sli (target, at, d, good, total)
             VALUES ('ingest_success_rate', '2025-09-19 00:00:00.000000', '2025-09-19', 1, 4),
                    ('scheduler_on_time', '2025-09-20 00:00:00.000000', '2025-09-20', 3, 4)",
        )
        .await;
    let shown = database
        .texts(
            "SELECT CAST(d AS VARCHAR) || ' ' || CAST(ingest_records AS VARCHAR) || ' ' || COALESCE(CAST(ROUND(ingest_success_rate_pct) AS VARCHAR), '-')
                || ' ' || COALESCE(CAST(ROUND(scheduler_on_time_pct) AS VARCHAR), '-')
             FROM vw_slo_daily WHERE d >= '2025-09-01' ORDER BY d",
        )
        .await;

    let days = database.slo_days(days_ago(31), days_ago(1)).await;

    let whole = |figure: Option<f64>| figure.map(f64::round);
    let days: Vec<_> = days
        .iter()
        .map(|day| {
            (
                day.d,
                day.ingest_records,
                whole(day.ingest_success_rate_pct),
                whole(day.scheduler_on_time_pct),
            )
        })
        .collect();
    let shown: Vec<_> = shown
        .iter()
        .map(|row| {
            let words: Vec<&str> = row.split(' ').collect();
            let records: i64 = words[1].parse().unwrap();
            // The view has 0 % for a day before the newest one; here that is judged later.
            let rate = words[2].parse::<f64>().ok().filter(|_| records > 0);
            (
                words[0].parse::<NaiveDate>().unwrap(),
                records,
                rate,
                words[3].parse::<f64>().ok(),
            )
        })
        .collect();
    assert_eq!(days, shown);
}

/// A large past is verified piece by piece: each day once in so many rounds, and no round counts much more than its share.
#[test]
fn every_old_day_is_counted_again_within_twelve_rounds() {
    let past: BTreeMap<NaiveDate, i64> = (41..1_041).map(|age| (days_ago(age), 3_000)).collect();
    let mut counted: BTreeMap<NaiveDate, u64> = past.keys().map(|day| (*day, 0)).collect();
    for round in 1..=36 {
        let kept = counted
            .iter()
            .map(|(day, round)| (*day, past[day], Some(*round)));
        let due = due(&past, kept, round, false);
        assert!((84..=100).contains(&due.len()), "{}", due.len());
        for day in due {
            counted.insert(day, round);
        }
        let oldest = counted.values().min().unwrap();
        let rounds = u64::try_from(ROUNDS).unwrap();
        assert!(
            round - oldest < rounds || round < rounds,
            "{round} {oldest}"
        );
    }
}

#[test]
fn a_small_past_is_counted_again_in_each_round() {
    let past: BTreeMap<NaiveDate, i64> = (41..401).map(|age| (days_ago(age), 40)).collect();
    let kept = past.iter().map(|(day, rows)| (*day, *rows, Some(1)));
    assert_eq!(due(&past, kept, 2, false).len(), past.len());
}

#[test]
fn days_that_are_not_kept_or_have_other_numbers_of_rows_are_counted_first() {
    let past: BTreeMap<NaiveDate, i64> = (41..441).map(|age| (days_ago(age), 30_000)).collect();
    let kept = |age: u64| match age {
        // Read as a recent day, of which no changes were looked for.
        50 => Some((days_ago(age), 30_000, None)),
        60 => Some((days_ago(age), 29_999, Some(7))),
        70 => None,
        _ => Some((days_ago(age), 30_000, Some(7))),
    };
    // All rows of this day are deleted.
    let gone = (days_ago(500), 30_000, Some(7));
    let due_now = |full| due(&past, (41..441).filter_map(kept).chain([gone]), 7, full);

    assert_eq!(
        due_now(false),
        [500, 70, 60, 50].map(days_ago).into_iter().collect()
    );
    assert_eq!(
        due_now(true),
        [500, 60, 50].map(days_ago).into_iter().collect()
    );
}

#[each_database]
async fn a_broken_view_of_commissions_keeps_no_sales_from_being_true(database: TestDatabase) {
    platform(&database, DAYS).await;
    let facts = Facts::of(database.another_connection().await);
    reader(&facts).await.follow().await.unwrap();
    let old = days_ago(60);
    let fails = if database.is_postgres() {
        "1 / 0"
    } else {
        "abs(-9223372036854775807 - 1)"
    };
    database
        .execute(format!(
            "DROP VIEW vw_commission_recon;
             CREATE VIEW vw_commission_recon AS SELECT d, {fails} AS flag_outlier FROM daily_sales;
             DELETE FROM daily_sales WHERE d = '{old}' AND sku_id < 11"
        ))
        .await;

    assert!(reader(&facts).await.follow().await.is_err());

    let reader = reader(&facts).await;
    assert_eq!(reader.sales_rows((old, old)).await.unwrap(), [(old, 30)]);
    assert!(reader.commissions((old, old)).await.is_err());
}

#[each_database]
async fn categories_without_end_crowd_out_no_marketplace(database: TestDatabase) {
    const ARTICLES: i64 = 3_000;
    database
        .execute("CREATE TABLE daily_sales (d DATE, sku_id INTEGER); CREATE TABLE sku (id INTEGER, marketplace TEXT, category TEXT)")
        .await;
    let numbers = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ARTICLES})"
    );
    database
        .execute(format!(
            "{numbers} INSERT INTO sku SELECT i, 'OZON', 'C' || i FROM n; INSERT INTO sku VALUES (0, 'WB', 'C')"
        ))
        .await;
    for age in 0..38 {
        let day = days_ago(age);
        database
            .execute(format!(
                "INSERT INTO daily_sales SELECT '{day}', id FROM sku"
            ))
            .await;
    }
    let facts = database.facts();

    let sales = reader(&facts).await.sales((days_ago(37), TODAY)).await;

    let sales = sales.unwrap();
    let days = sales.selling_days();
    for marketplace in ["OZON", "WB"] {
        let count = days.iter().filter(|(name, _)| name == marketplace).count();
        assert_eq!(count, 38, "{marketplace}");
    }
    assert_eq!(sales.left_out, 0);
    assert_eq!(sales.rows_since(TODAY), ARTICLES + 1);
}
