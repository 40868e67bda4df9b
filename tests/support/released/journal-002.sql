BEGIN TRANSACTION;
CREATE TABLE applications (
    id      INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    company TEXT,
    role    TEXT,
    opened  TEXT NOT NULL
) STRICT;
INSERT INTO "applications" VALUES(5,'main','Acme','Data Analyst','2026-03-01T10:00:00+00:00');
INSERT INTO "applications" VALUES(9,'main','Globex','Data Analyst','2026-03-01T10:00:00+00:00');
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
INSERT INTO "corrections" VALUES(1,X'0000000000000000000000000000000000000000000000000000000000000004','main',NULL,'interview',NULL,'2026-03-05T10:00:00+00:00',NULL,NULL,NULL,NULL,X'5375626A6563743A2054616C6B0D0A0D0A');
INSERT INTO "corrections" VALUES(2,X'0000000000000000000000000000000000000000000000000000000000000001','main',NULL,'offer',NULL,'2026-03-05T10:00:00+00:00','2026-03-06T10:00:00+00:00','undone',NULL,NULL,NULL);
INSERT INTO "corrections" VALUES(3,NULL,NULL,'<sought@acme.example>','rejection',NULL,'2026-03-06T10:00:00+00:00',NULL,NULL,NULL,NULL,NULL);
CREATE TABLE "duties" (
    account   TEXT NOT NULL,
    duty      TEXT NOT NULL CHECK (duty IN ('reading', 'placing', 'learning')),
    connected INTEGER NOT NULL,
    problem   TEXT,
    since     TEXT NOT NULL,
    PRIMARY KEY (account, duty)
) STRICT, WITHOUT ROWID;
INSERT INTO "duties" VALUES('main','reading',1,NULL,'2026-03-09T10:00:00+00:00');
CREATE TABLE events (
    id          INTEGER PRIMARY KEY,
    application INTEGER NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    message     INTEGER REFERENCES messages (id) ON DELETE CASCADE,
    kind        TEXT NOT NULL,
    at          TEXT NOT NULL
) STRICT;
INSERT INTO "events" VALUES(1,5,1,'applied','2026-03-01T10:00:00+00:00');
INSERT INTO "events" VALUES(2,5,2,'rejected','2026-03-02T10:00:00+00:00');
INSERT INTO "events" VALUES(3,9,3,'rejected','2026-03-03T10:00:00+00:00');
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
INSERT INTO "folders" VALUES('main','INBOX',7,31,'11:14,20,30','1:10',16,6,10,'2026-03-09T10:00:00+00:00');
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
INSERT INTO "jobs" VALUES(1,5,2,'main','thank_you','placed','Because of thank_you.','2026-03-05T10:00:00+00:00','dana@acme.example','Dana Reyes','["feedback_request"]','Acme','<draft-1@example.org>',3,1,1,'2026-03-07T10:00:00+00:00');
INSERT INTO "jobs" VALUES(2,5,2,'main','feedback_request','joined','Because of feedback_request.','2026-03-05T10:00:00+00:00','dana@acme.example','Dana Reyes','[]','Acme','<draft-2@example.org>',NULL,NULL,NULL,NULL);
INSERT INTO "jobs" VALUES(3,5,2,'main','reflection','cancelled','Because of reflection.','2026-03-05T10:00:00+00:00','dana@acme.example','Dana Reyes','[]','Acme','<draft-3@example.org>',3,3,NULL,NULL);
INSERT INTO "jobs" VALUES(4,9,3,'main','thank_you','planned','Because of thank_you.','2026-03-06T10:00:00+00:00','dana@globex.example','Dana Reyes','["feedback_request"]','Globex','<draft-4@example.org>',NULL,NULL,NULL,NULL);
INSERT INTO "jobs" VALUES(5,9,3,'main','keep_in_touch','skipped','Because of keep_in_touch.','2026-03-06T10:00:00+00:00','dana@globex.example','Dana Reyes','[]','Globex','<draft-5@example.org>',NULL,NULL,NULL,NULL);
INSERT INTO "jobs" VALUES(6,9,3,'main','follow_up','placing','Because of follow_up.','2026-03-06T10:00:00+00:00','dana@globex.example','Dana Reyes','[]','Globex','<draft-6@example.org>',3,6,NULL,NULL);
CREATE TABLE learning (
    account     TEXT NOT NULL,
    folder      TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL,
    uid         INTEGER NOT NULL,
    identity    BLOB NOT NULL,
    PRIMARY KEY (account, folder, uidvalidity, uid)
) STRICT, WITHOUT ROWID;
INSERT INTO "learning" VALUES('main','Highroad/Rejection',9,1,X'0000000000000000000000000000000000000000000000000000000000000004');
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
INSERT INTO "messages" VALUES(1,X'0000000000000000000000000000000000000000000000000000000000000001','main','INBOX',7,11,'<mail-1@acme.example>','2026-03-01T10:00:00+00:00','2026-03-01T11:00:00+00:00','acknowledgement','act','model',5,'{"headers": {"message_id": "<mail-1@acme.example>", "in_reply_to": [], "references": [], "date": "2026-03-01T09:59:00+01:00", "sender": {"name": "Dana Reyes", "address": "Dana@acme.example"}, "reply_to": [], "to": [{"name": "Sam Rivera", "address": "sam@example.org"}], "cc": [], "delivered_to": [], "subject": "Your application at Acme — Größe 1", "auto_submitted": null, "precedence": null, "list_id": null, "list_unsubscribe": false, "authentication_results": []}, "verdict": {"label": "acknowledgement", "confidence": 0.93, "scores": {"rejection": 0.01, "interview": 0.01, "acknowledgement": 0.93, "assessment": 0.01, "offer": 0.01, "outreach": 0.01, "job_alert": 0.01, "other": 0.01}, "because": [{"sentence": "We have decided to go on with others.", "weight": 0.8}], "company": "Acme", "role": "Data Analyst", "people": [{"name": "Dana Reyes", "address": null, "part": "recruiter"}], "after_interview": null, "reason": "other_candidate", "invites_future": null, "answerable": true, "language": "en", "requisition": "R-1"}}');
INSERT INTO "messages" VALUES(2,X'0000000000000000000000000000000000000000000000000000000000000002','main','INBOX',7,12,'<mail-2@acme.example>','2026-03-02T10:00:00+00:00','2026-03-02T11:00:00+00:00','rejection','act','model',5,'{"headers": {"message_id": "<mail-2@acme.example>", "in_reply_to": [], "references": [], "date": "2026-03-02T09:59:00+01:00", "sender": {"name": "Dana Reyes", "address": "Dana@acme.example"}, "reply_to": [], "to": [{"name": "Sam Rivera", "address": "sam@example.org"}], "cc": [], "delivered_to": [], "subject": "Your application at Acme — Größe 2", "auto_submitted": null, "precedence": null, "list_id": null, "list_unsubscribe": false, "authentication_results": []}, "verdict": {"label": "rejection", "confidence": 0.93, "scores": {"rejection": 0.93, "interview": 0.01, "acknowledgement": 0.01, "assessment": 0.01, "offer": 0.01, "outreach": 0.01, "job_alert": 0.01, "other": 0.01}, "because": [{"sentence": "We have decided to go on with others.", "weight": 0.8}], "company": "Acme", "role": "Data Analyst", "people": [{"name": "Dana Reyes", "address": null, "part": "recruiter"}], "after_interview": null, "reason": "other_candidate", "invites_future": null, "answerable": true, "language": "en", "requisition": "R-2"}}');
INSERT INTO "messages" VALUES(3,X'0000000000000000000000000000000000000000000000000000000000000003','main','INBOX',7,13,'<mail-3@globex.example>','2026-03-03T10:00:00+00:00','2026-03-03T11:00:00+00:00','rejection','act','model',9,'{"headers": {"message_id": "<mail-3@globex.example>", "in_reply_to": [], "references": [], "date": "2026-03-03T09:59:00+01:00", "sender": {"name": "Dana Reyes", "address": "Dana@globex.example"}, "reply_to": [], "to": [{"name": "Sam Rivera", "address": "sam@example.org"}], "cc": [], "delivered_to": [], "subject": "Your application at Globex — Größe 3", "auto_submitted": null, "precedence": null, "list_id": null, "list_unsubscribe": false, "authentication_results": []}, "verdict": {"label": "rejection", "confidence": 0.93, "scores": {"rejection": 0.93, "interview": 0.01, "acknowledgement": 0.01, "assessment": 0.01, "offer": 0.01, "outreach": 0.01, "job_alert": 0.01, "other": 0.01}, "because": [{"sentence": "We have decided to go on with others.", "weight": 0.8}], "company": "Globex", "role": "Data Analyst", "people": [{"name": "Dana Reyes", "address": null, "part": "recruiter"}], "after_interview": null, "reason": "other_candidate", "invites_future": null, "answerable": true, "language": "en", "requisition": "R-3"}}');
INSERT INTO "messages" VALUES(4,X'0000000000000000000000000000000000000000000000000000000000000004','main','INBOX',7,14,'<mail-4@globex.example>','2026-03-04T10:00:00+00:00','2026-03-04T11:00:00+00:00','interview','review','you',9,'{"headers": {"message_id": "<mail-4@globex.example>", "in_reply_to": [], "references": [], "date": "2026-03-04T09:59:00+01:00", "sender": {"name": "Dana Reyes", "address": "Dana@globex.example"}, "reply_to": [], "to": [{"name": "Sam Rivera", "address": "sam@example.org"}], "cc": [], "delivered_to": [], "subject": "Your application at Globex — Größe 4", "auto_submitted": null, "precedence": null, "list_id": null, "list_unsubscribe": false, "authentication_results": []}, "verdict": {"label": "rejection", "confidence": 0.93, "scores": {"rejection": 0.93, "interview": 0.01, "acknowledgement": 0.01, "assessment": 0.01, "offer": 0.01, "outreach": 0.01, "job_alert": 0.01, "other": 0.01}, "because": [{"sentence": "We have decided to go on with others.", "weight": 0.8}], "company": "Globex", "role": "Data Analyst", "people": [{"name": "Dana Reyes", "address": null, "part": "recruiter"}], "after_interview": null, "reason": "other_candidate", "invites_future": null, "answerable": true, "language": "en", "requisition": "R-4"}}');
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('key',X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F');
CREATE TABLE moves (
    id    INTEGER PRIMARY KEY,
    job   INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    move  TEXT NOT NULL,
    state TEXT NOT NULL,
    at    TEXT NOT NULL
) STRICT;
INSERT INTO "moves" VALUES(1,1,'intend','placing','2026-03-07T10:00:00+00:00');
INSERT INTO "moves" VALUES(2,1,'laid','placed','2026-03-07T10:00:00+00:00');
INSERT INTO "moves" VALUES(3,3,'cancel','cancelled','2026-03-07T10:00:00+00:00');
INSERT INTO "moves" VALUES(4,6,'intend','placing','2026-03-07T10:00:00+00:00');
CREATE TABLE refusals (
    account TEXT NOT NULL,
    secret  BLOB NOT NULL,
    count   INTEGER NOT NULL,
    last    TEXT NOT NULL,
    said    TEXT NOT NULL,
    PRIMARY KEY (account, secret)
) STRICT, WITHOUT ROWID;
INSERT INTO "refusals" VALUES('main',X'00000000000000000000000000000000000000000000000000000000000000C8',2,'2026-03-06T10:00:00+00:00','no');
CREATE TABLE strangers (
    identity BLOB PRIMARY KEY,
    label    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "strangers" VALUES(X'0000000000000000000000000000000000000000000000000000000000000064','other');
INSERT INTO "strangers" VALUES(X'0000000000000000000000000000000000000000000000000000000000000065','job_alert');
CREATE TABLE thread_ids (
    message_id  TEXT NOT NULL,
    application INTEGER NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    PRIMARY KEY (message_id, application)
) STRICT, WITHOUT ROWID;
INSERT INTO "thread_ids" VALUES('<mail-1@acme.example>',5);
INSERT INTO "thread_ids" VALUES('<mail-2@acme.example>',5);
INSERT INTO "thread_ids" VALUES('<mail-3@globex.example>',9);
INSERT INTO "thread_ids" VALUES('<mail-4@globex.example>',9);
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
INSERT INTO "unreadable" VALUES(X'0000000000000000000000000000000000000000000000000000000000000066','main','INBOX',7,30,'It took too long.','0.1.0','2026-03-03T10:00:00+00:00');
CREATE INDEX messages_by_application ON messages (application, received);
CREATE INDEX messages_by_time ON messages (received, id);
CREATE INDEX events_by_application ON events (application, at);
CREATE INDEX jobs_by_state ON jobs (state, due);
CREATE UNIQUE INDEX corrections_standing ON corrections (identity) WHERE ended IS NULL AND identity IS NOT NULL;
CREATE UNIQUE INDEX corrections_sought ON corrections (message_id) WHERE ended IS NULL AND identity IS NULL;
CREATE INDEX learning_by_identity ON learning (identity);
CREATE INDEX events_by_message ON events (message);
CREATE INDEX moves_by_job ON moves (job);
COMMIT;
PRAGMA application_id = 1213350961;
PRAGMA user_version = 2;
