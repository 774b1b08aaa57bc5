//! Explains `PostgreSQL` errors, with their remedies.

use sqlx::Error;

/// By the code of the error, or the class that it begins with. The first counts.
const ADVICE: [(&str, &str); 10] = [
    ("28P01", "check the user and the password in DATABASE_URL"),
    (
        "28",
        "the server lets this user in neither from here nor in this way; see its pg_hba.conf",
    ),
    (
        "3D000",
        "check the name of the database in DATABASE_URL, or create it",
    ),
    ("53300", TOO_MANY),
    ("08004", TOO_MANY),
    (
        "08001",
        "check host, port and the parameters of TLS in DATABASE_URL, and that the server runs",
    ),
    (
        "08P01",
        "this is PgBouncer's word, not PostgreSQL's: see its pgbouncer.ini and its log",
    ),
    (
        "57P0",
        "the server is starting or stopping; try again when it runs",
    ),
    ("42501", "the user of DATABASE_URL lacks a right"),
    ("25006", "let DATABASE_URL lead to the primary server"),
];
const TOO_MANY: &str = "end other connections, raise the limit of the role, the database or the server, or make \
                        DATABASE_POOL_SIZE smaller";

/// Our own text where the driver's is unhelpful.
pub fn words(error: &Error) -> String {
    match error {
        Error::PoolTimedOut => "all connections to the database that this program may have are in use, and none became \
                                free in time; make DATABASE_POOL_SIZE larger, or see what keeps the database busy"
            .to_owned(),
        // From the connection, or from a server that accepts no connections.
        Error::Database(error) if matches!(error.code().as_deref(), Some("08001" | "08004")) => {
            error.message().to_owned()
        }
        // There is no more to it than its own words.
        Error::Configuration(error) => error.to_string(),
        error => error.to_string(),
    }
}

/// The remedy, if the error implies one.
pub fn advice(error: &Error) -> Option<&'static str> {
    let code = error.as_database_error()?.code()?;
    let (_, advice) = ADVICE.iter().find(|(begin, _)| code.starts_with(begin))?;
    Some(advice)
}

/// Both, where there is something to tell beyond what the driver says.
pub fn told(error: &Error) -> Option<String> {
    match (advice(error), error) {
        (Some(advice), _) => Some(format!("{}; {advice}", words(error))),
        (None, Error::Configuration(_) | Error::PoolTimedOut) => Some(words(error)),
        _ => None,
    }
}
