"""A person's search without a mail server: settings, a journal, and mails as if they had just been read."""

from __future__ import annotations

import contextlib
import io
import shutil
from datetime import UTC, datetime, timedelta

from support.corevalues import verdict
from support.crashing import CONFIG

from classifiers.values import Address, Headers, Reading
from daemon.adapters.journal.journal import open_journal
from daemon.commands.context import Context
from daemon.commands.review import review
from daemon.core.entry import Place
from daemon.policy import me_of, policy_of
from daemon.recorder import Recorder
from templates.render import Renderer

NOW = datetime.now(UTC).replace(microsecond=0)


def ago(days):
    return NOW - timedelta(days=days)


_KNOWN = {}


def _made(context):
    """What a recorder needs of the settings, which are the same in all these searches."""
    if not _KNOWN:
        _KNOWN["settings"] = context.load().settings
    settings = _KNOWN["settings"]
    account = settings.account_named("main")
    return policy_of(settings), me_of(settings, account), settings.classifier, Renderer().languages()


class Search:
    """`mail` reads one mail about a job into the journal; the commands are called with `context`."""

    def __init__(self, folder):
        self.context = Context(folder / "config.toml", folder / "state")
        (folder / "config.toml").write_text(CONFIG.format(port=1, user="sam"))
        self.state = folder / "state"
        self.mails = 0

    def copied(self, folder):
        """The same search in another folder."""
        shutil.copytree(self.state, folder / "state")
        other = Search(folder)
        other.mails = self.mails
        return other

    @contextlib.contextmanager
    def journal(self):
        with contextlib.closing(open_journal(self.state)) as one:
            yield one

    def mail(self, label, company=None, role=None, *, days=0.0, sender="no-reply@myworkday.com", facts=None, **headers):
        """The journal id of the mail; `days` ago it came, a name before the sender's address is its display name."""
        self.mails += 1
        name, _, address = sender.rpartition(" ")
        filled = {"message_id": f"<{self.mails}@mail.example>", "to": (Address("", "sam@example.org"),)}
        filled |= {"subject": f"Mail {self.mails}", "sender": Address(name, address.strip("<>"))}
        told = {"answerable": "no-reply" not in address, "company": company, "role": role} | (facts or {})
        reading = Reading(Headers(**(filled | headers)), verdict(label, **told))
        with self.journal() as journal, journal.transaction():
            identity = journal.keyed(str(self.mails).encode())
            place = Place("main", "INBOX", 7, self.mails)
            Recorder("main", journal, *_made(self.context)).record(identity, place, ago(days), ago(days), reading)
            entry = journal.messages.of_identity(identity)
        return entry.id if entry else None

    def application_of(self, mail):
        with self.journal() as journal:
            return journal.messages.get(mail).application

    def jobs(self, application):
        """Step, state and recipient of an application's jobs."""
        with self.journal() as journal:
            return [(str(one.step), str(one.state), one.recipient) for one in journal.jobs.of_application(application)]

    def review(self, monkeypatch, capsys, keys):
        """What `review` says when these keys are typed."""
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{key}\n" for key in keys)))
        assert review(self.context, as_json=False) == 0
        return capsys.readouterr().out
