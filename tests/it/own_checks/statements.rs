//! The text of a query, before any database sees it.

use sovani_ops::domain::sql_check::{Comparison, Statement, Template};

fn problem(sql: &str) -> String {
    Statement::read(sql).unwrap_err().to_string()
}

#[test]
fn one_statement_that_reads_is_accepted_with_its_parameters() {
    let read = |sql: &str| {
        let (text, parameters) = Statement::read(sql).unwrap().numbered();
        (text, parameters.len())
    };
    assert_eq!(
        read("SELECT 1 WHERE d = :today AND e < :today AND f > :days_ago_7;  -- done; :x"),
        ("SELECT 1 WHERE d = $1 AND e < $1 AND f > $2".to_owned(), 2)
    );
    for sql in [
        "select ':today; ''DROP' AS \"a;\"\"b\" FROM t -- ; DELETE\n /* :x ; */",
        "WITH a AS (SELECT 1) SELECT x::date, y[1] FROM a",
        "\n\t(SELECT 1)",
    ] {
        let starts_as_query = !sql.trim_start().starts_with('(');
        assert_eq!(Statement::read(sql).is_ok(), starts_as_query, "{sql}");
    }
}

#[test]
fn anything_else_is_refused_with_the_reason() {
    for (sql, told) in [
        ("", "expected a query of up to"),
        ("DELETE FROM t", "begins with SELECT or WITH"),
        ("selected FROM t", "begins with SELECT or WITH"),
        ("PRAGMA query_only = OFF", "begins with SELECT or WITH"),
        ("ATTACH 'x' AS y", "begins with SELECT or WITH"),
        ("SELECT 1; DELETE FROM t", "text follows after a semicolon"),
        ("SELECT 1;;", "text follows after a semicolon"),
        (
            "SELECT 1) AS q; DELETE FROM t; --",
            "a bracket is not opened",
        ),
        ("SELECT 1) AS q, (SELECT 2", "a bracket is not opened"),
        ("SELECT (1", "a bracket is not opened or not closed"),
        ("SELECT 'x", "not closed"),
        ("SELECT 1 /* x", "not closed"),
        ("SELECT 1 /* /* */ ) */", "a comment stands inside another"),
        ("SELECT E'\\'' AS x", "write '…'"),
        ("SELECT U&'\\0041'", "write '…'"),
        ("SELECT $$;$$", "write '…'"),
        ("SELECT $a$;$a$", "write '…'"),
        ("SELECT `a`", "write '…'"),
        ("SELECT $1", "write parameters as :today"),
        ("SELECT ?", "write parameters as :today"),
        ("SELECT @x", "write parameters as :today"),
        ("SELECT :tomorrow", "there is no parameter :tomorrow"),
        ("SELECT :days_ago_0", "there is no parameter :days_ago_0"),
        (
            "SELECT :days_ago_367",
            "there is no parameter :days_ago_367",
        ),
        ("SELECT 1\0", "expected a query of up to"),
    ] {
        let said = problem(sql);
        assert!(said.contains(told), "{sql}: {said}");
    }
}

#[test]
fn the_names_before_brackets_are_found_however_they_are_written() {
    let sql = "SELECT Pg_Sleep /* a */ (1), \"Odd\" (2), a.b.c(3), 'x(' FROM t WHERE y IN (1)";
    let statement = Statement::read(sql).unwrap();
    let names: Vec<_> = statement.functions().collect();
    assert_eq!(names, ["Odd", "c", "in", "pg_sleep"]);
}

#[test]
fn a_comparison_holds_at_its_limit_and_not_beyond() {
    for (text, holding, not) in [
        ("< 5", 4.99, 5.0),
        ("<= -5", -5.0, -4.99),
        (">10", 10.01, 10.0),
        (">= 1e3", 1000.0, 999.9),
        ("= 0", 0.0, 0.1),
        ("!= 0", 0.1, 0.0),
    ] {
        let comparison: Comparison = text.parse().unwrap();
        assert!(
            comparison.holds(holding) && !comparison.holds(not),
            "{text}"
        );
    }
    for text in [
        "", "5", "< x", "< inf", "< nan", "=> 5", "< 5 6", "<>5", "== 5",
    ] {
        assert!(text.parse::<Comparison>().is_err(), "{text}");
    }
}

#[test]
fn a_text_names_its_columns_between_braces() {
    let template: Template = "{{a}} {b}: {value} {b} {c_1}".parse().unwrap();
    assert_eq!(template.columns().collect::<Vec<_>>(), ["b", "b", "c_1"]);
    assert!(template.has_value());
    for text in ["", " ", "{a", "a}", "{}", "{a b}", "{1a}", "{a\"}"] {
        assert!(text.parse::<Template>().is_err(), "{text}");
    }
}
