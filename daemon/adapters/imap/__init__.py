"""IMAP by imapclient. `line` carries octets, `gateway` guards every word out, `wire` puts both under imapclient.

`login` and `authenticate` open a connection, `session` keeps it in a thread with deadlines and names what goes wrong;
`reading` only reads and waits for news (`asking`, `fetched`, `idle`), `placing` only lays drafts, `shelves` makes the
learning folders. `folders` and `special` tell which folder is which.
"""
