//! The servers of an address: names, addresses and ports, of which there may be several.

use std::{
    fmt,
    net::IpAddr,
    path::{Path, PathBuf},
};

use crate::db::url::{Parameters, UrlError, authority::split_host};

const DEFAULT_PORT: u16 = 5432;

/// The usual socket folders of a local server.
const SOCKET_FOLDERS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostgresHost {
    /// A name, an address, or the folder of a socket.
    pub name: String,
    /// The IP address, if the name need not be resolved. The certificate is still checked against the name.
    pub address: Option<IpAddr>,
    pub port: u16,
}

impl PostgresHost {
    pub fn is_socket(&self) -> bool {
        self.name.starts_with('/')
    }

    /// The socket's path, if it is one.
    pub fn socket(&self) -> Option<PathBuf> {
        let folder = self.is_socket().then_some(&self.name)?;
        Some(Path::new(folder).join(format!(".s.PGSQL.{}", self.port)))
    }

    /// The target of the connection, for people.
    pub fn target(&self) -> String {
        match self.address {
            Some(address) => address.to_string(),
            None => self.name.clone(),
        }
    }
}

impl fmt::Display for PostgresHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = self.target();
        if target.contains(':') {
            write!(f, "[{target}]:{}", self.port)
        } else {
            write!(f, "{target}:{}", self.port)
        }
    }
}

pub fn hosts(parameters: &Parameters) -> Result<Vec<PostgresHost>, UrlError> {
    let ports = ports(parameters.get("port"))?;
    let addresses = addresses(parameters.get("hostaddr"))?;
    let names: Vec<&str> = match parameters.get("host") {
        Some(names) => names.split(',').map(str::trim).collect(),
        None => vec![""; addresses.len().max(1)],
    };
    if ports.len() > 1 && ports.len() != names.len() {
        return Err(UrlError::Ports);
    }
    if !addresses.is_empty() && addresses.len() != names.len() {
        return Err(UrlError::HostAddresses);
    }
    let several = names.len() > 1;
    names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let port = ports.get(at).or(ports.first()).copied().flatten();
            let address = addresses.get(at).copied();
            host(name, address, port).map_err(|error| {
                if several && error == UrlError::Port {
                    UrlError::Ports
                } else {
                    error
                }
            })
        })
        .collect()
}

fn host(text: &str, address: Option<IpAddr>, port: Option<u16>) -> Result<PostgresHost, UrlError> {
    if text.starts_with('@') {
        return Err(UrlError::AbstractSocket);
    }
    // `host=name:5433` is SQLAlchemy's; colons more than that are an IPv6 address.
    let (name, own_port) = if text.starts_with('/') {
        (text, "")
    } else {
        split_host(text).unwrap_or((text, ""))
    };
    let port = match own_port {
        "" => port.unwrap_or(DEFAULT_PORT),
        own_port => one_port(own_port)?,
    };
    let strange = |c: char| c.is_whitespace() || c.is_control() || "@#%/?\\'\"".contains(c);
    if !name.starts_with('/') && name.split('%').next().unwrap_or_default().contains(strange) {
        return Err(UrlError::Postgres);
    }
    let name = match (name, address) {
        ("", None) => default_host(port),
        (name, _) => name.to_owned(),
    };
    Ok(PostgresHost {
        name,
        address,
        port,
    })
}

/// The socket or host of a local server.
fn default_host(port: u16) -> String {
    let socket = format!(".s.PGSQL.{port}");
    let mut folders = SOCKET_FOLDERS.into_iter();
    folders
        .find(|folder| Path::new(folder).join(&socket).exists())
        .unwrap_or("localhost")
        .to_owned()
}

fn ports(text: Option<&str>) -> Result<Vec<Option<u16>>, UrlError> {
    let one = |port: &str| match port.trim() {
        "" => Ok(None),
        port => one_port(port).map(Some),
    };
    text.map_or(Ok(Vec::new()), |text| text.split(',').map(one).collect())
}

fn one_port(text: &str) -> Result<u16, UrlError> {
    let port = text.parse().ok().filter(|port| *port != 0);
    port.ok_or(UrlError::Port)
}

fn addresses(text: Option<&str>) -> Result<Vec<IpAddr>, UrlError> {
    let Some(text) = text else {
        return Ok(Vec::new());
    };
    let parsed = text.split(',').map(|address| address.trim().parse());
    parsed
        .collect::<Result<_, _>>()
        .map_err(|_| UrlError::HostAddresses)
}
