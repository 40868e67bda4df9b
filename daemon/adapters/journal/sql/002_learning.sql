-- The person's word against the model's; nothing was ever written into the first form of this table. The one that
-- stands for a mail is the one that has not ended. A mail that was named by its Message-ID has no identity until it is
-- found. text is the mail's first octets: kept to learn from, erased when the correction ends.
DROP TABLE corrections;
CREATE TABLE corrections (
    id         INTEGER PRIMARY KEY,
    identity   BLOB,
    account    TEXT,
    message_id TEXT,
    label      TEXT NOT NULL,
    folder     TEXT,
    at         TEXT NOT NULL,
    ended      TEXT,
    how        TEXT CHECK (how IN ('undone', 'replaced')),
    back       TEXT,
    problem    TEXT,
    text       BLOB,
    CHECK (ended IS NOT NULL OR identity IS NOT NULL OR message_id IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX corrections_standing ON corrections (identity) WHERE ended IS NULL AND identity IS NOT NULL;
CREATE UNIQUE INDEX corrections_sought ON corrections (message_id) WHERE ended IS NULL AND identity IS NULL;

-- What lies in the learning folders, as last seen.
CREATE TABLE learning (
    account     TEXT NOT NULL,
    folder      TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL,
    uid         INTEGER NOT NULL,
    identity    BLOB NOT NULL,
    PRIMARY KEY (account, folder, uidvalidity, uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX learning_by_identity ON learning (identity);

-- A correction changes what follows from one mail.
CREATE INDEX events_by_message ON events (message);
CREATE INDEX moves_by_job ON moves (job);

-- Learning is a duty of its own.
CREATE TABLE duties_new (
    account   TEXT NOT NULL,
    duty      TEXT NOT NULL CHECK (duty IN ('reading', 'placing', 'learning')),
    connected INTEGER NOT NULL,
    problem   TEXT,
    since     TEXT NOT NULL,
    PRIMARY KEY (account, duty)
) STRICT, WITHOUT ROWID;
INSERT INTO duties_new SELECT account, duty, connected, problem, since FROM duties;
DROP TABLE duties;
ALTER TABLE duties_new RENAME TO duties;
