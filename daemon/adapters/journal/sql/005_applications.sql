-- keen: an employer that the person cares for. skipped: since when the person wants no drafts for it.
ALTER TABLE applications ADD COLUMN requisition TEXT;
ALTER TABLE applications ADD COLUMN keen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE applications ADD COLUMN skipped TEXT;

-- Names of companies are compared otherwise now: their keys are reckoned anew.
UPDATE applications SET company_key = NULL;
CREATE INDEX applications_by_requisition ON applications (account, requisition COLLATE NOCASE);

-- by: a mail told of it, the person said it, or it was reckoned (silence).
ALTER TABLE events ADD COLUMN by TEXT NOT NULL DEFAULT 'mail' CHECK (by IN ('mail', 'you', 'time'));

-- A mail that the person has put into an application stays there.
ALTER TABLE messages ADD COLUMN application_by TEXT NOT NULL DEFAULT 'model' CHECK (application_by IN ('model', 'you'));

-- Whom a mail about a job names as its writer or reader: to know the person's own mails to them.
CREATE TABLE addresses (
    address TEXT NOT NULL,
    message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    PRIMARY KEY (address, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX addresses_by_message ON addresses (message);
INSERT OR IGNORE INTO addresses
SELECT lower(each.value), m.id FROM messages m, json_tree(m.reading, '$.headers') each
WHERE each.key = 'address' AND each.type = 'text';

-- Mails that several applications fit equally, and these: the person is asked.
CREATE TABLE candidates (
    message     INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    application INTEGER NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    PRIMARY KEY (message, application)
) STRICT, WITHOUT ROWID;
CREATE INDEX candidates_by_application ON candidates (application);

-- What the person noted, for the worksheet and (unless private) for one line of a letter.
CREATE TABLE notes (
    id          INTEGER PRIMARY KEY,
    application INTEGER NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    at          TEXT NOT NULL,
    text        TEXT NOT NULL,
    private     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX notes_by_application ON notes (application, at);

-- The person's own mails to an application's people, as seen in Sent: header facts (JSON of Headers), never the body.
CREATE TABLE own_mails (
    id          INTEGER PRIMARY KEY,
    identity    BLOB NOT NULL,
    account     TEXT NOT NULL,
    application INTEGER NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    message_id  TEXT,
    at          TEXT NOT NULL,
    headers     TEXT NOT NULL,
    UNIQUE (identity, application)
) STRICT;
CREATE INDEX own_mails_by_application ON own_mails (application, at);

-- How far Sent was looked through: whose people one did not know then is looked at again when one does.
CREATE TABLE outboxes (
    account     TEXT PRIMARY KEY,
    uidvalidity INTEGER NOT NULL,
    uidnext     INTEGER NOT NULL,
    known       INTEGER NOT NULL DEFAULT 0,
    looked      TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Feedback that an employer gave: its sentences, kept until the application is forgotten.
CREATE TABLE feedback (
    id          INTEGER PRIMARY KEY,
    application INTEGER NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    message     INTEGER REFERENCES messages (id) ON DELETE CASCADE,
    at          TEXT NOT NULL,
    text        TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX feedback_by_message ON feedback (message) WHERE message IS NOT NULL;
CREATE INDEX feedback_by_application ON feedback (application, at);

-- Jobs anew: one of a step and an occasion an application; a digest belongs to no application and answers no mail.
-- event is when that happened which a job follows from, others are further recipients.
CREATE TABLE jobs_new (
    id             INTEGER PRIMARY KEY,
    application    INTEGER REFERENCES applications (id) ON DELETE CASCADE,
    message        INTEGER REFERENCES messages (id) ON DELETE CASCADE,
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
    occasion       TEXT NOT NULL DEFAULT '1',
    event          TEXT,
    others         TEXT NOT NULL DEFAULT '[]',
    CHECK (step = 'digest' OR (application IS NOT NULL AND message IS NOT NULL))
) STRICT;
INSERT INTO jobs_new
SELECT j.id, j.application, j.message, j.account, j.step, j.state, j.why, j.due, j.recipient, j.recipient_name, j.also,
    j.company, j.message_id, j.uidvalidity, j.uidnext, j.uid, j.placed_at,
    CAST(row_number() OVER (PARTITION BY j.application, j.step ORDER BY m.received, j.id) AS TEXT), m.received, '[]'
FROM jobs j JOIN messages m ON m.id = j.message;
-- Dropping a table deletes its rows first, and what hangs on them: the moves step aside meanwhile.
CREATE TABLE moves_kept AS SELECT * FROM moves;
DROP TABLE moves;
DROP TABLE jobs;
ALTER TABLE jobs_new RENAME TO jobs;
CREATE TABLE moves (
    id    INTEGER PRIMARY KEY,
    job   INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    move  TEXT NOT NULL,
    state TEXT NOT NULL,
    at    TEXT NOT NULL
) STRICT;
INSERT INTO moves SELECT id, job, move, state, at FROM moves_kept;
DROP TABLE moves_kept;
CREATE INDEX moves_by_job ON moves (job);
CREATE INDEX jobs_by_state ON jobs (state, due);
CREATE INDEX jobs_by_recipient ON jobs (recipient COLLATE NOCASE);
CREATE INDEX jobs_to_several ON jobs (state) WHERE others <> '[]';
CREATE INDEX jobs_by_application ON jobs (application);
CREATE INDEX jobs_by_message ON jobs (message);
CREATE UNIQUE INDEX jobs_once ON jobs (application, step, occasion) WHERE application IS NOT NULL;

-- A draft after its laying: the subject it was laid with (by which an edited note to self is known again), since when
-- it is missing from Drafts, when it was sent.
CREATE TABLE drafts (
    job     INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
    subject TEXT,
    missing TEXT,
    sent    TEXT
) STRICT;
