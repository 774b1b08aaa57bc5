-- Which process delivers a message, so that another one takes over from it as soon as it is gone.
ALTER TABLE ops_outbox ADD COLUMN claimed_by TEXT;
