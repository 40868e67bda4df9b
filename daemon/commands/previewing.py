"""`highroad templates preview`: the letters of one application as they would be laid now. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from config.places import templates_path
from daemon.adapters.journal.journal import Journal
from daemon.commands.application_words import application_named, called
from daemon.commands.context import Context, emit
from daemon.commands.lines import plain
from daemon.core.draft import letter as letter_name
from daemon.core.entry import Application
from daemon.core.errors import NeedsOperator, WrongUse
from daemon.core.job import CADENCE, TO_SELF, Job, State, Step
from templates.render import LETTERS, Renderer

if TYPE_CHECKING:
    from config.loader import Loaded
    from daemon.composer import Composer

Row = dict[str, Any]
_COMING: Final = frozenset({State.PLANNED, State.HELD, State.PLACING})
_JOINT: Final = "thank_you_and_feedback"


def preview(context: Context, name: str, letter: str | None, *, as_json: bool) -> int:
    """What is planned for an application, or any one letter of it; 1 if one cannot be written. Raises WrongUse."""
    if letter is not None and letter not in LETTERS:
        raise WrongUse(f'There is no letter "{plain(letter)[:60]}". There are: {", ".join(LETTERS)}.')
    loaded = context.load()
    with context.journal() as journal:
        application = application_named(journal, name)
        jobs = _jobs(journal, application, letter)
        rows = [_row(_composer(loaded, journal, application), job) for job in jobs]
    if as_json:
        emit(rows)
    else:
        _tell(application, rows)
    return int(any(row["problem"] for row in rows))


def _jobs(journal: Journal, application: Application, letter: str | None) -> Sequence[Job]:
    """The jobs whose drafts are still to come, or one for that letter, whether it is planned or not."""
    every = journal.jobs.of_application(application.id)
    if letter is None:
        return [job for job in every if job.state in _COMING]
    step = Step.THANK_YOU if letter == _JOINT else Step(letter)
    also = (Step.FEEDBACK_REQUEST,) if letter == _JOINT else ()
    model = next((job for job in reversed(every) if job.step is step), None)
    model = model or next((job for job in reversed(every) if job.recipient), None)
    made = model or Job(application.id, 0, application.account, step, State.SKIPPED, "")
    return [replace(made, step=step, also=also)]


def _composer(loaded: Loaded, journal: Journal, application: Application) -> Composer:
    from daemon.composer import Composer
    from daemon.planner import planner_of
    from daemon.policy import me_of

    account = loaded.settings.account_named(application.account)
    if account is None:
        raise NeedsOperator(f'It is of account "{application.account}", which config.toml does not name any more.')
    return Composer(
        Renderer(templates_path(loaded.path)),
        me_of(loaded.settings, account),
        loaded.settings.me.signature,
        planner_of(loaded, journal, account).case,
        feedback_of=journal.feedback.lines,
    )


def _row(composer: Composer, job: Job) -> Row:
    row: Row = {"application": job.application, "job": job.id or None, "letter": letter_name(job)}
    row |= {"to": list(job.recipients), "due": job.due.isoformat() if job.due else None, "state": job.state.value}
    try:
        letter = composer.letter(job)
    except NeedsOperator as error:
        return row | {"subject": None, "body": None, "problem": str(error)}
    return row | {"subject": letter.subject, "body": letter.body, "problem": None}


def _tell(application: Application, rows: Sequence[Row]) -> None:
    if not rows:
        steps = ", ".join(step.value for step in CADENCE)
        print(f"Nothing is planned for {called(application)}. Name a letter to see it all the same: {steps}.")
        return
    print("\n\n".join("\n".join(_lines(row)) for row in rows))


def _lines(row: Row) -> Iterator[str]:
    to = "yourself" if row["letter"] in TO_SELF else ", ".join(row["to"]) or "nobody that is known"
    yield f"=== {row['letter']} to {to}"
    if row["problem"]:
        yield row["problem"]
        return
    if row["subject"]:
        yield f"Subject: {row['subject']}"
    yield ""
    yield row["body"].rstrip()
