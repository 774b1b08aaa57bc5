use super::{AFTER_LAST_DAY, FIGURE_BELOW, FIRST_DAY, ZoneOffset};

/// The kinds of column types that need different expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Day,
    Moment,
    /// A moment whose text has an offset.
    Zoned,
    Number,
    Text,
    Other,
}

/// A day of the years 1900 to 2999, at the beginning of a text.
const DAY: &str = "^((19|2[0-9])[0-9]{2}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)\
    |02-(0[1-9]|1[0-9]|2[0-8]))|((19|2[0-9])(0[48]|[2468][048]|[13579][26])|(20|24|28)00)-02-29)([ T].*)?$";
const ZONED: &str = "^.{10}[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?(Z|[-+](0[0-9]|1[0-4])(:?[0-5][0-9])?)$";
const MOMENT: &str = "^.{10}([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?(Z|[-+](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$";
const NUMBER: &str = "^[-+]?([0-9]{1,30}([.][0-9]{0,30})?|[.][0-9]{1,30})([eE][-+]?[0-9]{1,2})?$";

impl Kind {
    /// Parses a type's name without its parameters.
    pub fn of(name: &str) -> Self {
        match name {
            "date" => Self::Day,
            "timestamp without time zone" => Self::Moment,
            "timestamp with time zone" => Self::Zoned,
            "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" => {
                Self::Number
            }
            "text" | "character varying" | "character" => Self::Text,
            _ => Self::Other,
        }
    }
}

fn in_range(column: &str) -> String {
    format!("({column} >= '{FIRST_DAY}' AND {column} < '{AFTER_LAST_DAY}')")
}

pub fn day(column: &str, kind: Kind, zone: ZoneOffset) -> String {
    let here = |moment: &str| {
        let minutes = zone.minutes;
        format!(
            "CAST(CAST(({moment} AT TIME ZONE 'UTC') + INTERVAL '{minutes} minutes' AS DATE) AS TEXT)"
        )
    };
    let in_range = in_range(column);
    match kind {
        Kind::Day | Kind::Moment => {
            format!("CASE WHEN {in_range} THEN CAST(CAST({column} AS DATE) AS TEXT) END")
        }
        Kind::Zoned => format!("CASE WHEN {in_range} THEN {} END", here(column)),
        Kind::Number | Kind::Text | Kind::Other => {
            let text = format!("CAST({column} AS TEXT)");
            format!(
                "CASE WHEN {text} !~ '{DAY}' THEN NULL WHEN {text} ~ '{ZONED}' THEN {} ELSE SUBSTR({text}, 1, 10) END",
                here(&format!("CAST({text} AS TIMESTAMP WITH TIME ZONE)"))
            )
        }
    }
}

pub fn is_moment(column: &str, kind: Kind) -> String {
    match kind {
        Kind::Day | Kind::Moment | Kind::Zoned => in_range(column),
        Kind::Number | Kind::Text | Kind::Other => {
            format!("(CAST({column} AS TEXT) ~ '{DAY}' AND CAST({column} AS TEXT) ~ '{MOMENT}')")
        }
    }
}

/// `NaN` is greater than every number.
pub fn figure(column: &str, kind: Kind) -> String {
    if kind == Kind::Number {
        return format!("CASE WHEN ABS({column}) < {FIGURE_BELOW} THEN {column} END");
    }
    let text = format!("TRIM(CAST({column} AS TEXT))");
    format!(
        "CASE WHEN {text} ~ '{NUMBER}' THEN
            CASE WHEN ABS(CAST({text} AS NUMERIC)) < {FIGURE_BELOW} THEN CAST({text} AS NUMERIC) END END"
    )
}
