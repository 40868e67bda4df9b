"""The three next actions: what is worth doing first, in one sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta, tzinfo
from itertools import islice
from typing import Final

from daemon.core.digest import Summary, Waiting
from daemon.core.job import Step
from daemon.digest_phrases import about, counted, day, fact, step_name

_MOST: Final = 3
_SOON: Final = timedelta(days=14)


def next_steps(summary: Summary, zone: tzinfo) -> tuple[str, ...]:
    """At most three, the most urgent first; none where nothing waits and no search is on."""
    return tuple(islice(_steps(summary, zone), _MOST))


def _steps(summary: Summary, zone: tzinfo) -> Iterator[str]:
    yield from _mend(summary)
    yield from _prepare(summary, zone)
    yield from _answer(summary)
    yield from _send(summary)
    yield from _go_on(summary)


def _mend(summary: Summary) -> Iterator[str]:
    waiting = [one for one in summary.troubles if one.waits]
    if waiting:
        yield f"Put account {fact(waiting[0].account)} right; `highroad doctor` says how."
    wrong = [one for one in summary.waiting if one.wrong is not None]
    if wrong:
        yield f"Look at {_draft(wrong[0])}: it is out of date."


def _prepare(summary: Summary, zone: tzinfo) -> Iterator[str]:
    for one in summary.interviews[:1]:
        when = f" on {day(one.at, zone)}" if one.at else ""
        who = about(one.company, None) or f"application a{one.application}"
        yield f"Prepare for the interview with {who}{when}: `highroad show a{one.application}` has what you know."


def _answer(summary: Summary) -> Iterator[str]:
    asked = len(summary.questions) + summary.held + summary.homeless
    if asked:
        yield f"Answer {counted(asked, 'question', 'questions')} with `highroad review`."


def _send(summary: Summary) -> Iterator[str]:
    """The letter that has waited longest, then the worksheet."""
    good = sorted((one for one in summary.waiting if one.wrong is None), key=lambda one: one.laid)
    letters = [one for one in good if one.to]
    sheets = [one for one in good if Step.REFLECTION in one.steps]
    yield from (f"Read and send {_draft(one)}." for one in letters[:1])
    yield from (f"Fill in {_draft(one)}, while it is fresh." for one in sheets[:1])


def _go_on(summary: Summary) -> Iterator[str]:
    """A search is on: then it goes on."""
    if not summary.momentum.applications:
        return
    if summary.momentum.recent == 0:
        yield "Send one application this week: none has gone out for four weeks."
    if any(one.label == "rejection" and one.at > summary.now - _SOON for one in summary.news):
        yield "Is one of these employers worth keeping? `highroad keen APP` keeps the door open for later."
    if summary.momentum.interviews:
        yield 'Note what was talked about while you remember it: `highroad note APP "..."`.'


def _draft(one: Waiting) -> str:
    what = " and ".join(step_name(step) for step in one.steps)
    to = f" to {fact(one.to)}" if one.to else ""
    return f"the {what}{to}{f' ({fact(one.company)})' if one.company else ''}"
