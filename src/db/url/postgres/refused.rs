//! Parameters of libpq that the driver cannot honour.

use crate::db::url::{Parameters, UrlError};

/// Rejects protections that the driver does not support, rather than ignoring them.
pub fn refuse_what_cannot_be_had(parameters: &Parameters) -> Result<(), UrlError> {
    let refused: [(&str, &[&str], &str); 9] = [
        (
            "channel_binding",
            &["disable", "prefer"],
            "leave it out, or write prefer; sslmode=verify-full tells one server from another",
        ),
        (
            "gssencmode",
            &["disable", "prefer"],
            "leave it out; TLS encrypts, with sslmode=verify-full",
        ),
        (
            "require_auth",
            &[],
            "leave it out; pg_hba.conf of the server says how people authenticate",
        ),
        ("requirepeer", &[], "leave it out"),
        (
            "sslcrldir",
            &[],
            "put the lists into one file, and name that in sslcrl",
        ),
        (
            "sslnegotiation",
            &["postgres"],
            "leave it out, or write postgres",
        ),
        (
            "ssl_min_protocol_version",
            &["TLSv1", "TLSv1.1", "TLSv1.2"],
            "leave it out, or write TLSv1.2, below which nothing is spoken",
        ),
        ("replication", &["false", "off", "no", "0"], "leave it out"),
        (
            "load_balance_hosts",
            &["disable", "random"],
            "write random or disable",
        ),
    ];
    for (name, harmless, advice) in refused {
        let value = parameters.get(name);
        if value.is_some_and(|value| !harmless.contains(&value)) {
            return Err(UrlError::CannotBeHad(name, advice));
        }
    }
    Ok(())
}
