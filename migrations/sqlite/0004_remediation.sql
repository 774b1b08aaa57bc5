-- What a run belongs to, and when it was over.
ALTER TABLE ops_remediation_history ADD COLUMN incident_id BIGINT;
ALTER TABLE ops_remediation_history ADD COLUMN finished_at DATETIME;
CREATE INDEX idx_ops_remed_incident ON ops_remediation_history (incident_id) WHERE incident_id IS NOT NULL;
CREATE INDEX idx_ops_remed_action ON ops_remediation_history (action_name, triggered_at);

-- A proposal that the program makes by itself has 0 for the one who asked for it.
ALTER TABLE ops_proposals ADD COLUMN incident_id BIGINT;
-- The message that brings it, where the outbox delivers that.
ALTER TABLE ops_proposals ADD COLUMN outbox_id BIGINT;
-- What it says, so that more can be said below it.
ALTER TABLE ops_proposals ADD COLUMN html TEXT;
-- The first of two who must confirm.
ALTER TABLE ops_proposals ADD COLUMN first_by BIGINT;
-- The session that it would end.
ALTER TABLE ops_proposals ADD COLUMN session TEXT;
