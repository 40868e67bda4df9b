"""The demo's own world: an IMAP server on loopback and one person's mailbox to read."""
