//! How long a session of this program on a `PostgreSQL` server may hold up others. A process can be stopped at any moment
//! (by a debugger, by a host that runs out of memory), and its host can vanish without a word; the server then ends the
//! session, and whoever waits for its locks goes on.

/// Shorter than the wait for a lock: whoever waits for a transaction that has stopped must get its turn.
macro_rules! idle_in_transaction {
    () => {
        "5s"
    };
}

/// A writer of ours waits for others of ours, whose transactions take milliseconds.
macro_rules! lock_wait {
    () => {
        "8s"
    };
}

/// Of every session. The kernel's own limits for a connection whose other end does not answer are hours.
pub(super) const SESSION: [(&str, &str); 6] = [
    (
        "idle_in_transaction_session_timeout",
        idle_in_transaction!(),
    ),
    ("lock_timeout", lock_wait!()),
    ("tcp_keepalives_idle", "4"),
    ("tcp_keepalives_interval", "2"),
    ("tcp_keepalives_count", "2"),
    // Also for data that the other end does not take, as when it was stopped in the middle of an answer.
    ("tcp_user_timeout", "8s"),
];

/// Begins a transaction with the limits that hold up others. Said anew, because behind a pooler of transactions what was
/// set for a session is another one's.
pub(super) const BEGIN: &str = concat!(
    "BEGIN; SET LOCAL idle_in_transaction_session_timeout = '",
    idle_in_transaction!(),
    "'; SET LOCAL lock_timeout = '",
    lock_wait!(),
    "'"
);
