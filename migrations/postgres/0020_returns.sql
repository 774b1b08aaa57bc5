-- How often the fault had come back when the incident opened, and the finding of the check that ended it, so that the chats are
-- told how things are now. Incidents of before have no such finding.
ALTER TABLE ops_incidents ADD COLUMN returns BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ops_incidents ADD COLUMN end_finding_json TEXT;
