//! The plan written out as SQL.

use chrono::{Duration, NaiveDate};
use sqlx::AssertSqlSafe;

use super::{
    JobRun, Marketplace, Platform,
    plan::{Sale, Sku},
    platform::DAYS,
    schema::OBJECTS,
};
use crate::db::Db;

/// Keeps a statement far below `SQLite`'s limit of a million bytes.
const ROWS_PER_STATEMENT: usize = 500;

impl Platform {
    /// Creates and fills every business object, in one transaction.
    pub async fn create(&self, db: &Db) -> sqlx::Result<()> {
        let present = || {
            OBJECTS
                .iter()
                .filter(|object| !self.without.contains(&object.name))
        };
        let schema = present().flat_map(|object| object.statements(db));
        let rows = self
            .reference_rows()
            .into_iter()
            .chain(self.daily_rows(NaiveDate::MIN));
        let inserts = rows
            .filter(|rows| present().any(|object| object.name == rows.table))
            .flat_map(Rows::statements);
        run(db, schema.chain(inserts).collect()).await
    }

    fn reference_rows(&self) -> Vec<Rows> {
        let first_day = self.today() - Duration::days(DAYS);
        vec![
            Rows {
                table: "sku",
                columns: "(marketplace, nm_id, ozon_id, article, brand, category)",
                values: self.skus.iter().map(Sku::values).collect(),
            },
            Rows {
                table: "warehouse",
                columns: "(marketplace, code, name, region)",
                values: vec![
                    "('WB', 'WB-507', 'Коледино', 'Московская область')".to_owned(),
                    "('OZON', 'OZ-22', 'Хоругвино', 'Московская область')".to_owned(),
                ],
            },
            Rows {
                table: "commission_rules",
                columns: "(marketplace, category, rate_pct, fixed_per_unit, effective_from,
                        effective_until)",
                values: self
                    .skus
                    .iter()
                    .map(|sku| sku.rule_values(first_day))
                    .collect(),
            },
            Rows {
                table: "job_runs",
                columns: JobRun::COLUMNS,
                values: self.job_runs.iter().map(JobRun::values).collect(),
            },
        ]
    }

    /// The nightly ingestion's rows since `from`.
    fn daily_rows(&self, from: NaiveDate) -> Vec<Rows> {
        let sales: Vec<_> = self
            .sales()
            .into_iter()
            .filter(|sale| sale.day >= from)
            .collect();
        let cash = Marketplace::ALL.into_iter().flat_map(|one| self.cash(one));
        vec![
            Rows {
                table: "daily_sales",
                columns: "(d, sku_id, warehouse_id, qty, refunds_qty, revenue_gross, refunds_amount, \
                       promo_cost, delivery_cost, commission_amount, channel, src_hash)",
                values: sales.iter().map(Sale::values).collect(),
            },
            Rows {
                table: "pnl_daily",
                columns: "(d, sku_id, marketplace, revenue_net, cogs, gross_profit, refunds, delivery_cost, \
                       promo_cost, commissions, writeoffs, src_hash)",
                values: sales.iter().map(Sale::pnl_values).collect(),
            },
            Rows {
                table: "cashflow_daily",
                columns: "(d, marketplace, inflow, outflow, net, src_hash)",
                values: cash
                    .filter(|cash| cash.day >= from)
                    .map(|cash| cash.values())
                    .collect(),
            },
        ]
    }

    pub(super) async fn insert_since(&self, db: &Db, from: NaiveDate) -> sqlx::Result<()> {
        let rows = self.daily_rows(from).into_iter();
        run(db, rows.flat_map(Rows::statements).collect()).await
    }
}

struct Rows {
    table: &'static str,
    /// In parentheses, as is each of the values.
    columns: &'static str,
    values: Vec<String>,
}

impl Rows {
    fn statements(self) -> Vec<String> {
        self.values
            .chunks(ROWS_PER_STATEMENT)
            .map(|rows| {
                format!(
                    "INSERT INTO {} {} VALUES {}",
                    self.table,
                    self.columns,
                    rows.join(", ")
                )
            })
            .collect()
    }
}

/// The statements contain only values of the plan, so they need no bound parameters.
async fn run(db: &Db, statements: Vec<String>) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    for statement in statements {
        tx.query(AssertSqlSafe(statement)).execute().await?;
    }
    tx.commit().await
}
