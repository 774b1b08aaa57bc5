-- How late it was when this program last looked, and the latest it has ever been. It has one row.
CREATE TABLE ops_clock (
    what TEXT PRIMARY KEY,
    seen_at DATETIME NOT NULL,
    reached_at DATETIME NOT NULL
);
