mod postgres;
mod servers;

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
        ("SQLite:///x.db", "x.db"),
        ("sqlite:///file:x.db", "./file:x.db"),
        ("sqlite:///file:x.db?uri=false", "./file:x.db"),
        ("sqlite:///file:x.db?uri=true", "x.db"),
        ("sqlite:///file:/var/a%20b.db?uri=true", "/var/a b.db"),
        ("sqlite:///file:///var/x.db?uri=1&mode=rwc", "/var/x.db"),
        (
            "sqlite:///file://localhost/var/x.db?uri=yes&cache=private",
            "/var/x.db",
        ),
        (
            "sqlite:////etc/../etc/passwd?uri=true&mode=rw",
            "/etc/../etc/passwd",
        ),
        ("sqlite:///100%.db", "100%.db"),
        ("sqlite:///x?y.db", "x"),
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

/// Asserts that each is refused with what was expected, and nothing of it is repeated.
fn assert_refused(cases: &[(&str, &str)]) {
    for (url, expected) in cases {
        let error = url.parse::<DatabaseUrl>().unwrap_err().to_string();
        assert!(
            error.contains(expected) && !error.contains("SECRET"),
            "{url}: {error}"
        );
    }
}

#[test]
fn a_sqlite_file_that_would_be_shared_to_its_harm_is_refused() {
    assert_refused(&[
        ("sqlite+pysqlcipher://:SECRET@/x.db", "encrypted"),
        ("sqlite:///~/SECRET.db", "write the path in full"),
        ("sqlite:///SECRET%20x.db", "without %"),
        ("sqlite:///file:SECRET.db?uri=true&mode=ro", "write mode=rw"),
        (
            "sqlite:///file:SECRET.db?uri=true&mode=rw",
            "there is no such file",
        ),
        ("sqlite:///file:SECRET.db?uri=true&nolock=1", "leave it out"),
        ("sqlite:///file:SECRET.db?immutable=1&uri=1", "leave it out"),
        ("sqlite:///file://SECRET/x.db?uri=true", "no host"),
    ]);
}

#[test]
fn an_invalid_database_url_is_refused_with_the_expected_form() {
    assert_refused(&[
        ("", "no scheme"),
        ("sovani_bot.db", "no scheme"),
        ("/var/lib/x.db", "no scheme"),
        ("mysql://u:SECRET@h/n", "sqlite or postgresql"),
        ("SECRET:x", "sqlite or postgresql"),
        ("postgresql:u:SECRET@h/n", "postgresql://user:password@host"),
        ("postgresql://u:x@SEC/RET@h/n", "one @ too many"),
        ("postgresql://u:x@h/n?SECRET@h", "one @ too many"),
        (
            "postgresql://u:SECRET@h@g/n?x=SECRET",
            "parameter 1 after the ?",
        ),
        (
            "postgresql://u@h/n?sslmode=require&SECRET=x",
            "parameter 2 after the ?",
        ),
        (
            "postgresql://u@h/n?PASSWORD=SECRET",
            "perhaps password is meant",
        ),
        (
            "postgresql://u@h/n?sslmod=SECRET",
            "perhaps sslmode is meant",
        ),
        ("postgresql://u:SECRET@h:99999/n", "a port from 1"),
        ("postgresql://u:SECRET@h:0/n", "a port from 1"),
        ("postgresql://h:SECRET/n", "a port from 1"),
        ("postgresql://h:1,g:SECRET/n", "a port from 1"),
        ("postgresql://h,g,f/n?port=1,2", "one port for all"),
        (
            "postgresql://h,g/n?hostaddr=127.0.0.1",
            "one hostaddr for each",
        ),
        ("postgresql://h/n?hostaddr=SECRET", "each an IP address"),
        ("postgresql://[::1/n", "postgresql://user:password@host"),
        ("postgresql://SEC#RET/n", "postgresql://user:password@host"),
        (
            "postgresql://%00SECRET/n",
            "postgresql://user:password@host",
        ),
        (
            "postgresql://u:SECRET%00@h/n",
            "postgresql://user:password@host",
        ),
        ("postgresql:///n?host=@SECRET", "abstract namespace"),
        (
            "postgresql://h/n?sslmode=SECRET",
            "expected disable, allow, prefer",
        ),
        (
            "postgresql://h/n?connect_timeout=SECRET",
            "expected seconds",
        ),
        ("postgresql://h/n?options=SECRET", "expected -c name=value"),
        (
            "postgresql://h/n?target_session_attrs=SECRET",
            "any or read-write",
        ),
        (
            "postgresql://h/n?target_session_attrs=standby",
            "this program writes",
        ),
        (
            "postgresql://h/n?channel_binding=require",
            "channel_binding is asked for",
        ),
        (
            "postgresql://h/n?gssencmode=require",
            "gssencmode is asked for",
        ),
        (
            "postgresql://h/n?require_auth=SECRET",
            "require_auth is asked for",
        ),
        (
            "postgresql://h/n?sslcrldir=SECRET",
            "sslcrldir is asked for",
        ),
        (
            "postgresql://h/n?sslnegotiation=direct",
            "sslnegotiation is asked for",
        ),
        (
            "postgresql://h/n?service=SECRET&servicefile=/none",
            "the service is in no file",
        ),
    ]);
}

#[test]
fn a_percent_in_a_path_is_read_as_the_file_that_is_there() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    let read = || {
        let url = format!("sqlite:///{}", path("a%20b.db").display());
        url.parse::<DatabaseUrl>().map(|url| url.to_string())
    };
    let shown = |name: &str| Ok(format!("sqlite:{}", path(name).display()));
    assert!(read().unwrap_err().to_string().contains("neither"));
    std::fs::write(path("a b.db"), "").unwrap();
    assert_eq!(read(), shown("a b.db"));
    std::fs::write(path("a%20b.db"), "").unwrap();
    assert!(read().unwrap_err().to_string().contains("two such"));
    std::fs::remove_file(path("a b.db")).unwrap();
    assert_eq!(read(), shown("a%20b.db"));
}
