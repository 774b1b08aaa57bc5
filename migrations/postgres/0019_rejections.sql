-- The code of the reason why a chat is lost, from which each language words it. Rows of before have its English words in
-- dead_reason alone.
ALTER TABLE ops_chats ADD COLUMN dead_code TEXT;
