use super::{AFTER_LAST_DAY, FIGURE_BELOW, FIRST_DAY, ZoneOffset};

pub fn day(column: &str, zone: ZoneOffset) -> String {
    let written = format!("SUBSTR({column}, 1, 10)");
    let minutes = zone.minutes;
    format!(
        "CASE WHEN {is_day} THEN
            CASE WHEN {column} GLOB '*:*[zZ]' OR {column} GLOB '*:*[-+][0-9][0-9]:[0-9][0-9]'
                THEN COALESCE(date({column}, '{minutes} minutes'), {written}) ELSE {written} END END",
        is_day = is_day(column)
    )
}

/// `date` takes the 31st of each month, `now`, and numbers.
fn is_day(column: &str) -> String {
    let written = format!("SUBSTR({column}, 1, 10)");
    format!(
        "(typeof({column}) = 'text' AND {written} >= '{FIRST_DAY}' AND {written} < '{AFTER_LAST_DAY}'
            AND date({written}) = {written}
            AND (LENGTH({column}) = 10 OR SUBSTR({column}, 11, 1) IN (' ', 'T')))"
    )
}

pub fn is_moment(column: &str) -> String {
    format!(
        "({} AND (LENGTH({column}) = 10 OR (datetime(SUBSTR({column}, 1, 19)) IS NOT NULL
            AND SUBSTR({column}, 20) NOT GLOB '*[^0-9.:+Zz-]*')))",
        is_day(column)
    )
}

/// A text that is a number is one in JSON; a sum would take the beginning of any.
pub fn figure(column: &str) -> String {
    let number = format!("CAST({column} AS REAL)");
    format!(
        "CASE WHEN ABS({number}) < {FIGURE_BELOW} THEN
            CASE typeof({column}) WHEN 'integer' THEN {number} WHEN 'real' THEN {number}
                WHEN 'text' THEN CASE WHEN json_valid(TRIM({column})) THEN
                    CASE WHEN json_type(TRIM({column})) IN ('integer', 'real') THEN {number} END END END END"
    )
}
