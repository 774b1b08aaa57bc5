-- How far back the history reaches, and when what is older was last deleted. It has one row.
CREATE TABLE ops_retention (
    what TEXT PRIMARY KEY,
    -- The first day, in APP_TIMEZONE, of which everything is kept.
    first_day DATE NOT NULL,
    done_at DATETIME
);

-- What is old is found without looking at what is not.
CREATE INDEX idx_ops_outbox_settled ON ops_outbox (created_at) WHERE state <> 'pending';
CREATE INDEX idx_ops_proposals_created ON ops_proposals (created_at);
CREATE INDEX idx_ops_incidents_closed ON ops_incidents (closed_at);
CREATE INDEX idx_ops_digests_grew ON ops_digests (grew_at);
CREATE INDEX idx_ops_silences_over ON ops_silences (COALESCE(ended_at, ends_at));
CREATE INDEX idx_ops_job_runs_age ON ops_job_runs (started_at);
