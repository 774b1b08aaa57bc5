//! The events of service levels, as the program reads them.

use chrono::NaiveDate;
use sovani_ops::{
    db::Db,
    domain::{Counted, Target, Timestamp},
};
use sqlx::AssertSqlSafe;

pub async fn counted_since(db: &Db, target: Target, since: Timestamp) -> Counted {
    let counted = db.counted_since_each(target, &[since]).await.unwrap();
    counted[0]
}

/// Adds to the events of a moment.
pub async fn count(db: &Db, target: Target, at: Timestamp, day: NaiveDate, counted: Counted) {
    let Counted { good, total } = counted;
    let target = target.as_str();
    let insert = AssertSqlSafe(format!(
        "INSERT INTO ops_sli (target, at, d, good, total)
         VALUES ('{target}', '{at}', '{day}', {good:?}, {total:?})
         ON CONFLICT (target, at) DO UPDATE SET good = ops_sli.good + excluded.good,
             total = ops_sli.total + excluded.total"
    ));
    match db {
        Db::Sqlite(pool, ..) => sqlx::raw_sql(insert).execute(pool).await.map(drop),
        Db::Postgres(pool, ..) => sqlx::raw_sql(insert).execute(pool).await.map(drop),
    }
    .unwrap();
}
