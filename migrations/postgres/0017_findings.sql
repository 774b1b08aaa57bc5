-- The typed finding of an incident and of an alert, from which each language words it. Rows of before have its English words
-- alone.
ALTER TABLE ops_incidents ADD COLUMN finding_json TEXT;
ALTER TABLE ops_alerts_history ADD COLUMN finding_json TEXT;
