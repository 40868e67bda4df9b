-- Times are ISO 8601 in UTC with offset, so that text order is time order. Identities are HMAC-SHA256 under meta.key.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- How far each watched folder has been read. read and skipped are RFC 9051 sequence-sets of UIDs.
CREATE TABLE folders (
    account         TEXT NOT NULL,
    folder          TEXT NOT NULL,
    uidvalidity     INTEGER NOT NULL,
    uidnext         INTEGER,
    read            TEXT NOT NULL DEFAULT '',
    skipped         TEXT NOT NULL DEFAULT '',
    server_messages INTEGER NOT NULL DEFAULT 0,
    seen            INTEGER NOT NULL DEFAULT 0,
    older           INTEGER NOT NULL DEFAULT 0,
    last_sync       TEXT,
    PRIMARY KEY (account, folder)
) STRICT, WITHOUT ROWID;

-- What each duty (reading, placing) of an account last said of itself, for `status`.
CREATE TABLE duties (
    account   TEXT NOT NULL,
    duty      TEXT NOT NULL CHECK (duty IN ('reading', 'placing')),
    connected INTEGER NOT NULL,
    problem   TEXT,
    since     TEXT NOT NULL,
    PRIMARY KEY (account, duty)
) STRICT, WITHOUT ROWID;

CREATE TABLE applications (
    id      INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    company TEXT,
    role    TEXT,
    opened  TEXT NOT NULL
) STRICT;

-- Mails about a job. reading is the JSON of classifiers.values.Reading: header facts and verdict, never the body.
CREATE TABLE messages (
    id          INTEGER PRIMARY KEY,
    identity    BLOB NOT NULL UNIQUE,
    account     TEXT NOT NULL,
    folder      TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL,
    uid         INTEGER NOT NULL,
    message_id  TEXT,
    received    TEXT NOT NULL,
    first_seen  TEXT NOT NULL,
    label       TEXT NOT NULL,
    band        TEXT NOT NULL CHECK (band IN ('act', 'review', 'ignore')),
    decided_by  TEXT NOT NULL DEFAULT 'model' CHECK (decided_by IN ('model', 'you')),
    application INTEGER REFERENCES applications (id),
    reading     TEXT NOT NULL
) STRICT;
CREATE INDEX messages_by_application ON messages (application, received);
CREATE INDEX messages_by_time ON messages (received, id);

-- Mails that are not about a job: nothing but this.
CREATE TABLE strangers (
    identity BLOB PRIMARY KEY,
    label    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Mails that broke, froze or starved their reader; tried once more by the next version.
CREATE TABLE unreadable (
    identity    BLOB PRIMARY KEY,
    account     TEXT NOT NULL,
    folder      TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL,
    uid         INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    version     TEXT NOT NULL,
    first_seen  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Which message ids belong to an application's threads.
CREATE TABLE thread_ids (
    message_id  TEXT NOT NULL,
    application INTEGER NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    PRIMARY KEY (message_id, application)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    id          INTEGER PRIMARY KEY,
    application INTEGER NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    message     INTEGER REFERENCES messages (id) ON DELETE CASCADE,
    kind        TEXT NOT NULL,
    at          TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_application ON events (application, at);

-- Planned drafts, and those deliberately not planned: the queue. daemon.core.job holds the table of moves.
CREATE TABLE jobs (
    id             INTEGER PRIMARY KEY,
    application    INTEGER NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    message        INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    account        TEXT NOT NULL,
    step           TEXT NOT NULL,
    state          TEXT NOT NULL,
    why            TEXT NOT NULL,
    due            TEXT,
    recipient      TEXT,
    recipient_name TEXT,
    also           TEXT NOT NULL DEFAULT '[]',
    company        TEXT,
    message_id     TEXT UNIQUE,
    uidvalidity    INTEGER,
    uidnext        INTEGER,
    uid            INTEGER,
    placed_at      TEXT,
    UNIQUE (message, step)
) STRICT;
CREATE INDEX jobs_by_state ON jobs (state, due);

-- What happened to a job, in order.
CREATE TABLE moves (
    id    INTEGER PRIMARY KEY,
    job   INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    move  TEXT NOT NULL,
    state TEXT NOT NULL,
    at    TEXT NOT NULL
) STRICT;

-- The person's word against the model's.
CREATE TABLE corrections (
    id       INTEGER PRIMARY KEY,
    identity BLOB NOT NULL,
    label    TEXT NOT NULL,
    was      TEXT,
    at       TEXT NOT NULL,
    undone   TEXT,
    text     TEXT
) STRICT;

-- Explicit credential refusals, by account and a keyed hash of the secret and how it is used.
CREATE TABLE refusals (
    account TEXT NOT NULL,
    secret  BLOB NOT NULL,
    count   INTEGER NOT NULL,
    last    TEXT NOT NULL,
    said    TEXT NOT NULL,
    PRIMARY KEY (account, secret)
) STRICT, WITHOUT ROWID;
