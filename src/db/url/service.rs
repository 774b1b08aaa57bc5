//! libpq's service file: parameters under a name.

use std::{env, path::PathBuf};

use super::{Parameters, UrlError};
use crate::small_file;

/// More than anybody writes by hand.
const FILE_BYTES: u64 = 256 * 1024;
const SYSTEM_FOLDERS: [&str; 2] = ["/etc/postgresql-common", "/etc"];

/// Fills gaps from the named service, if any.
pub fn complete(
    parameters: &mut Parameters,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<(), UrlError> {
    let named = |name: &str, from: &str| {
        let named = parameters.get(name).map(str::to_owned);
        named.or_else(|| variable(from).filter(|value| !value.is_empty()))
    };
    let Some(service) = named("service", "PGSERVICE") else {
        return Ok(());
    };
    for file in files(named("servicefile", "PGSERVICEFILE"), variable) {
        let Ok(small) = small_file::read(&file, FILE_BYTES) else {
            continue;
        };
        if take(
            parameters,
            &service,
            &small.text().map_err(|_| UrlError::NoService)?,
        )? {
            return Ok(());
        }
    }
    Err(UrlError::NoService)
}

fn files(
    named: Option<String>,
    variable: &dyn Fn(&str) -> Option<String>,
) -> impl Iterator<Item = PathBuf> {
    let own = named
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".pg_service.conf")));
    let folders: Vec<_> = match variable("PGSYSCONFDIR") {
        Some(folder) => vec![folder],
        None => SYSTEM_FOLDERS.map(str::to_owned).into(),
    };
    let system = folders
        .into_iter()
        .map(|folder| PathBuf::from(folder).join("pg_service.conf"));
    own.into_iter().chain(system)
}

/// Tells if the file has the service.
fn take(parameters: &mut Parameters, service: &str, text: &str) -> Result<bool, UrlError> {
    let mut found = false;
    let mut within = false;
    for (line, number) in text.lines().map(str::trim).zip(1..) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[') {
            // As libpq, which reads the first group of that name and no other.
            if found {
                break;
            }
            within = name.strip_suffix(']') == Some(service);
            found |= within;
        } else if within {
            let pair = line.split_once('=').filter(|(name, _)| *name != "service");
            let taken = pair.map(|(name, value)| parameters.take_line(name.trim(), value.trim()));
            taken
                .and_then(Result::ok)
                .ok_or(UrlError::ServiceLine(number))?;
        }
    }
    Ok(found)
}
