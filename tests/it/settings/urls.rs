use secrecy::ExposeSecret;
use sovani_ops::db::DatabaseUrl;

#[test]
fn sqlite_urls_name_a_file_the_way_sqlalchemy_does() {
    for (url, path) in [
        ("sqlite:///./sovani_bot.db", "./sovani_bot.db"),
        ("sqlite:///sovani_bot.db", "sovani_bot.db"),
        ("sqlite:///data/sovani bot.db", "data/sovani bot.db"),
        ("sqlite:////var/lib/sovani/x.db", "/var/lib/sovani/x.db"),
        ("sqlite+aiosqlite:///./x.db", "./x.db"),
        ("sqlite+pysqlite:////x.db", "/x.db"),
        ("sqlite:///x.db?timeout=10&check_same_thread=false", "x.db"),
        ("sqlite:x.db", "x.db"),
    ] {
        match url.parse() {
            Ok(DatabaseUrl::Sqlite(found)) => assert_eq!(found.to_str(), Some(path), "{url}"),
            other => panic!("{url}: {other:?}"),
        }
    }
}

#[test]
fn a_database_in_memory_is_refused() {
    for url in [
        "sqlite://",
        "sqlite:",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite+aiosqlite:///:memory:",
        "sqlite:///?timeout=5",
        "sqlite:///file::memory:?cache=shared&uri=true",
        "sqlite:///file:shared?mode=memory&cache=shared&uri=true",
    ] {
        let error = url.parse::<DatabaseUrl>().unwrap_err();
        assert!(error.to_string().contains("in memory"), "{url}: {error}");
    }
}

#[test]
fn two_slashes_before_a_sqlite_path_are_not_taken_for_an_absolute_one() {
    for url in [
        "sqlite://x.db",
        "sqlite://./x.db",
        "sqlite+aiosqlite://x.db",
    ] {
        let error = url.parse::<DatabaseUrl>().unwrap_err();
        assert!(
            error.to_string().contains("three slashes"),
            "{url}: {error}"
        );
    }
}

#[test]
fn postgresql_urls_are_taken_with_any_driver() {
    for (url, address) in [
        ("postgresql://u:p@h/n", "postgresql://u:p@h/n"),
        ("postgres://u:p@h/n", "postgresql://u:p@h/n"),
        (
            "postgresql+psycopg2://u:p@h:6543/n",
            "postgresql://u:p@h:6543/n",
        ),
        ("postgresql+asyncpg://u@h/n", "postgresql://u@h/n"),
        (
            "postgresql+psycopg://u:p@h/n?sslmode=require",
            "postgresql://u:p@h/n?sslmode=require",
        ),
    ] {
        match url.parse() {
            Ok(DatabaseUrl::Postgres(found)) => assert_eq!(found.expose_secret(), address),
            other => panic!("{url}: {other:?}"),
        }
    }
}

#[test]
fn a_password_with_special_characters_arrives_as_it_was_meant_and_is_never_shown() {
    for (written, meant) in [
        ("p%40ss%3Aw%2Frd%23", "p@ss:w/rd#"),
        ("p%25ss", "p%ss"),
        ("%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C", "пароль"),
        ("p+s$s!", "p+s$s!"),
        ("p:ss", "p:ss"),
        ("p@ss", "p@ss"),
    ] {
        let url: DatabaseUrl =
            format!("postgresql+psycopg2://bot:{written}@db.example:5433/sovani")
                .parse()
                .unwrap();
        assert_eq!(url.to_string(), "postgresql://db.example:5433/sovani");
        assert_eq!(format!("{url:?}"), "postgresql://db.example:5433/sovani");
        let DatabaseUrl::Postgres(address) = url else {
            panic!("not postgresql");
        };
        let options: sqlx::postgres::PgConnectOptions = address.expose_secret().parse().unwrap();
        assert_eq!(options.get_host(), "db.example");
        assert!(
            format!("{options:?}").contains(&format!("{:?}", Some(meant))),
            "{written}"
        );
    }
}

#[test]
fn what_is_no_database_url_is_refused_with_what_was_expected() {
    for (url, expected) in [
        ("", "no scheme"),
        ("sovani_bot.db", "no scheme"),
        ("/var/lib/x.db", "no scheme"),
        ("mysql://u:SECRET@h/n", "sqlite or postgresql"),
        ("SECRET:x", "sqlite or postgresql"),
        ("postgresql://u:SECRET#@h/n", "not a postgresql address"),
        ("postgresql://u:SECRET/x@h/n", "not a postgresql address"),
        ("postgresql://h:99999/n", "not a postgresql address"),
    ] {
        let error = url.parse::<DatabaseUrl>().unwrap_err().to_string();
        assert!(
            error.contains(expected) && !error.contains("SECRET"),
            "{url}: {error}"
        );
    }
}
