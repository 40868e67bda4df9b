"""What can be told in the log: every event by its name, how loud it is, and what it means. The docs are made from it.

A level lets a person sleep: what mends itself is info, what waits for the person is warning, what ends the service is
error. What a log line may hold besides its sentence are the fields named here, and none that says who or what about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Level = Literal["debug", "info", "warning", "error"]
Field = str | int | float | None


@dataclass(frozen=True, slots=True)
class Kind:
    """How loud an event is, and what it means. In the same words again it is heard no sooner than after `again` s."""

    level: Level
    meaning: str
    again: float = 0.0


_HOUR: Final = 3600.0
EVENTS: Final[Mapping[str, Kind]] = {
    "started": Kind("info", "The service watches its accounts."),
    "stopped": Kind("info", "It was told to stop, and has."),
    "ended": Kind("error", "The service cannot go on; the sentence says why."),
    "fault": Kind("error", "A fault of Highroad itself, named by its kind and place. Please report it.", _HOUR),
    "library": Kind("warning", "Something that Highroad is built on complained; what it said is left out.", _HOUR),
    "note": Kind("info", "Whatever has no name of its own."),
    # the duties of an account: reading, placing, learning
    "connected": Kind("debug", "A connection to read by was made and logged in."),
    "works": Kind("info", "A duty works, for the first time since the start or after a trouble."),
    "trouble": Kind("info", "A duty broke off, or a connection was lost; it is tried again by itself."),
    "trouble_lasts": Kind("warning", "It has been tried again for more than an hour, and still does not work."),
    "needs_you": Kind("warning", "Only the person can mend it; `highroad status` says what. The account rests."),
    # reading
    "folder_read": Kind("info", "A folder was read for the first time or anew: how many mails, how many about a job."),
    "news_read": Kind("debug", "What came since the last look was read: how many mails, how many about a job."),
    "mail_read": Kind("info", "A mail about a job came: its label and band."),
    "mail_unreadable": Kind("info", "A mail broke, froze or starved its reader, and was set aside."),
    "mail_missed": Kind("warning", "The server held mails that had been missed."),
    "folder_renumbered": Kind("info", "The server gave the numbers of mails to others; the folder is looked through."),
    "application_opened": Kind("info", "A mail began an application."),
    # drafts
    "draft_planned": Kind("info", "A draft is planned."),
    "draft_placing": Kind("debug", "It is about to be laid: the intention is on disk."),
    "draft_placed": Kind("info", "It lies in Drafts."),
    "draft_edited": Kind("info", "The person works on it."),
    "draft_sent": Kind("info", "The person sent it."),
    "draft_deleted": Kind("info", "The person deleted it; that is respected."),
    "draft_answered": Kind("info", "The person had written already, so it is not laid."),
    "draft_held": Kind("info", "The person is asked first: `highroad review`."),
    "draft_unsure": Kind("info", "It may have been laid and taken away; it is not laid again unasked."),
    "draft_declined": Kind("info", "The server would not take it, or it could not be written; tried again later."),
    "draft_cancelled": Kind("info", "What was planned is taken back."),
    "draft_moved": Kind("debug", "Any other move of a job."),
    # learning
    "learnt_from": Kind("info", "A mail that the person corrected is learnt from."),
    "unlearnt": Kind("info", "A correction was taken back, and its text erased."),
    "training": Kind("info", "The model is trained; how it goes."),
    "training_failed": Kind("info", "The training broke off; the model of before is used on."),
    "model_promoted": Kind("info", "What was learnt is used from now on."),
    "model_kept": Kind("info", "What was learnt would have done harm, and was put aside."),
    # the house
    "settings_same": Kind("info", "The settings were looked at, and say what they said before."),
    "settings_taken": Kind("info", "Changed settings are in force."),
    "settings_refused": Kind("warning", "Changed settings cannot be used; those of before are kept."),
    "digest_waits": Kind("info", "A digest or an alarm could not be made or sent; tried again.", _HOUR),
    "digest_sent": Kind("info", "A digest or an alarm went to the person's own address."),
    "journal_restored": Kind("warning", "The journal is an older one; what was due before is asked about, not laid."),
    "journal_damaged": Kind("warning", "The journal was damaged, set aside, and rebuilt from the mailbox."),
    "alert": Kind("info", "The person is told of a trouble by the digest's way."),
    "alert_untold": Kind("warning", "A trouble cannot be told: no account works, and no SMTP server is named."),
    "watchdog": Kind("error", "A part of the service was not heard of in time: systemd is not told that it lives."),
    "slept": Kind("debug", "The machine slept or its clock was set; every account is looked at."),
}
LEVELS: Final[Mapping[Level, int]] = {"debug": 10, "info": 20, "warning": 30, "error": 40}
"""As the standard library counts them."""
_MARK_DIGITS: Final = 10

FIELDS: Final = (
    "account", "mail", "job", "application", "step", "label", "band", "duty", "folder", "count", "about_a_job",
    "unreadable", "accounts", "seconds", "exit_code", "keys", "part",
)  # fmt: skip
"""What may stand beside a sentence. No address, name, company, subject or content, and no folder but INBOX."""


def mark(identity: bytes) -> str:
    """A mail's name in the log, from its keyed identity: `highroad show` knows it, and nobody else can make it."""
    return f"m{identity.hex()[:_MARK_DIGITS]}"
