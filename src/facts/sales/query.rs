//! The query for the sales of some days, in the columns that there are.

use std::collections::HashMap;

use chrono_tz::Tz;

use super::{ARTICLES, FIGURES_MAX, Range, SUMS, TABLE};
use crate::db::{
    Db,
    reading::{NAME_CHARS, Reading, ZoneOffset, literal},
};

const NOTHING: &str = "CAST(NULL AS TEXT)";

/// The sums of a range of days, in the columns that there are.
pub struct SalesQuery {
    sales: Reading,
    columns: HashMap<String, String>,
    /// `None` if there is no table of articles, or sales name none.
    articles: Option<Articles>,
    days: Range,
    zone: ZoneOffset,
}

struct Articles {
    /// Each article once, with its marketplace and category.
    table: String,
    has_categories: bool,
    /// The condition under which an article is that of a sale.
    of_sale: &'static str,
}

impl SalesQuery {
    /// `None` if there is no table of sales.
    pub async fn of(db: &Db, days: Range, zone: Tz) -> sqlx::Result<Option<Self>> {
        let columns = db.column_types(TABLE).await?;
        if !columns.contains_key("d") {
            return Ok(None);
        }
        let sales = db.reading(TABLE).await?;
        Ok(Some(Self {
            articles: if columns.contains_key("sku_id") {
                Articles::of(db, &sales).await?
            } else {
                None
            },
            sales,
            columns,
            days,
            zone: ZoneOffset::of(zone),
        }))
    }

    /// The sums of each day, marketplace and category.
    pub fn by_category(&self) -> String {
        self.figures(match self.articles {
            Some(_) => "articles.category",
            None => NOTHING,
        })
    }

    /// The sums of each day and marketplace.
    pub fn by_marketplace(&self) -> String {
        self.figures(NOTHING)
    }

    pub fn has_categories(&self) -> bool {
        let articles = self.articles.as_ref();
        articles.is_some_and(|articles| articles.has_categories)
    }

    fn figures(&self, category: &str) -> String {
        let (known, marketplace) = match self.articles {
            Some(_) => (
                "CASE WHEN articles.id IS NULL THEN 0 ELSE 1 END",
                "articles.marketplace",
            ),
            None => ("0", NOTHING),
        };
        let different = if self.columns.contains_key("sku_id") {
            "COUNT(DISTINCT sold.sku_id)"
        } else {
            "0"
        };
        let sums = SUMS.map(|column| self.sum(column)).join(", ");
        format!(
            "{with} SELECT days.day AS day, CAST({known} AS BIGINT) AS known, {marketplace} AS marketplace,
                 {category} AS category, COUNT(*) AS records, CAST({different} AS BIGINT) AS articles, {sums}
             {sold} GROUP BY 1, 2, 3, 4 ORDER BY 2 DESC, 3, 1 LIMIT {FIGURES_MAX}",
            with = self.with(),
            sold = self.sold(),
        )
    }

    /// The number of marketplaces.
    pub fn marketplaces(&self) -> String {
        let counted = match self.articles {
            Some(_) => "COUNT(DISTINCT articles.marketplace)",
            None => "CAST(0 AS BIGINT)",
        };
        format!("{} SELECT {counted} {}", self.with(), self.sold())
    }

    fn sum(&self, column: &str) -> String {
        if !self.columns.contains_key(column) {
            return format!("CAST(0 AS DOUBLE PRECISION) AS {column}");
        }
        let figure = self.sales.figure(column);
        format!("CAST(COALESCE(SUM({figure}), 0) AS DOUBLE PRECISION) AS {column}")
    }

    /// Each notation of a day is read once: on `SQLite` that takes longer than adding up a row.
    fn with(&self) -> String {
        let (from, to) = self.days;
        let articles = self.articles.as_ref().map_or_else(String::new, |articles| {
            format!("articles AS MATERIALIZED ({}), ", articles.table)
        });
        format!(
            "WITH {articles}days AS MATERIALIZED (SELECT d, {day} AS day
                 FROM (SELECT DISTINCT d FROM {TABLE} WHERE {about}) written)",
            day = self.sales.day("d", self.zone),
            about = self.sales.about("d", from, to),
        )
    }

    fn sold(&self) -> String {
        let (from, to) = self.days;
        let articles = self.articles.as_ref().map_or_else(String::new, |articles| {
            format!("LEFT JOIN articles ON {}", articles.of_sale)
        });
        format!(
            "FROM days CROSS JOIN {TABLE} sold {articles}
             WHERE sold.d = days.d AND days.day >= {} AND days.day <= {}",
            literal(from),
            literal(to)
        )
    }
}

impl Articles {
    async fn of(db: &Db, sales: &Reading) -> sqlx::Result<Option<Self>> {
        let columns = db.column_types(ARTICLES).await?;
        if !["id", "marketplace"]
            .iter()
            .all(|column| columns.contains_key(*column))
        {
            return Ok(None);
        }
        let reading = db.reading(ARTICLES).await?;
        let has_categories = columns.contains_key("category");
        let category = if has_categories {
            reading.text("category", NAME_CHARS)
        } else {
            NOTHING.to_owned()
        };
        Ok(Some(Self {
            has_categories,
            table: format!(
                "SELECT id, MIN({}) AS marketplace, MIN({category}) AS category FROM {ARTICLES} GROUP BY id",
                reading.text("marketplace", NAME_CHARS)
            ),
            // One version of the platform may count what another names.
            of_sale: if sales.comparable("sku_id", (&reading, "id")) {
                "articles.id = sold.sku_id"
            } else {
                "CAST(articles.id AS TEXT) = CAST(sold.sku_id AS TEXT)"
            },
        }))
    }
}
