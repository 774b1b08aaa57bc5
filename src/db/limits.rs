//! How long a session of this program on a `PostgreSQL` server may hold up others. A process can be stopped at any moment
//! (by a debugger, by a host that runs out of memory), and its host can vanish without a word; the server then ends the
//! session, and whoever waits for its locks goes on.

use std::sync::LazyLock;

use super::pool::STATEMENT_LIMIT;

/// Set at the session's beginning, and nowhere else: it tells that the settings which a start asks for have come through.
/// A pooler refuses or drops them.
pub(super) const DIRECT: &str = "sovani_ops.direct";

/// Shorter than the lock timeout: a session that waits for a stalled transaction must get its turn.
const IDLE_IN_TRANSACTION: &str = "5s";

/// Our writers wait for each other, and their transactions take milliseconds.
const LOCK_WAIT: &str = "8s";

/// For every session. The kernel's own limits for a dead connection are hours.
const SESSION: [(&str, &str); 6] = [
    ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION),
    ("lock_timeout", LOCK_WAIT),
    ("tcp_keepalives_idle", "4"),
    ("tcp_keepalives_interval", "2"),
    ("tcp_keepalives_count", "2"),
    // Also for data that the other end does not take, as when it was stopped in the middle of an answer.
    ("tcp_user_timeout", "8s"),
];

/// For a session of this program's own.
pub(super) fn session() -> Vec<(&'static str, String)> {
    let own = SESSION.map(|(name, value)| (name, value.to_owned()));
    let others = [
        statement_limit(),
        ("timezone", "UTC".to_owned()),
        (DIRECT, "on".to_owned()),
    ];
    own.into_iter().chain(others).collect()
}

fn statement_limit() -> (&'static str, String) {
    (
        "statement_timeout",
        format!("{}ms", STATEMENT_LIMIT.as_millis()),
    )
}

/// The limits that can be set for a single transaction. Those of the connection belong to the pooler.
fn of_a_transaction() -> Vec<(&'static str, String)> {
    vec![
        (
            "idle_in_transaction_session_timeout",
            IDLE_IN_TRANSACTION.to_owned(),
        ),
        ("lock_timeout", LOCK_WAIT.to_owned()),
        statement_limit(),
    ]
}

/// Begins a transaction with the limits. They are set each time, because behind a transaction pooler a session's
/// settings belong to another client.
pub(super) fn begin() -> &'static str {
    static BEGIN: LazyLock<String> = LazyLock::new(|| {
        let limits = of_a_transaction();
        let set = limits
            .iter()
            .map(|(name, value)| format!("; SET LOCAL {name} = '{value}'"));
        format!("BEGIN{}", set.collect::<String>())
    });
    &BEGIN
}

/// A statement without rows that sets the limits for the transaction which it is in.
pub(super) fn statement() -> &'static str {
    static STATEMENT: LazyLock<String> = LazyLock::new(|| {
        let limits = of_a_transaction();
        let set: Vec<_> = limits
            .iter()
            .map(|(name, value)| format!("set_config('{name}', '{value}', true)"))
            .collect();
        // One expression, so that each part is evaluated.
        format!("SELECT 1 WHERE {} IS NULL", set.join(" || "))
    });
    &STATEMENT
}
