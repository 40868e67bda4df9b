"""The map of the house.

Mail comes in at `adapters.imap`, is read in a room of its own (`adapters.sandbox`, which runs `classifiers.worker`),
and is written down by `reader` in `adapters.journal`. The journal is the only place where reader and writer meet:
`writer` takes what is due from it and lays drafts through `adapters.imap`. What to do and when is decided in `core`,
which knows no clock, no network and no file. `app` puts the parts together, `supervise` retries, `cli` is the door.
"""
