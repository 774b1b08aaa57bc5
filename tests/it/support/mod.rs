//! Shared support of the tests.

pub mod alembic;
pub mod browser;
pub mod checks;
pub mod conversation;
pub mod database;
pub mod deadline;
pub mod delivery;
pub mod held_command;
pub mod history;
pub mod https;
pub mod jobs;
pub mod metrics_page;
pub mod openssl;
pub mod pgbouncer;
pub mod postgres_server;
pub mod process;
pub mod program;
pub mod prometheus;
pub mod rewriting;
pub mod sli;
