CREATE TABLE IF NOT EXISTS cabinet_records (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    owner TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT;
CREATE INDEX IF NOT EXISTS cabinet_records_by_owner ON cabinet_records (kind, owner, at_ms, id);
