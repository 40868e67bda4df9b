"""Reading: from the bytes of a mail to a verdict about it. Knows nothing of the daemon, the journal or the drafts."""
