//! Values of any type, as text of limited length with their kind.

use sqlx::{ColumnIndex, Decode, Row, Type};

use crate::{db::reading::Written, domain::sql_check::Cell};

/// More than a message shows of one value; a text of a megabyte stays in the database.
const CHARS: usize = 300;

/// Two columns of a query for one value of `SQLite`'s. The name must be one that needs no escaping in quotes.
pub fn of_sqlite(column: &str) -> String {
    let value = format!("own_check.\"{column}\"");
    format!(
        "typeof({value}), CASE typeof({value}) WHEN 'blob' THEN NULL ELSE substr(CAST({value} AS TEXT), 1, {CHARS} + 1) END"
    )
}

/// The same for `PostgreSQL`.
pub fn of_postgres(column: &str) -> String {
    let value = format!("own_check.\"{column}\"");
    format!(
        "CAST(pg_typeof({value}) AS TEXT), CASE pg_typeof({value}) WHEN 'bytea'::regtype THEN NULL \
         ELSE left(CAST({value} AS TEXT), {CHARS} + 1) END"
    )
}

/// The cells of a row: its columns, two by two.
pub fn read<R: Row>(row: &R, cells: usize) -> sqlx::Result<Vec<Cell>>
where
    usize: ColumnIndex<R>,
    for<'r> String: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> Option<Written>: Decode<'r, R::Database> + Type<R::Database>,
{
    (0..cells)
        .map(|at| {
            let kind: String = row.try_get(2 * at)?;
            let text: Option<Written> = row.try_get(2 * at + 1)?;
            Ok(cell(&kind, text.map(|text| text.0)))
        })
        .collect()
}

fn cell(kind: &str, text: Option<String>) -> Cell {
    let Some(text) = text else {
        return match kind {
            "blob" | "bytea" => Cell::Binary,
            _ => Cell::Null,
        };
    };
    let text = match text.char_indices().nth(CHARS) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    };
    match kind {
        "integer" | "smallint" | "bigint" => Cell::Whole(text),
        "numeric" => Cell::Decimal(text),
        "real" | "double precision" => Cell::Float(text),
        _ => Cell::Text(text),
    }
}
