-- Which line of history this journal goes on with, and how many transactions in it have moved a job: what the file
-- journal.mark beside it remembers too. doubted is 1 when a command came upon a mark that does not fit. restored is when
-- the line began in place of another one: what had been due until then is asked about.
CREATE TABLE history (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    line     BLOB NOT NULL,
    count    INTEGER NOT NULL,
    doubted  INTEGER NOT NULL,
    restored TEXT
) STRICT;
INSERT INTO history VALUES (1, randomblob(16), 0, 0, NULL);
