/// Says what was expected and repeats nothing of the address, any part of which may be a misplaced password.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum UrlError {
    #[error("no scheme: write sqlite:///./sovani_bot.db or postgresql://user:password@host/name")]
    NoScheme,
    #[error("not a database this program knows: sqlite or postgresql")]
    UnknownDatabase,
    #[error("an encrypted database cannot be read; this program needs a plain sqlite file")]
    Encrypted,
    #[error(
        "a sqlite path follows three slashes, an absolute one four: sqlite:///./x.db, sqlite:////var/lib/x.db"
    )]
    Slashes,
    #[error("the sqlite path is empty; a database in memory cannot be shared with the platform")]
    InMemory,
    #[error(
        "the path begins with ~, which stands for no home folder here, nor for SQLAlchemy: write the path in full"
    )]
    Tilde,
    #[error(
        "a % in a sqlite path is read in two ways, by SQLAlchemy before 2.1 as it stands and since then as an escape, and {0}: \
         give the file a name without %"
    )]
    PercentInPath(&'static str),
    #[error("expected sqlite:///file:/path/x.db?uri=true, with no host in the file's address")]
    FileUri,
    #[error("the address says mode={0}, and this program writes to the database: write mode=rw")]
    Mode(&'static str),
    #[error("the address says mode=rw, and there is no such file: check the path")]
    NoFile,
    #[error("the address says {0}, with which two programs on one file destroy it: leave it out")]
    Unlocked(&'static str),
    #[error(
        "not a postgresql address: expected postgresql://user:password@host:5432/name, where @ : / ? # % in user and \
         password are written %40 %3A %2F %3F %23 %25"
    )]
    Postgres,
    #[error(
        "not a postgresql address: one @ too many; write an @ that belongs to the user, the password or the name of the \
         database as %40"
    )]
    TooManyAts,
    #[error("not a postgresql address: expected a port from 1 to 65535 after the host")]
    Port,
    #[error("not a postgresql address: expected one port for all hosts, or one for each")]
    Ports,
    #[error("not a postgresql address: expected one hostaddr for each host, each an IP address")]
    HostAddresses,
    #[error(
        "not a postgresql address: a socket in the abstract namespace cannot be reached; use a folder"
    )]
    AbstractSocket,
    #[error(
        "not a postgresql address: parameter {0} after the ? is none that PostgreSQL knows{hint}; if it is part of a \
         password, write ? and & in it as %3F and %26",
        hint = .1.map(|known| format!(" (perhaps {known} is meant)")).unwrap_or_default()
    )]
    UnknownParameter(usize, Option<&'static str>),
    #[error("not a postgresql address: {0}: expected {1}")]
    Value(&'static str, &'static str),
    #[error("{0} is asked for and cannot be had: {1}")]
    CannotBeHad(&'static str, &'static str),
    #[error(
        "PGOPTIONS or the parameter options: expected -c name=value, as often as needed; in an address a blank is %20"
    )]
    Options,
    #[error("the service is in no file that can be read; see PGSERVICEFILE, ~/.pg_service.conf")]
    NoService,
    #[error(
        "line {0} of the service file cannot be read: expected [service] or a parameter of PostgreSQL, name=value"
    )]
    ServiceLine(usize),
}
