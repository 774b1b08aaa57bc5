-- The checks that the newest sweep could not measure, so that every instance can tell.
CREATE TABLE ops_unmeasured (
    source TEXT PRIMARY KEY,
    message TEXT NOT NULL,
    finding_json TEXT
);
