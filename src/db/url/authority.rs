//! The part before the `?`: `//user:password@host:port/name`.

use super::{Parameters, UrlError, decoded};

#[derive(Clone, Copy)]
struct Login<'a> {
    user: &'a str,
    password: Option<&'a str>,
}

/// The parameters of an address: of its body, and of its query, which has precedence.
pub fn read(rest: &str) -> Result<Parameters, UrlError> {
    let rest = rest.strip_prefix("//").ok_or(UrlError::Postgres)?;
    let (login, rest) = split_login(rest);
    let (body, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (mut hosts, database) = body.split_once('/').unwrap_or((body, ""));
    let mut password = login.and_then(|login| login.password).map(str::to_owned);
    // A host has no @, so the part before it belongs to the password.
    if let Some(password) = &mut password
        && let Some((more, host)) = hosts.rsplit_once('@')
    {
        *password += "@";
        *password += more;
        hosts = host;
    }
    if hosts.contains('@') || database.contains('@') {
        return Err(UrlError::TooManyAts);
    }
    let mut parameters = Parameters::default();
    parameters.set("user", login.map(|login| decoded(login.user)));
    parameters.set("password", password.map(|password| decoded(&password)));
    parameters.set("dbname", Some(decoded(database)));
    let (names, ports) = split_hosts(hosts)?;
    parameters.set("host", Some(names));
    parameters.set("port", Some(ports));
    parameters.take_query(query)?;
    Ok(parameters)
}

/// Like `SQLAlchemy`: the user ends at the first colon, the password at the first `@`.
fn split_login(text: &str) -> (Option<Login<'_>>, &str) {
    let end = text.find([':', '/', '?']).unwrap_or(text.len());
    let (user, after) = text.split_at(end);
    let with_password = after
        .strip_prefix(':')
        .and_then(|after| after.split_once('@'))
        .filter(|(password, _)| !is_port_with_query(password));
    if let Some((password, rest)) = with_password {
        let password = Some(password);
        return (Some(Login { user, password }), rest);
    }
    let Some(at) = user.rfind('@') else {
        return (None, text);
    };
    let login = Login {
        user: &user[..at],
        password: None,
    };
    (Some(login), &text[at + 1..])
}

/// `5432/name?user=somebody`, in an address without a login whose query contains an `@`: libpq's interpretation.
fn is_port_with_query(text: &str) -> bool {
    let Some((before, query)) = text.split_once('?') else {
        return false;
    };
    let port = before.split('/').next().unwrap_or_default();
    port.parse::<u16>().is_ok() && query.contains('=')
}

/// The names and the ports, each between commas. There may be several, as in `h1:1,[::1]:2`.
fn split_hosts(hosts: &str) -> Result<(String, String), UrlError> {
    let split: Vec<_> = hosts
        .split(',')
        .map(split_host)
        .collect::<Option<_>>()
        .ok_or(UrlError::Postgres)?;
    let names: Vec<_> = split.iter().map(|(name, _)| decoded(name)).collect();
    let mut ports: Vec<_> = split.iter().map(|(_, port)| *port).collect();
    if let Some((last, others)) = ports.split_last()
        && others.iter().all(|port| port.is_empty())
    {
        // SQLAlchemy applies a port after the last host to every host.
        ports = vec![last];
    }
    Ok((names.join(","), ports.join(",")))
}

/// A host with or without a port; an IPv6 address is in brackets.
pub fn split_host(text: &str) -> Option<(&str, &str)> {
    let Some(inner) = text.strip_prefix('[') else {
        return match text.split_once(':') {
            Some((name, port)) if !port.contains(':') => Some((name, port)),
            Some(_) => None,
            None => Some((text, "")),
        };
    };
    let (name, after) = inner.split_once(']')?;
    match after.strip_prefix(':') {
        Some(port) => Some((name, port)),
        None => after.is_empty().then_some((name, "")),
    }
}
