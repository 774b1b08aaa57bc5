//! The kinds of configured actions.

use std::path::PathBuf;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use url::Url;

use super::hiding::{Secret, hide};
use crate::settings::{Header, PrivateUrl, Source, file::fields::Fields, parse::web_url};

const WORDS_MAX: usize = 100;
/// systemd's own limit.
const UNIT_LENGTH: usize = 255;
/// Shorter parts of an address, such as `1`, are not treated as secrets.
const SECRET_LENGTH_MIN: usize = 4;
/// Not secrets either, whatever their length.
const COMMON: [&str; 3] = ["true", "false", "null"];

#[derive(Clone, Debug, PartialEq)]
pub enum CustomKind {
    Command(CommandCall),
    Http(HttpCall),
    /// Restarts this unit.
    Systemd {
        unit: String,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct CommandCall {
    pub program: String,
    pub arguments: Vec<String>,
    /// The variables that are passed on.
    pub environment: Vec<String>,
    pub folder: Option<PathBuf>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct HttpCall {
    pub method: String,
    pub url: PrivateUrl,
    pub headers: Vec<Header>,
    /// The statuses that are a success.
    pub expect: Vec<u16>,
}

impl HttpCall {
    /// Tells if the file contains a secret itself, not a variable's name.
    pub fn has_written_secret(&self) -> bool {
        let url = self.url.url();
        let in_header = |header: &Header| header.is_written && is_telling_header(&header.name);
        !of_user(url).is_empty() || url.query().is_some() || self.headers.iter().any(in_header)
    }

    /// The address without possible credentials.
    pub fn address(&self) -> String {
        let mut shown: Url = self.url.url().clone();
        let _ = shown.set_username("");
        let _ = shown.set_password(None);
        if shown.query().is_some() {
            shown.set_query(Some("…"));
        }
        shown.set_fragment(None);
        // The ellipsis would be shown encoded.
        shown.to_string().replace("%E2%80%A6", "…")
    }

    /// Masks the values of headers and the secrets of the address in the text: a server may repeat the request.
    pub fn without_secrets(&self, text: &str) -> String {
        let values = self.headers.iter().map(Header::value);
        let values = values
            .flat_map(|value| std::iter::once(value).chain(value.split_whitespace().skip(1)))
            .map(str::to_owned);
        let of_query = of_query(self.url.url()).into_iter();
        let secrets = values
            .chain(of_query.filter(|secret| is_telling(secret)))
            .chain(of_user(self.url.url()));
        let secrets: Vec<Secret> = secrets.filter_map(|secret| Secret::new(&secret)).collect();
        hide(text, &secrets)
    }
}

/// A header whose name suggests credentials.
fn is_telling_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let mut words = ["auth", "token", "key", "secret", "cookie"].into_iter();
    words.any(|word| name.contains(word))
}

/// Text that is common in answers cannot be masked without making them unreadable.
fn is_telling(secret: &str) -> bool {
    secret.chars().count() >= SECRET_LENGTH_MIN && !COMMON.contains(&secret)
}

/// The whole query and its values, both encoded and decoded.
fn of_query(url: &Url) -> Vec<String> {
    let query = url.query().unwrap_or_default();
    let values = query.split('&').map(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        // A part without `=` may be the secret itself.
        if value.is_empty() { name } else { value }
    });
    let values = values.chain([query]);
    values
        .flat_map(|value| [value.to_owned(), decoded(&value.replace('+', " "))])
        .collect()
}

/// The password, or the user name if there is none, and the basic authentication built from them.
fn of_user(url: &Url) -> Vec<String> {
    let (user, password) = (url.username(), url.password());
    let secret = password.unwrap_or(user);
    if secret.is_empty() {
        return Vec::new();
    }
    let both = format!(
        "{}:{}",
        decoded(user),
        decoded(password.unwrap_or_default())
    );
    vec![secret.to_owned(), decoded(secret), STANDARD.encode(both)]
}

fn decoded(text: &str) -> String {
    let decoded = percent_encoding::percent_decode_str(text);
    decoded.decode_utf8_lossy().into_owned()
}

pub fn parse(fields: &mut Fields, source: &Source) -> Option<CustomKind> {
    let given = fields.has("kind");
    let kind = fields.text("kind", |kind| match kind {
        "command" | "http" | "systemd" => Ok(kind.to_owned()),
        _ => Err("expected command, http or systemd".to_owned()),
    });
    if !given {
        fields.fault(
            "kind",
            "expected command, http or systemd: no such action is built in",
        );
    }
    match kind?.as_str() {
        "command" => command(fields).map(CustomKind::Command),
        "systemd" => systemd(fields),
        _ => http(fields, source).map(CustomKind::Http),
    }
}

fn command(fields: &mut Fields) -> Option<CommandCall> {
    if !fields.has("command") {
        fields.fault("command", "expected a program and its arguments, as a list");
    }
    let words = fields.texts("command", |word| {
        if word.contains('\0') {
            Err("expected text without NUL".to_owned())
        } else {
            Ok(word.to_owned())
        }
    });
    let environment = fields.texts("env", |name| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if !name.is_empty() && name.bytes().all(plain) {
            Ok(name.to_owned())
        } else {
            Err("expected names of variables".to_owned())
        }
    });
    let folder = fields.text("cwd", |text| {
        let folder = PathBuf::from(text);
        if folder.is_absolute() {
            Ok(folder)
        } else {
            Err("expected an absolute path".to_owned())
        }
    });
    let mut words = words?.into_iter();
    let program = words.next().filter(|program| !program.is_empty());
    if program.is_none() || words.len() >= WORDS_MAX {
        let problem = format!("expected a program and up to {WORDS_MAX} arguments");
        fields.fault("command", &problem);
        return None;
    }
    Some(CommandCall {
        program: program?,
        arguments: words.collect(),
        environment: environment.unwrap_or_default(),
        folder,
    })
}

fn systemd(fields: &mut Fields) -> Option<CustomKind> {
    if !fields.has("unit") {
        fields.fault("unit", "expected the unit to restart");
    }
    // The characters that systemd.unit(5) allows, followed by the type of unit.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b":-_.\\@".contains(&byte);
    let unit = fields.text("unit", |name| {
        if (1..=UNIT_LENGTH).contains(&name.len()) && name.bytes().all(plain) && name.contains('.')
        {
            Ok(name.to_owned())
        } else {
            Err("expected a unit such as sovani-scheduler.service".to_owned())
        }
    });
    unit.map(|unit| CustomKind::Systemd { unit })
}

fn http(fields: &mut Fields, source: &Source) -> Option<HttpCall> {
    if !fields.has("url") {
        fields.fault("url", "expected the address to call");
    }
    let method = fields.text("method", |text| match text {
        "GET" | "POST" | "PUT" | "PATCH" | "DELETE" => Ok(text.to_owned()),
        _ => Err("expected GET, POST, PUT, PATCH or DELETE".to_owned()),
    });
    let url = fields.text("url", web_url);
    let headers = fields.pairs("headers", |name, value| header(name, value, source));
    let expect = fields.numbers("expect", 100..=599);
    Some(HttpCall {
        method: method.unwrap_or_else(|| "POST".to_owned()),
        url: url?,
        headers: headers?,
        expect: expect.unwrap_or_else(|| vec![200]),
    })
}

/// A value that begins with `$` names a variable of the environment or of `.env`.
fn header(name: &str, value: &str, source: &Source) -> Result<Header, String> {
    let variable = value.strip_prefix('$');
    let value = match variable {
        Some(variable) => {
            let found = source
                .get(variable)
                .map(str::trim)
                .filter(|value| !value.is_empty());
            found.ok_or("expected a variable that is set, such as $API_TOKEN")?
        }
        None => value,
    };
    let mut header =
        Header::new(name, value).ok_or_else(|| "expected a header's name and value".to_owned())?;
    header.is_written = variable.is_none();
    Ok(header)
}
