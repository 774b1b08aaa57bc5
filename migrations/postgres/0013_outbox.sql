-- Failed attempts in a row that say nothing about the message itself: no answer, or a server error.
ALTER TABLE ops_outbox ADD COLUMN stalls BIGINT NOT NULL DEFAULT 0;
-- How many of those there were when Telegram's return cut the wait short last.
ALTER TABLE ops_outbox ADD COLUMN woken_at BIGINT NOT NULL DEFAULT 0;
-- How often Telegram refused it in words that tell neither of the chat nor of the message.
ALTER TABLE ops_outbox ADD COLUMN refusals BIGINT NOT NULL DEFAULT 0;
-- Whether another message has reached the chat since the first of those refusals.
ALTER TABLE ops_outbox ADD COLUMN passed_over BOOLEAN NOT NULL DEFAULT FALSE;
-- It waited through an outage: 1 when what it tells of was open at the end of that, else 2. 0 for every other one.
ALTER TABLE ops_outbox ADD COLUMN late BIGINT NOT NULL DEFAULT 0;
-- The message that tells of this one's incident in its stead.
ALTER TABLE ops_outbox ADD COLUMN told_by BIGINT;
CREATE INDEX idx_ops_outbox_told_by ON ops_outbox (told_by) WHERE told_by IS NOT NULL;

-- When a lost chat was tried last, how long it is left alone after that, and how often it was tried in vain. The wait is
-- kept by its length, so that a clock that is set does not draw it out.
ALTER TABLE ops_chats ADD COLUMN tried_at TIMESTAMP;
ALTER TABLE ops_chats ADD COLUMN wait_sec BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ops_chats ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;
-- It is written to again, and nothing has arrived yet.
ALTER TABLE ops_chats ADD COLUMN on_trial BOOLEAN NOT NULL DEFAULT FALSE;
