-- The events that service levels are made of. `at` is when the outcome was known, `d` its day in APP_TIMEZONE.
CREATE TABLE ops_sli (
    target TEXT NOT NULL,
    at DATETIME NOT NULL,
    d DATE NOT NULL,
    good DOUBLE PRECISION NOT NULL,
    total DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (target, at)
);
CREATE INDEX idx_ops_sli_day ON ops_sli (d, target);

-- How many requests took how long between two looks: [[upper bound of the bucket in seconds, requests], …], the last
-- bound null for "longer".
CREATE TABLE ops_latency_samples (
    at DATETIME PRIMARY KEY,
    buckets TEXT NOT NULL
);
-- The same of whole days, and the p95 computed from it.
CREATE TABLE ops_latency_days (
    d DATE PRIMARY KEY,
    buckets TEXT NOT NULL,
    p95_ms DOUBLE PRECISION
);
-- Counters of other programs as they were last seen.
CREATE TABLE ops_scrapes (
    source TEXT PRIMARY KEY,
    at DATETIME NOT NULL,
    counters TEXT NOT NULL
);

CREATE TABLE ops_db_sizes (
    at DATETIME PRIMARY KEY,
    bytes BIGINT NOT NULL
);

-- Runs of jobs that tell of themselves over HTTP.
CREATE TABLE ops_job_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job TEXT NOT NULL,
    -- What the job calls this run, if it does.
    run TEXT,
    started_at DATETIME NOT NULL,
    finished_at DATETIME,
    status TEXT NOT NULL,
    message TEXT
);
CREATE INDEX idx_ops_job_runs_started ON ops_job_runs (job, started_at);
CREATE UNIQUE INDEX idx_ops_job_runs_run ON ops_job_runs (job, run) WHERE run IS NOT NULL;
