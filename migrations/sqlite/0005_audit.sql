-- Who has changed what, whence, and with what result. An address or a chat is in `origin`.
CREATE TABLE ops_audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at DATETIME NOT NULL,
    actor TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    door TEXT NOT NULL,
    origin TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX idx_ops_audit_at ON ops_audit (at);
