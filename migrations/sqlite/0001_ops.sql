-- An installation made by the platform's migrations already has these, with rows.
CREATE TABLE IF NOT EXISTS ops_alerts_history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    source TEXT NOT NULL,
    severity TEXT NOT NULL,
    message TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    extras_json TEXT,
    sent_to_chat_ids TEXT
);
CREATE INDEX IF NOT EXISTS idx_ops_alerts_created ON ops_alerts_history (created_at);
CREATE INDEX IF NOT EXISTS idx_ops_alerts_fingerprint ON ops_alerts_history (fingerprint);

CREATE TABLE IF NOT EXISTS ops_remediation_history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    triggered_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    alert_id INTEGER,
    action_name TEXT NOT NULL,
    status TEXT NOT NULL,
    details TEXT,
    retry_count INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS idx_ops_remed_triggered ON ops_remediation_history (triggered_at);

ALTER TABLE ops_remediation_history ADD COLUMN source TEXT;
ALTER TABLE ops_remediation_history ADD COLUMN triggered_by TEXT;
ALTER TABLE ops_remediation_history ADD COLUMN duration_ms INTEGER;
ALTER TABLE ops_remediation_history ADD COLUMN verified TEXT;

DROP VIEW IF EXISTS vw_ops_health;
CREATE VIEW vw_ops_health AS
SELECT
    (SELECT COUNT(*) FROM ops_alerts_history
      WHERE created_at >= datetime('now', '-1 hour')) AS alerts_last_hour,
    (SELECT COUNT(*) FROM ops_alerts_history
      WHERE severity = 'critical'
        AND created_at >= datetime('now', '-24 hours')) AS critical_last_24h,
    (SELECT COUNT(*) FROM ops_remediation_history
      WHERE triggered_at >= datetime('now', '-1 hour')) AS remediations_last_hour,
    (SELECT COUNT(*) FROM ops_remediation_history
      WHERE status IN ('failed', 'failure')
        AND triggered_at >= datetime('now', '-24 hours')) AS remediation_failures_24h;

-- The platform's journal of jobs, where every run of ops_health_check leaves a row.
CREATE TABLE IF NOT EXISTS job_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_name VARCHAR NOT NULL,
    started_at DATETIME NOT NULL,
    finished_at DATETIME,
    status VARCHAR NOT NULL,
    duration_seconds FLOAT,
    error_message TEXT,
    metadata JSON
);

-- The life of one fingerprint, from its first failing check to the passing ones.
CREATE TABLE ops_incidents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint TEXT NOT NULL,
    source TEXT NOT NULL,
    severity TEXT NOT NULL,
    message TEXT NOT NULL,
    extras_json TEXT NOT NULL,
    opened_at DATETIME NOT NULL,
    last_seen_at DATETIME NOT NULL,
    occurrences INTEGER NOT NULL,
    passes INTEGER NOT NULL,
    notifications INTEGER NOT NULL,
    notified_at DATETIME,
    notified_severity TEXT,
    closed_at DATETIME
);
CREATE UNIQUE INDEX idx_ops_incidents_open ON ops_incidents (fingerprint) WHERE closed_at IS NULL;
CREATE INDEX idx_ops_incidents_fingerprint ON ops_incidents (fingerprint, id);

-- Every message that must reach a chat, written before it is sent.
CREATE TABLE ops_outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at DATETIME NOT NULL,
    chat_id BIGINT NOT NULL,
    thread_id BIGINT,
    alert_id INTEGER,
    incident_id INTEGER,
    html TEXT NOT NULL,
    buttons TEXT NOT NULL,
    silent BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at DATETIME NOT NULL,
    leased_until DATETIME,
    sent_at DATETIME,
    message_id BIGINT,
    last_error TEXT
);
CREATE INDEX idx_ops_outbox_pending ON ops_outbox (chat_id, id) WHERE state = 'pending';
CREATE INDEX idx_ops_outbox_alert ON ops_outbox (alert_id);
CREATE INDEX idx_ops_outbox_incident ON ops_outbox (incident_id, chat_id);

-- What Telegram has said about a chat: where it moved to, or why it cannot be reached.
CREATE TABLE ops_chats (
    chat_id BIGINT PRIMARY KEY,
    moved_to BIGINT,
    dead_since DATETIME,
    dead_reason TEXT
);

-- A remediation that waits for somebody's confirmation in the chat.
CREATE TABLE ops_proposals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    chat_id BIGINT NOT NULL,
    message_id BIGINT,
    source TEXT NOT NULL,
    action_name TEXT NOT NULL,
    requested_by BIGINT NOT NULL,
    state TEXT NOT NULL,
    decided_by BIGINT,
    decided_at DATETIME
);

-- Work that only one of several instances may do at a time.
CREATE TABLE ops_leases (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    expires_at DATETIME NOT NULL
);
