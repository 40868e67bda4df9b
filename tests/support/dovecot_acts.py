"""What happens to mailboxes on a Dovecot besides mail coming in: kicked, renumbered, restored, full, read-only, moved.

`support.dovecot.Dovecot` inherits these. Wherever mail is changed behind Dovecot's back its connections are cut first.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterable
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

NO_ENTRY = 68
"""doveadm's exit code when there was nobody to kick."""
WITH_ACL = """
mail_plugins = acl
protocol imap {
  mail_plugins = acl imap_acl
}
plugin {
  acl = vfile
}
"""
"""For `Dovecot(extra=...)`: what `rights` needs."""


def with_quota(kilobytes: int) -> str:
    """For `Dovecot(extra=...)`: every user has so much room; APPEND beyond it is answered NO [OVERQUOTA]."""
    return f"""
mail_plugins = quota
protocol imap {{
  mail_plugins = quota imap_quota
}}
plugin {{
  quota = count:User quota
  quota_vsizes = yes
  quota_grace = 0
  quota_rule = *:storage={kilobytes}K
}}
"""


class Acts:
    """Needs of its host: `doveadm`, `session`, `_maildir`, `_stamp`, `_own`, `_numbers`."""

    # --- connections ---

    def kick(self, user: str) -> bool:
        """Cut the user's connections as an administrator does (`doveadm kick`): BYE, the end; whether there was any."""
        try:
            self.doveadm("kick", user)
        except subprocess.CalledProcessError as refused:
            if refused.returncode != NO_ENTRY:
                raise
            return False
        return True

    def connected(self, user: str) -> int:
        """How many logged-in connections of the user Dovecot counts now."""
        lines = [line.split() for line in self.doveadm("-f", "tab", "who", "-1", user).splitlines()[1:]]
        return sum(line[:1] == [user] for line in lines)

    def cut_off(self, user: str, seconds: float = 10) -> None:
        """Kick and wait until nobody is left. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while self.kick(user) or self.connected(user):
            if time.monotonic() > end:
                raise TimeoutError(f"connections of {user} are still open")
            time.sleep(0.02)

    # --- numbers ---

    def new_uidvalidity(self, user: str, folder: str = "INBOX") -> int:
        """Give the folder another UIDVALIDITY (`doveadm mailbox update`), UIDs stay; the new one, seen announced."""
        before = self.uidvalidity(user, folder)
        self.doveadm("mailbox", "update", "-u", user, "--uid-validity", str(before + 1), folder)
        self.cut_off(user)
        after = self.uidvalidity(user, folder)
        assert after == before + 1, f"{folder} still announces {after}"
        return after

    # --- backup and restore ---

    @contextmanager
    def backup(self, user: str):
        """A copy of the user's whole mailbox, UID lists and indexes, for `restore`; gone at the end of the block."""
        self.cut_off(user)
        kept = self.directory / "backups" / f"{user}.{next(self._numbers)}"
        shutil.copytree(self._maildir(user, "INBOX"), kept)
        try:
            yield kept
        finally:
            shutil.rmtree(kept)

    def restore(self, user: str, backup: Path) -> None:
        """The mailbox as it was at the backup: mail that came since is gone, and its UIDs are given again."""
        self.cut_off(user)
        root = self._maildir(user, "INBOX")
        shutil.rmtree(root)
        shutil.copytree(backup, root)
        for path in (root, *root.rglob("*")):
            self._own(path)

    # --- folders ---

    @contextmanager
    def read_only(self, user: str, folder: str = "Drafts"):
        """Within the block the folder's directories take no new file: APPEND is answered NO [SERVERBUG]."""
        place = self._maildir(user, folder)
        places = [place, *(place / name for name in ("cur", "new", "tmp"))]
        self._set_modes(user, places, 0o500)
        try:
            yield
        finally:
            self._set_modes(user, places, 0o700)

    def rights(self, user: str, folder: str, rights: str | None) -> None:
        """The owner's rights on a folder, "lr" is to look only (APPEND: NO [NOPERM]), None all. Needs `WITH_ACL`."""
        told = self._maildir(user, folder) / "dovecot-acl"
        told.unlink(missing_ok=True)
        if rights is not None:
            told.write_text(f"owner {rights}\n")
            self._own(told)
        self.cut_off(user)

    # --- much mail ---

    def fill_fast(self, user: str, mails: Iterable[tuple[bytes, datetime]], folder: str = "INBOX") -> int:
        """Lay thousands of (message, INTERNALDATE), unread and without \\Recent, in UID order; how many."""
        place = self._maildir(user, folder) / "cur"
        before = next(self._numbers)
        for raw, at in mails:
            written = place / f"{self._stamp()}.M1P1.test:2,"
            written.write_bytes(raw)
            self._own(written)
            os.utime(written, (at.timestamp(), at.timestamp()))
        return next(self._numbers) - before - 1

    # --- how ---

    def _set_modes(self, user: str, places: list[Path], mode: int) -> None:
        for place in places:
            place.chmod(mode)
        self.cut_off(user)
