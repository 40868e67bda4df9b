"""IMAP by imapclient: `session` connects and guards every word, `reading` only reads, `placing` only lays drafts."""
