CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    org_oid INTEGER NOT NULL,
    person_oid INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    service TEXT NOT NULL,
    target TEXT NOT NULL,
    region TEXT NOT NULL,
    reserved INTEGER NOT NULL,
    code TEXT NOT NULL,
    message TEXT,
    message_id TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    due_ms INTEGER,
    outcome TEXT,
    pushes INTEGER NOT NULL,
    push_requests INTEGER NOT NULL,
    archive_sha256 TEXT,
    upload_started_ms INTEGER,
    upload_chunks INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS orders_by_scope ON orders (org_oid, client_id, updated_ms);
CREATE INDEX IF NOT EXISTS orders_by_person ON orders (person_oid, service, created_ms);
CREATE INDEX IF NOT EXISTS orders_by_due ON orders (due_ms) WHERE due_ms IS NOT NULL;
CREATE TABLE IF NOT EXISTS history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    at_ms INTEGER NOT NULL,
    code TEXT NOT NULL,
    status_id INTEGER,
    title TEXT NOT NULL,
    comment TEXT,
    final INTEGER NOT NULL,
    cancel_allowed INTEGER NOT NULL,
    edit_allowed INTEGER NOT NULL,
    agency_code TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS history_by_order ON history (order_id, id);
CREATE TABLE IF NOT EXISTS parts (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    chunk INTEGER NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (order_id, chunk)
) STRICT;
CREATE TABLE IF NOT EXISTS files (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (order_id, name)
) STRICT;
CREATE TABLE IF NOT EXISTS results (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    mnemonic TEXT NOT NULL,
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (order_id, mnemonic)
) STRICT;
