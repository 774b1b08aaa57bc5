use std::{fs, time::Duration};

use secrecy::ExposeSecret;
use sovani_ops::db::{DatabaseUrl, PostgresAddress, SslMode, UrlError};

fn read(url: &str, variables: &[(&str, &str)]) -> Result<PostgresAddress, UrlError> {
    let variable = |wanted: &str| {
        let mut all = variables.iter();
        let found = all.find(|(name, _)| *name == wanted);
        found.map(|(_, value)| (*value).to_owned())
    };
    match DatabaseUrl::read(url, &variable)? {
        DatabaseUrl::Postgres(address) => Ok(*address),
        DatabaseUrl::Sqlite(_) => panic!("{url} is no sqlite"),
    }
}

fn password(address: &PostgresAddress) -> Option<String> {
    let password = address.password_for(&address.hosts[0])?;
    Some(password.secret().expose_secret().to_owned())
}

/// `user|password|database|host:port,…`
fn summary(address: &PostgresAddress) -> String {
    let hosts: Vec<_> = address.hosts.iter().map(ToString::to_string).collect();
    let password = address.password.as_ref();
    let password = password.map_or("", |password| password.secret().expose_secret());
    let PostgresAddress { user, database, .. } = address;
    format!("{user}|{password}|{database}|{}", hosts.join(","))
}

#[test]
fn addresses_are_read_as_sqlalchemy_and_libpq_read_them() {
    for (url, expected) in [
        ("postgresql://u:p@h/n", "u|p|n|h:5432"),
        ("postgres://u:p@h/n", "u|p|n|h:5432"),
        ("PostgreSQL://u:p@h/n", "u|p|n|h:5432"),
        ("postgresql+psycopg2://u:p@h:6543/n", "u|p|n|h:6543"),
        ("postgresql+asyncpg://u@h/n", "u||n|h:5432"),
        (
            "postgresql+psycopg://u:p@h/n?sslmode=require",
            "u|p|n|h:5432",
        ),
        (
            "postgresql+psycopg2://u:p@/db?host=/sock&port=5433",
            "u|p|db|/sock:5433",
        ),
        ("postgresql://u@%2Fsock/db", "u||db|/sock:5432"),
        ("postgresql://u:p@h/", "u|p|u|h:5432"),
        ("postgresql://u:p@h", "u|p|u|h:5432"),
        ("postgresql://u:p@h?dbname=n", "u|p|n|h:5432"),
        ("postgresql+asyncpg://u:p@h?database=n", "u|p|n|h:5432"),
        ("postgresql://u:@h:/n", "u||n|h:5432"),
        (
            "postgresql://h/n?user=me@there&password=a%26b",
            "me@there|a&b|n|h:5432",
        ),
        ("postgresql://h:6543/n?user=me@there", "me@there||n|h:6543"),
        (
            "postgresql://u:p@h:1/n?host=g&port=2&user=v&password=q&dbname=m",
            "v|q|m|g:2",
        ),
        ("postgresql://u:p@h/n?password=a+b", "u|a b|n|h:5432"),
        ("postgresql://bot@srv:pw@h/n", "bot@srv|pw|n|h:5432"),
        ("postgresql://bot@srv@h/n", "bot@srv||n|h:5432"),
        ("postgresql://u@h/a%20b/c", "u||a b/c|h:5432"),
        ("postgresql://u@[::1]/n", "u||n|[::1]:5432"),
        ("postgresql://u@[::1]:6543/n", "u||n|[::1]:6543"),
        (
            "postgresql://u@[fe80::1%25eth0]:6543/n",
            "u||n|[fe80::1%eth0]:6543",
        ),
        ("postgresql://u@/n?host=::1", "u||n|[::1]:5432"),
        ("postgresql://u@/n?host=h:6543", "u||n|h:6543"),
        ("postgresql://u@/n?host=h:1&host=g:2", "u||n|h:1,g:2"),
        ("postgresql://u@/n?host=h,g&port=1,2", "u||n|h:1,g:2"),
        ("postgresql://u@/n?host=h,g&port=1", "u||n|h:1,g:1"),
        ("postgresql://u@/n?host=h,g&port=1,", "u||n|h:1,g:5432"),
        ("postgresql://u@h:1,g:2,[::1]:3/n", "u||n|h:1,g:2,[::1]:3"),
        ("postgresql://u@h:1,g/n", "u||n|h:1,g:5432"),
        // SQLAlchemy hands libpq the hosts, and the one port for all of them.
        ("postgresql://u@h,g:6543/n", "u||n|h:6543,g:6543"),
        (
            "postgresql://u@name/n?hostaddr=10.0.0.1",
            "u||n|10.0.0.1:5432",
        ),
        (
            "postgresql://u@h/n?sslmode=disable&sslmode=require",
            "u||n|h:5432",
        ),
        ("postgresql://u@h/n?", "u||n|h:5432"),
        ("postgresql://u@h/n?connect_timeout=&&", "u||n|h:5432"),
        (
            "postgresql://u@h/n?application_name=a@b&keepalives=1&client_encoding=utf8",
            "u||n|h:5432",
        ),
        (
            "postgresql+asyncpg://u@h/n?prepared_statement_cache_size=0",
            "u||n|h:5432",
        ),
    ] {
        let found = read(url, &[]).map(|address| summary(&address));
        assert_eq!(found.as_deref(), Ok(expected), "{url}");
    }
}

#[test]
fn a_password_with_special_characters_arrives_as_it_was_meant_and_is_never_shown() {
    for (written, meant) in [
        ("p%40ss%3Aw%2Frd%23", "p@ss:w/rd#"),
        ("p%25ss", "p%ss"),
        ("%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C", "пароль"),
        ("пароль", "пароль"),
        ("p+s$s!", "p+s$s!"),
        ("p:ss", "p:ss"),
        ("p@ss", "p@ss"),
        ("p@s@s", "p@s@s"),
        ("p/ss?w#rd%zz&x=1", "p/ss?w#rd%zz&x=1"),
        ("123/p", "123/p"),
        ("p ss'\"\\", "p ss'\"\\"),
    ] {
        let url = format!("postgresql+psycopg2://bot:{written}@db.example:5433/sovani");
        let address = read(&url, &[]).unwrap();

        assert_eq!(password(&address).as_deref(), Some(meant));
        let shown = "postgresql://db.example:5433/sovani";
        assert_eq!(format!("{address} {address:?}"), format!("{shown} {shown}"));
    }
}

#[test]
fn the_shown_address_names_the_target_and_can_be_parsed_again() {
    for (url, shown) in [
        (
            "postgresql+psycopg2://u:p@/db?host=/sock&port=5433",
            "postgresql:///db?host=/sock&port=5433",
        ),
        (
            "postgresql://u:p@x/db?host=h&dbname=n&port=1",
            "postgresql://h:1/n",
        ),
        (
            "postgresql://u:p@h:1,[::1]:2/n",
            "postgresql://h:1,[::1]:2/n",
        ),
        (
            "postgresql://u:p@name/n?hostaddr=::1",
            "postgresql://[::1]:5432/n",
        ),
        (
            "postgresql://u:p@h/a%40b%0Ac",
            "postgresql://h:5432/a%40b%0Ac",
        ),
    ] {
        let address = read(url, &[]).unwrap();
        assert_eq!(address.to_string(), shown, "{url}");
        let again = read(shown, &[]).unwrap();
        assert_eq!(
            (again.hosts[0].target(), again.database),
            (address.hosts[0].target(), address.database)
        );
    }
}

#[test]
fn where_the_address_is_silent_the_environment_is_heard() {
    let variables = [
        ("PGHOST", "envhost"),
        ("PGPORT", "7"),
        ("PGUSER", "envuser"),
        ("PGPASSWORD", "envpass"),
        ("PGDATABASE", "envdb"),
        ("PGSSLMODE", "verify-full"),
        ("PGSSLROOTCERT", "/ca.pem"),
        ("PGOPTIONS", "-c search_path=ops"),
        ("PGCONNECT_TIMEOUT", "9"),
        ("PGTARGETSESSIONATTRS", "read-write"),
    ];
    let address = read("postgresql://", &variables).unwrap();
    assert_eq!(summary(&address), "envuser|envpass|envdb|envhost:7");
    assert_eq!(address.tls.mode, SslMode::VerifyFull);
    assert_eq!(address.tls.root_cert.as_deref(), Some("/ca.pem".as_ref()));
    assert_eq!(
        address.options,
        [("search_path".to_owned(), "ops".to_owned())]
    );
    assert_eq!(address.connect_timeout, Some(Duration::from_secs(9)));
    assert!(address.writable);

    let address = read(
        "postgresql://u:p@h:1/n?sslmode=disable&connect_timeout=0",
        &variables,
    )
    .unwrap();
    assert_eq!(summary(&address), "u|p|n|h:1");
    assert_eq!(address.tls.mode, SslMode::Disable);
    assert_eq!(address.connect_timeout, None);

    // An unreadable value is an error, where the driver would use its default.
    for (name, value) in [
        ("PGSSLMODE", "verify_full"),
        ("PGPORT", "543a"),
        ("PGREQUIREAUTH", "scram-sha-256"),
    ] {
        read("postgresql://h/n", &[(name, value)]).unwrap_err();
    }
}

#[test]
fn session_options_are_read_as_the_server_reads_them() {
    for (text, expected) in [
        (
            "-c%20a=1%20-cb=2%20--work-mem=3MB",
            vec![("a", "1"), ("b", "2"), ("work_mem", "3MB")],
        ),
        (
            "-c%20search_path=x%5C%20y%5C%5C",
            vec![("search_path", "x y\\")],
        ),
    ] {
        let address = read(&format!("postgresql://h/n?options={text}"), &[]).unwrap();
        let found: Vec<_> = address
            .options
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn the_password_file_is_read_as_libpq_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("pgpass");
    let ask = |text: &str, mode: u32| {
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let url = format!(
            "postgresql://me@db.example:5433/na:me?passfile={}",
            file.display()
        );
        password(&read(&url, &[]).unwrap())
    };
    for (text, expected) in [
        ("db.example:5433:na\\:me:me:secret", Some("secret")),
        (
            "# db.example:5433:*:me:no\r\n\r\n*:*:*:*:sec\\:ret\\\\ \r\n",
            Some("sec:ret\\ "),
        ),
        (
            "a malformed line\nother:*:*:*:no\n*:5433:*:me:yes:and more\n",
            Some("yes"),
        ),
        ("db.example:5433:na\\:me:you:secret", None),
        ("db.example:5433:na\\:me:me:", None),
        ("db.example:5433", None),
        ("", None),
    ] {
        assert_eq!(ask(text, 0o600).as_deref(), expected, "{text}");
    }
    assert_eq!(ask("*:*:*:*:secret", 0o640), None, "others may read it");
    let url = "postgresql://me@h/n?passfile=/dev/zero";
    assert_eq!(password(&read(url, &[]).unwrap()), None);
}

#[test]
fn a_service_is_looked_up_in_its_file() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("services.conf");
    let text = "[other]\nhost=no\n\n# ours\n[ours]\nhost = db.example\nport=5433\nuser=me\n\n[ours]\ndbname=no\n";
    fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();

    let url = format!("postgresql://?service=ours&servicefile={file}");
    let address = read(&url, &[("PGPORT", "1"), ("PGDATABASE", "envdb")]).unwrap();
    assert_eq!(summary(&address), "me||envdb|db.example:5433");
    let variables = [("PGSERVICE", "ours"), ("PGSERVICEFILE", file)];
    let address = read("postgresql://h/n", &variables).unwrap();
    assert_eq!(summary(&address), "me||n|h:5433");

    fs::write(file, "[ours]\nhost=h\nSECRET=x\n").unwrap();
    let error = read("postgresql://h/n", &variables)
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("line 3 of the service file"), "{error}");
}
