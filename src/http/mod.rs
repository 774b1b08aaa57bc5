//! The REST API, the probes and `/metrics`, over hyper.
//!
//! `server` owns the connections, `router` names the endpoints and what wraps them; a handler parses (`path`,
//! `query`, `auth`), calls one use case and renders. What it takes and answers is declared beside it, once: `openapi`
//! makes the description from that. `error` is the one mapping of errors to answers. No endpoint reads a
//! body: all that a request says is in its path and query.

#![expect(
    unused_qualifications,
    reason = "what utoipa's macros make of the types that are described"
)]

mod admission;
mod alerts;
mod attempts;
mod audit;
mod auth;
mod checks;
mod client;
mod compliance;
mod connection_slots;
mod docs;
mod error;
mod etag;
mod heartbeats;
mod impatient;
mod incidents;
mod invalid_parameter;
mod limits;
mod observe;
mod openapi;
mod parameters;
mod path;
mod probes;
mod query;
mod remediation;
mod router;
mod server;
mod silences;
mod slo;
mod words;
mod wrapping;

pub use self::server::serve;
