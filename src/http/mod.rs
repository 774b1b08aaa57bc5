//! The REST API, the probes and `/metrics`, over hyper.
//!
//! `server` owns the connections, `router` lists the endpoints and the layers around them; a handler parses (`path`,
//! `query`, `auth`), calls one use case and renders. Its parameters and answers are declared once, beside it: `openapi`
//! generates the description from that. `error` maps errors to answers. No endpoint reads a body: a request consists of
//! its path and query.

#![expect(
    unused_qualifications,
    reason = "what utoipa's macros make of the types that are described"
)]

mod admission;
mod alerts;
mod attempts;
mod audit;
mod auth;
mod check_list;
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
mod shared;
mod silences;
mod slo;
mod text_parameters;
mod words;
mod wrapping;

pub use self::server::serve;
