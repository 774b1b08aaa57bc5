//! What the tests stand on.

pub mod alembic;
pub mod conversation;
#[macro_use]
pub mod database;
pub mod eventually;
pub mod program;
