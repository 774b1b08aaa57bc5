//! The business objects, as the platform's own migrations make them.

use crate::db::Db;

pub(super) struct Object {
    pub name: &'static str,
    /// The objects that must exist before it.
    #[allow(dead_code, reason = "the tests leave objects out")]
    pub needs: &'static [&'static str],
    /// Written for `PostgreSQL`; [`Object::statements`] turns the types that differ.
    sql: &'static [&'static str],
}

impl Object {
    pub fn statements(&self, db: &Db) -> impl Iterator<Item = String> {
        let postgres = matches!(db, Db::Postgres(..));
        self.sql.iter().map(move |sql| {
            if postgres {
                (*sql).to_owned()
            } else {
                sql.replace("SERIAL", "INTEGER")
                    .replace("TIMESTAMP", "DATETIME")
            }
        })
    }
}

pub(super) const OBJECTS: &[Object] = &[
    Object {
        name: "sku",
        needs: &[],
        sql: &["CREATE TABLE sku (
            id SERIAL PRIMARY KEY, marketplace VARCHAR NOT NULL, nm_id VARCHAR, ozon_id VARCHAR, article VARCHAR,
            brand VARCHAR, category VARCHAR)"],
    },
    Object {
        name: "warehouse",
        needs: &[],
        sql: &["CREATE TABLE warehouse (
            id SERIAL PRIMARY KEY, marketplace VARCHAR NOT NULL, code VARCHAR NOT NULL, name VARCHAR, region VARCHAR)"],
    },
    Object {
        name: "daily_sales",
        needs: &["sku", "warehouse"],
        sql: &[
            "CREATE TABLE daily_sales (
                id SERIAL PRIMARY KEY, d DATE NOT NULL, sku_id INTEGER NOT NULL REFERENCES sku (id),
                warehouse_id INTEGER REFERENCES warehouse (id), qty INTEGER NOT NULL, refunds_qty INTEGER NOT NULL,
                revenue_gross FLOAT NOT NULL, refunds_amount FLOAT NOT NULL, promo_cost FLOAT NOT NULL,
                delivery_cost FLOAT NOT NULL, commission_amount FLOAT NOT NULL, channel VARCHAR,
                src_hash VARCHAR NOT NULL, UNIQUE (d, sku_id, warehouse_id))",
            "CREATE INDEX ix_daily_sales_d ON daily_sales (d)",
            "CREATE INDEX ix_daily_sales_sku_id ON daily_sales (sku_id)",
            "CREATE INDEX ix_daily_sales_warehouse_id ON daily_sales (warehouse_id)",
            "CREATE INDEX ix_daily_sales_sku_id_d ON daily_sales (sku_id, d)",
        ],
    },
    Object {
        name: "cashflow_daily",
        needs: &[],
        sql: &[
            "CREATE TABLE cashflow_daily (
                d DATE NOT NULL, marketplace VARCHAR NOT NULL, inflow NUMERIC NOT NULL, outflow NUMERIC NOT NULL,
                net NUMERIC NOT NULL, src_hash VARCHAR NOT NULL, PRIMARY KEY (d, marketplace))",
            "CREATE INDEX ix_cashflow_daily_d ON cashflow_daily (d)",
        ],
    },
    Object {
        name: "pnl_daily",
        needs: &[],
        sql: &[
            "CREATE TABLE pnl_daily (
                d DATE NOT NULL, sku_id INTEGER NOT NULL, marketplace VARCHAR NOT NULL, revenue_net NUMERIC NOT NULL,
                cogs NUMERIC NOT NULL, gross_profit NUMERIC NOT NULL, refunds NUMERIC NOT NULL,
                delivery_cost NUMERIC NOT NULL, promo_cost NUMERIC NOT NULL, commissions NUMERIC NOT NULL,
                writeoffs NUMERIC NOT NULL, margin_pct NUMERIC, src_hash VARCHAR NOT NULL,
                PRIMARY KEY (d, sku_id, marketplace))",
            "CREATE INDEX ix_pnl_daily_d ON pnl_daily (d)",
            "CREATE INDEX ix_pnl_daily_sku_id ON pnl_daily (sku_id)",
        ],
    },
    Object {
        name: "commission_rules",
        needs: &[],
        sql: &["CREATE TABLE commission_rules (
            id SERIAL PRIMARY KEY, marketplace VARCHAR NOT NULL, category VARCHAR NOT NULL, rate_pct NUMERIC NOT NULL,
            fixed_per_unit NUMERIC NOT NULL, effective_from DATE NOT NULL, effective_until DATE)"],
    },
    // The ops bot writes its own runs here, and makes the table when it comes first.
    Object {
        name: "job_runs",
        needs: &[],
        sql: &[
            "CREATE TABLE IF NOT EXISTS job_runs (
                id SERIAL PRIMARY KEY, job_name VARCHAR NOT NULL, started_at TIMESTAMP NOT NULL,
                finished_at TIMESTAMP, status VARCHAR NOT NULL, duration_seconds FLOAT, error_message TEXT,
                metadata JSON)",
            "CREATE INDEX IF NOT EXISTS ix_job_runs_job_name ON job_runs (job_name)",
            "CREATE INDEX IF NOT EXISTS ix_job_runs_started_at ON job_runs (started_at)",
            "CREATE INDEX IF NOT EXISTS ix_job_runs_status ON job_runs (status)",
            "CREATE INDEX IF NOT EXISTS idx_job_runs_name_started ON job_runs (job_name, started_at)",
        ],
    },
    Object {
        name: "vw_cashflow_daily",
        needs: &["cashflow_daily"],
        sql: &["CREATE VIEW vw_cashflow_daily AS
            SELECT c.d, c.marketplace, c.inflow, c.outflow, c.net,
                (SELECT SUM(c2.net) FROM cashflow_daily c2
                  WHERE c2.marketplace = c.marketplace AND c2.d <= c.d) AS balance,
                c.src_hash
            FROM cashflow_daily c"],
    },
    Object {
        name: "vw_commission_recon",
        needs: &["daily_sales", "sku", "commission_rules"],
        sql: &["CREATE VIEW vw_commission_recon AS
            SELECT x.d, x.sku_id, x.article, x.marketplace, x.actual_commission, x.calc_commission,
                x.actual_commission - x.calc_commission AS delta_abs,
                CASE WHEN x.calc_commission <> 0
                    THEN (x.actual_commission - x.calc_commission) * 100.0 / x.calc_commission ELSE 0 END AS delta_pct,
                CASE WHEN x.calc_commission <> 0
                    AND ABS((x.actual_commission - x.calc_commission) * 100.0 / x.calc_commission) > 5
                    THEN 1 ELSE 0 END AS flag_outlier
            FROM (SELECT ds.d, ds.sku_id, s.article, s.marketplace, ds.commission_amount AS actual_commission,
                      ds.revenue_gross * r.rate_pct / 100.0 + ds.qty * r.fixed_per_unit AS calc_commission
                  FROM daily_sales ds
                  JOIN sku s ON s.id = ds.sku_id
                  JOIN commission_rules r ON r.marketplace = s.marketplace AND r.category = s.article
                      AND ds.d >= r.effective_from AND (r.effective_until IS NULL OR ds.d <= r.effective_until)) x"],
    },
];
