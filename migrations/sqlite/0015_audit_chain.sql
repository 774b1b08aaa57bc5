-- Each row of the audit has a digest of itself and of the row before it. Rows of older versions get theirs with the first act
-- after this.
ALTER TABLE ops_audit ADD COLUMN hash TEXT;

-- Where the chain ends ('head'), and what retention has cut off its beginning ('cut'): the row at that end, its digest, and
-- how many rows there were up to it. `AUDIT_LOG` has a row for each place that is written to.
CREATE TABLE ops_audit_chain (
    what TEXT PRIMARY KEY,
    audit_id BIGINT NOT NULL,
    hash TEXT NOT NULL,
    rows BIGINT NOT NULL
);
INSERT INTO ops_audit_chain (what, audit_id, hash, rows) VALUES ('head', 0, '', 0), ('cut', 0, '', 0);
