-- How often incidents have joined a digest, and with which of those times each of them did: a button below a message takes
-- on what that message showed, and not what has joined since.
ALTER TABLE ops_digests ADD COLUMN growth BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ops_incidents ADD COLUMN digest_growth BIGINT;
UPDATE ops_incidents SET digest_growth = 0 WHERE digest_id IS NOT NULL;
