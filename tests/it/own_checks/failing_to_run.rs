//! A check that cannot judge is a failing check, never a pass.

use super::*;

#[each_database]
async fn what_cannot_be_judged_is_told_with_its_column(database: TestDatabase) {
    let cases = [
        (
            "NULL AS marketplace, 'A' AS article, 1 AS pct",
            "key column marketplace is NULL",
        ),
        (
            "1.5 AS marketplace, 'A' AS article, 1 AS pct",
            "key column marketplace holds a number with a fraction",
        ),
        (
            "'WB' AS marketplace, 'A' AS article, NULL AS pct",
            "value column pct is NULL",
        ),
        (
            "'WB' AS marketplace, 'A' AS article, 'x' AS pct",
            "value column pct holds no number",
        ),
        (
            "'WB' AS marketplace, 'A' AS article",
            "crashed: error returned from database",
        ),
        (
            "broken FROM margins",
            "crashed: error returned from database",
        ),
    ];
    let checks = |columns: &str| {
        let all = margins("when = \"> 100\"\nempty = \"pass\"");
        let from = "SELECT marketplace, article, pct, ratio, secret FROM margins ORDER BY article";
        all.replace(from, &format!("SELECT {columns}"))
    };
    let shop = Shop::with(&database, &checks(cases[0].0)).await;
    for (columns, told) in cases {
        shop.reload(&checks(columns)).await.unwrap();
        let said = shop.tells().await;
        assert!(said.contains(told), "{said}: {told}");
        assert_eq!(shop.open().await[0]["severity"], "error");
    }

    shop.reload(&checks("'WB' AS marketplace, 'A' AS article, 1 AS pct"))
        .await
        .unwrap();
    shop.program.sweep().await;
    shop.program.sweep().await;
    assert!(shop.open().await.is_empty());
}

#[each_database]
async fn rows_beyond_the_limit_are_not_taken_for_right(database: TestDatabase) {
    let condition = "when = \"< 0\"\nempty = \"pass\"\nmax_rows = 2";
    let shop = Shop::with(&database, &margins(condition)).await;
    database
        .execute(rows(&[
            ("WB", "A1", "1"),
            ("WB", "A2", "1"),
            ("WB", "A3", "-1"),
        ]))
        .await;

    let said = shop.tells().await;

    assert!(said.contains("The first 2 rows are right"), "{said}");
}

#[each_database]
async fn a_broken_check_keeps_its_incidents_about_faults(database: TestDatabase) {
    let checks = margins("when = \"rows\"");
    let shop = Shop::with(&database, &checks).await;
    database.execute(rows(&[("WB", "A1", "-1")])).await;
    shop.program.sweep().await;

    shop.reload(&checks.replace("FROM margins", "FROM elsewhere"))
        .await
        .unwrap();
    for _ in 0..3 {
        shop.program.sweep().await;
    }

    let messages = shop.messages().await;
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert_eq!(messages[0], "A1 (WB): margin -1 %");
    assert!(messages[1].contains("elsewhere"), "{messages:?}");
}
