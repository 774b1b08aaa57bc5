-- A digest of what a proposal would do, and the mode under which it was proposed. What was proposed before has neither, and
-- cannot be confirmed.
ALTER TABLE ops_proposals ADD COLUMN seal TEXT;
ALTER TABLE ops_proposals ADD COLUMN mode TEXT;
