CREATE TABLE IF NOT EXISTS poa_files (
    task TEXT PRIMARY KEY,
    content BLOB NOT NULL,
    signature BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS hand_overs (
    id TEXT PRIMARY KEY,
    organisation INTEGER NOT NULL,
    sender INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    name TEXT NOT NULL,
    sent_ms INTEGER NOT NULL,
    size INTEGER NOT NULL,
    content BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS hand_overs_by_recipient ON hand_overs (recipient, organisation, sent_ms);
CREATE TABLE IF NOT EXISTS hand_overs_taken (
    id TEXT PRIMARY KEY,
    sender INTEGER NOT NULL
) STRICT;
