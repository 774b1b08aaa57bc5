-- Acknowledging, closing by hand, silencing and escalating incidents, and digests that tell of many at once.
ALTER TABLE ops_incidents ADD COLUMN reminders INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ops_incidents ADD COLUMN called_at DATETIME;
ALTER TABLE ops_incidents ADD COLUMN acknowledged_at DATETIME;
ALTER TABLE ops_incidents ADD COLUMN acknowledged_by TEXT;
ALTER TABLE ops_incidents ADD COLUMN acknowledged_name TEXT;
ALTER TABLE ops_incidents ADD COLUMN hushed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE ops_incidents ADD COLUMN escalated_at DATETIME;
-- Set when a person closed it; NULL when its checks passed.
ALTER TABLE ops_incidents ADD COLUMN closed_by TEXT;
ALTER TABLE ops_incidents ADD COLUMN closed_name TEXT;
ALTER TABLE ops_incidents ADD COLUMN digest_id BIGINT;
UPDATE ops_incidents SET called_at = notified_at, reminders = MAX(notifications - 1, 0);
CREATE INDEX idx_ops_incidents_digest ON ops_incidents (digest_id) WHERE digest_id IS NOT NULL;
CREATE INDEX idx_ops_incidents_called ON ops_incidents (called_at);

ALTER TABLE ops_alerts_history ADD COLUMN incident_id BIGINT;
CREATE INDEX idx_ops_alerts_incident ON ops_alerts_history (incident_id) WHERE incident_id IS NOT NULL;

-- What keeps notifications back. One that starts later is a maintenance window.
CREATE TABLE ops_silences (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at DATETIME NOT NULL,
    scope TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_name TEXT NOT NULL,
    starts_at DATETIME NOT NULL,
    ends_at DATETIME NOT NULL,
    ended_at DATETIME,
    ended_by TEXT,
    ended_name TEXT
);
CREATE INDEX idx_ops_silences_ends ON ops_silences (ends_at) WHERE ended_at IS NULL;

-- A storm of incidents, told in one message a chat.
CREATE TABLE ops_digests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    opened_at DATETIME NOT NULL,
    -- When an incident joined last.
    grew_at DATETIME NOT NULL,
    -- The loudest that the chats were called for.
    told_severity TEXT NOT NULL
);

-- A message is a fixed text ('post'), the standing message of an incident ('card') or of a digest, or a notice on one of
-- those ('notice'). What it says of an incident is looked up when it is delivered.
ALTER TABLE ops_outbox ADD COLUMN kind TEXT NOT NULL DEFAULT 'post';
ALTER TABLE ops_outbox ADD COLUMN reason TEXT;
ALTER TABLE ops_outbox ADD COLUMN digest_id BIGINT;
-- Counts the changes of what a standing message should say.
ALTER TABLE ops_outbox ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
-- Why it goes to the general topic instead of its own, if it does: 'gone' or 'closed'.
ALTER TABLE ops_outbox ADD COLUMN topic_lost TEXT;
ALTER TABLE ops_outbox ADD COLUMN pending_since DATETIME;
UPDATE ops_outbox SET pending_since = created_at;
CREATE INDEX idx_ops_outbox_digest ON ops_outbox (digest_id, chat_id) WHERE digest_id IS NOT NULL;
CREATE INDEX idx_ops_outbox_message ON ops_outbox (chat_id, message_id) WHERE message_id IS NOT NULL;

-- What an earlier version has told of an incident that is still open becomes its standing message.
UPDATE ops_outbox SET kind = 'card', silent = TRUE
WHERE id IN (
    SELECT MIN(o.id) FROM ops_outbox o JOIN ops_incidents i ON i.id = o.incident_id
    WHERE i.closed_at IS NULL AND o.state = 'sent' AND o.message_id IS NOT NULL
    GROUP BY o.incident_id, o.chat_id, o.thread_id);
