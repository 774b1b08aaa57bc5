//! The REST API, the probes and `/metrics`, over hyper.
//!
//! `server` owns the connections, `router` names the endpoints and what wraps them; a handler parses (`path`,
//! `query`, `auth`), calls one use case and renders. `error` is the one mapping of errors to answers. No endpoint reads a
//! body: all that a request says is in its path and query.

mod alerts;
mod attempts;
mod audit;
mod auth;
mod checks;
mod client;
mod docs;
mod error;
mod etag;
mod fault;
mod heartbeats;
mod impatient;
mod incidents;
mod limits;
mod observe;
mod openapi;
mod path;
mod probes;
mod query;
mod remediation;
mod room;
mod router;
mod server;
mod silences;
mod slo;

pub use self::server::serve;
