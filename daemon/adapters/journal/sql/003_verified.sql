-- highestmodseq moves with every change in a folder (RFC 7162). verified is when the server's whole list was last held
-- against read and skipped, found how many messages were missing then, missing how many of them still are.
ALTER TABLE folders ADD COLUMN highestmodseq INTEGER;
ALTER TABLE folders ADD COLUMN verified TEXT;
ALTER TABLE folders ADD COLUMN found INTEGER NOT NULL DEFAULT 0;
ALTER TABLE folders ADD COLUMN missing INTEGER NOT NULL DEFAULT 0;

-- Whose UIDs a few messages of each folder were: if one is another's now, the mailbox was put back from a backup.
CREATE TABLE anchors (
    account  TEXT NOT NULL,
    folder   TEXT NOT NULL,
    uid      INTEGER NOT NULL,
    identity BLOB NOT NULL,
    PRIMARY KEY (account, folder, uid)
) STRICT, WITHOUT ROWID;

-- Whether a problem waits for the person, or is tried again.
ALTER TABLE duties ADD COLUMN waits INTEGER NOT NULL DEFAULT 0;

-- company_key is the company's name as daemon.core.matching compares it; NULL until it was reckoned, '' if unknown.
ALTER TABLE applications ADD COLUMN company_key TEXT;
CREATE INDEX applications_by_company ON applications (account, company_key);

-- Whether another draft to one of a mail's people is open.
CREATE INDEX jobs_by_recipient ON jobs (recipient COLLATE NOCASE);
