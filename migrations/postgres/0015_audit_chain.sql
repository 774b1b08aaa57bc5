-- Each row of the audit has a digest of itself and of the row before it. Rows of older versions get theirs at the next start.
ALTER TABLE ops_audit ADD COLUMN hash TEXT;

-- Where the chain ends ('head'), and what retention has cut off its beginning ('cut'): the row at that end, its digest, and
-- how many rows there were up to it. As long as rows of older versions have no digest, 'older' is the last of them.
-- `AUDIT_LOG` has a row for each place that is written to.
CREATE TABLE ops_audit_chain (
    what TEXT PRIMARY KEY,
    audit_id BIGINT NOT NULL,
    hash TEXT NOT NULL,
    rows BIGINT NOT NULL
);
INSERT INTO ops_audit_chain (what, audit_id, hash, rows) VALUES ('head', 0, '', 0), ('cut', 0, '', 0);
INSERT INTO ops_audit_chain (what, audit_id, hash, rows)
    SELECT 'older', MAX(id), '', 0 FROM ops_audit HAVING MAX(id) IS NOT NULL;
