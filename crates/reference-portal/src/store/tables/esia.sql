-- Records of ЕСИА: `body` is JSON of the kind.
CREATE TABLE IF NOT EXISTS esia_records (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT;
