"""The person with a mail program of their own, at the same mailbox: what they do to the drafts there."""

from __future__ import annotations

import imaplib

from support.clock import MONDAY
from support.rounds import own_answer

ACTS = ["deletes", "trashes", "edits", "sends", "edits_and_sends", "sends_after_deleting", "edits_after_deleting"]


class Person:
    """A mail program at the same mailbox, at once, from whatever thread."""

    def __init__(self, server):
        self.server = server

    def _append(self, raw, folder):
        at = imaplib.Time2Internaldate(MONDAY)
        self.server._blocking(lambda imap: imap.append(folder, "\\Seen", at, raw))

    def _held(self):
        def act(imap):
            imap.select("Drafts", readonly=True)
            return imap.uid("FETCH", "1:*", "(UID BODY.PEEK[])")

        _, found = self.server._blocking(act)
        return [(int(head.split()[2]), raw) for head, raw in (item for item in found if isinstance(item, tuple))]

    def deletes(self):
        for uid, _ in self._held():
            self.server.expunge_now(uid, "Drafts")
        return lambda: None

    def trashes(self):
        return self._away("Trash", lambda raw: raw)

    def edits(self):
        return self._away("Drafts", own_answer)

    def sends(self):
        return self._away("Sent", lambda raw: raw)

    def edits_and_sends(self):
        return self._away("Sent", own_answer)

    def sends_after_deleting(self):
        """As some programs do it: it is in neither folder for a while."""
        held = self._held()
        self.deletes()
        return lambda: [self._append(raw, "Sent") for _, raw in held]

    def edits_after_deleting(self):
        held = self._held()
        self.deletes()
        return lambda: [self._append(own_answer(raw), "Drafts") for _, raw in held]

    def _away(self, folder, changed):
        for uid, raw in self._held():
            self._append(changed(raw), folder)
            self.server.expunge_now(uid, "Drafts")
        return lambda: None


async def everywhere(server):
    """How many messages lie in Drafts and elsewhere: nobody else has any."""
    return {folder: len(await server.messages(folder)) for folder in ("Drafts", "Sent", "Trash")}
