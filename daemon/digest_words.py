"""What a digest says of a summary, in sentences. Words of mails are cleaned, shortened, and lead nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from classifiers.values import Label
from daemon.core.digest import Interview, Momentum, News, Question, Remembered, Summary, Trouble, Waiting
from daemon.core.job import Step
from daemon.core.tally import Tally
from daemon.digest_next import next_steps
from daemon.digest_phrases import about, counted, day, fact, minute, step_name
from templates.digest_page import Bar, Item, Page, Section

_MOST: Final = 8
_QUOTE: Final = 240
_NOTE: Final = 400
_NAMES: Final[Mapping[Label, str]] = {
    "rejection": "Rejection",
    "interview": "Interview",
    "offer": "Offer",
    "assessment": "Assessment",
}
_COUNTED: Final[Mapping[Label, tuple[str, str]]] = {
    "acknowledgement": ("acknowledgement", "acknowledgements"),
    "outreach": ("recruiter who wrote to you first", "recruiters who wrote to you first"),
    "job_alert": ("job alert", "job alerts"),
}
_ONE_BY_ONE: Final = "`highroad review` asks one by one."


@dataclass(frozen=True, slots=True)
class Wording:
    """What the words need besides the summary: the person's time zone, their learning folders (rejection, not a
    rejection) if they use them, whether the digest is laid among the drafts, and when the next one is due.
    """

    zone: tzinfo
    following: datetime
    folders: tuple[str, str] | None = None
    laid: bool = True


def subject(summary: Summary) -> str:
    """The subject: numbers only, and nothing that a mail said."""
    wrong = sum(one.wrong is not None for one in summary.waiting)
    lying, asked = len(summary.waiting) - wrong, len(summary.questions) + summary.held + summary.homeless
    ill = len({one.account for one in summary.troubles if one.waits})
    parts = [counted(ill, "account needs you", "accounts need you")] if ill else []
    parts += [counted(wrong, "draft out of date", "drafts out of date")] if wrong else []
    parts += [counted(lying, "draft waiting", "drafts waiting")] if lying else []
    parts += [counted(asked, "question", "questions")] if asked else []
    return f"Your search: {', '.join(parts) or 'what came'}"


def page(summary: Summary, wording: Wording) -> Page:
    """The whole digest."""
    title = f"Your search, {day(summary.now, wording.zone, year=True)}"
    sections = [
        _troubles(summary, wording), _wrong(summary, wording), _interviews(summary, wording), _news(summary, wording),
        _waiting(summary, wording), _questions(summary, wording), _feedback(summary, wording),
        _momentum(summary), _tired(summary), _next(summary, wording),
    ]  # fmt: skip
    return Page(
        title, _lead(summary, wording), tuple(one for one in sections if one is not None), _footer(summary, wording)
    )


def _lead(summary: Summary, wording: Wording) -> str:
    since = f"Since {day(summary.since, wording.zone)}"
    came = f"{since}, {counted(len(summary.news), 'mail', 'mails')} about your search came." if summary.news else ""
    quiet = f"{since}, nothing new came about your search."
    needed = any(one.waits for one in summary.troubles) or any(one.wrong for one in summary.waiting)
    return f"{came or quiet} {'Something needs you.' if needed else 'Nothing is urgent.'}"


def _footer(summary: Summary, wording: Wording) -> tuple[str, ...]:
    way = "It is a note to yourself: delete it when you have read it." if wording.laid else "It went to you alone."
    if summary.lying:
        way += f" {counted(summary.lying, 'earlier one still lies', 'earlier ones still lie')} in your Drafts."
    following = minute(wording.following, wording.zone)
    return (
        f"Highroad wrote this for you, at home, and sends nothing to anybody else. {way}",
        f"The next one is due on {following}, if there is something to say.",
        "Set digest.enabled = false in config.toml if you want none.",
    )


# One section each; None where there is nothing to say.


def _troubles(summary: Summary, wording: Wording) -> Section | None:
    items = tuple(_trouble(one, wording) for one in summary.troubles)
    return Section("Not as it should be", items=items) if items else None


def _trouble(one: Trouble, wording: Wording) -> Item:
    how = "waits for you" if one.waits else "is tried again"
    since = minute(one.since, wording.zone)
    return Item(f"Account {fact(one.account)}: {one.what} {how} since {since}.", notes=(fact(one.problem, _NOTE),))


def _wrong(summary: Summary, wording: Wording) -> Section | None:
    wrong = [one for one in summary.waiting if one.wrong is not None]
    items = [Item(_draft(one, wording), notes=(fact(one.wrong or "", _NOTE),)) for one in wrong]
    intro = "These drafts were right when they were laid. Highroad never touches them: delete them, or write them anew."
    return Section("Out of date", intro, _most(items)) if items else None


def _waiting(summary: Summary, wording: Wording) -> Section | None:
    items = [Item(_draft(one, wording)) for one in summary.waiting if one.wrong is None]
    intro = "Read them, change what you like, and send them yourself; or delete them, which is respected for good."
    return Section("In your Drafts", intro, _most(items)) if items else None


def _draft(one: Waiting, wording: Wording) -> str:
    what = " and ".join(step_name(step) for step in one.steps)
    to = f" to {fact(one.to)}" if one.to else " for yourself"
    of = f" ({fact(one.company)})" if one.company else ""
    return f"A {what}{to}{of}, laid on {day(one.laid, wording.zone)}."


def _interviews(summary: Summary, wording: Wording) -> Section | None:
    if not summary.interviews:
        return None
    items = [Item(_interview(one, wording)) for one in summary.interviews]
    kept = [_remembered(one, wording) for one in summary.remembered]
    outro = ""
    if summary.private_notes:
        count = counted(summary.private_notes, "private note", "private notes")
        outro = f"Besides, {count}: `highroad show a{summary.interviews[0].application}` shows them."
    intro = "Beneath are your notes of earlier interviews, and what employers said: the newest first." if kept else ""
    return Section("An interview is coming", intro, (*_most(items), *_most(kept)), outro=outro)


def _interview(one: Interview, wording: Wording) -> str:
    who = about(one.company, one.role) or f"application a{one.application}"
    if one.at is None:
        return f"{who}: the day is not known yet."
    return f"{who}: {minute(one.at, wording.zone) if one.timed else day(one.at, wording.zone)}."


def _remembered(one: Remembered, wording: Wording) -> Item:
    who = fact(one.company or "") or "An employer"
    what = f"{who} said" if one.feedback else f"You noted about {who}" if one.company else "You noted"
    return Item(f"{what}, {day(one.at, wording.zone)}:", quotes=(fact(one.text, _NOTE),))


def _news(summary: Summary, wording: Wording) -> Section | None:
    told = sorted((one for one in summary.news if one.label in _NAMES), key=lambda one: one.at)
    items = [_came(one, wording) for one in told]
    counts = Counter(one.label for one in summary.news)
    others = [counted(counts[label], *names) for label, names in _COUNTED.items() if counts[label]]
    outro = f"{'Besides: ' if items else ''}{', '.join(others)}." if others else ""
    return Section("What came", items=_most(items), outro=outro) if items or outro else None


def _came(one: News, wording: Wording) -> Item:
    what = about(one.company, one.role) or "an employer whose name is not sure"
    return Item(f"{_NAMES[one.label]}: {what}, {day(one.at, wording.zone)}.")


def _questions(summary: Summary, wording: Wording) -> Section | None:
    items = [_question(one, wording) for one in summary.questions]
    more = [counted(summary.held, "draft that may have been laid before", "drafts that may have been laid before")]
    more = more if summary.held else []
    if summary.homeless:
        more.append(counted(summary.homeless, "mail that fits two applications", "mails that fit two applications"))
    if not items and not more:
        return None
    outro = f"It also asks about {' and '.join(more)}." if more else ""
    return Section("What it is unsure of", _how(wording, items), _most(items), outro=outro)


def _how(wording: Wording, items: Sequence[Item]) -> str:
    if not items or wording.folders is None:
        return f"{'Are these rejections? ' if items else ''}{_ONE_BY_ONE}"
    yes, no = wording.folders
    return f"Are these rejections? Move the mail to {fact(yes)} or to {fact(no)}; or `highroad review` asks one by one."


def _question(one: Question, wording: Wording) -> Item:
    sender, title = fact(one.sender or "") or "somebody", fact(one.subject or "") or "no subject"
    text = f"\u201c{title}\u201d from {sender}, {day(one.at, wording.zone)}: mail {one.number}, {one.sure:.0%} sure."
    return Item(text, quotes=tuple(fact(sentence, _QUOTE) for sentence in one.because[:3]))


def _feedback(summary: Summary, wording: Wording) -> Section | None:
    items = [_remembered(one, wording) for one in summary.feedback]
    outro = "`highroad feedback` keeps all of it together."
    return Section("What employers told you", items=_most(items), outro=outro) if items else None


def _momentum(summary: Summary) -> Section | None:
    """Numbers as numbers, and no share of a small number."""
    found = summary.momentum
    if not found.applications:
        return None
    out = counted(found.applications, "application", "applications")
    lines = [f"{out} out, {found.recent} of them in the last four weeks.", _answers(found)]
    lines += [_letters(summary.letters)] if summary.letters.sent or summary.letters.deleted else []
    if not found.funnel:
        return Section("Momentum", items=tuple(map(Item, lines)))
    stages = (("Applied", found.applications), ("Answered", found.answered), ("Interview", found.interviews))
    bars = tuple(Bar(name, count, found.applications) for name, count in (*stages, ("Offer", found.offers)))
    return Section("Momentum", items=tuple(map(Item, lines)), bars=bars)


def _answers(found: Momentum) -> str:
    of = f"of {found.applications}"
    parts = [f"Answered: {found.answered} {of}", f"with an interview: {found.interviews} {of}"]
    parts += [f"with an offer: {found.offers} {of}"] if found.offers else []
    parts += [f"gone silent: {found.silent} {of}"] if found.silent else []
    return f"{', '.join(parts)}."


def _letters(count: Tally) -> str:
    parts = [f"{count.sent} sent, {count.answered} of these answered"] if count.sent else []
    parts += [f"{count.deleted} deleted"] if count.deleted else []
    return f"{counted(count.laid, 'draft', 'drafts')} to others so far: {', '.join(parts)}."


def _tired(summary: Summary) -> Section | None:
    items = [Item(_offer(step)) for step in summary.tired]
    return Section("You may not want these", items=tuple(items)) if items else None


def _offer(step: Step) -> str:
    name = step_name(step, many=True)
    return (
        f"The last ten {name} were all deleted. If you want no more of them, set cadence.{step}.enabled = false in "
        "config.toml."
    )


def _next(summary: Summary, wording: Wording) -> Section | None:
    items = tuple(Item(line) for line in next_steps(summary, wording.zone))
    return Section("What to do next", items=items, numbered=True) if items else None


def _most(items: Sequence[Item]) -> tuple[Item, ...]:
    """The first of them, and how many more there are."""
    rest = len(items) - _MOST
    return tuple(items) if rest <= 1 else (*items[:_MOST], Item(f"And {rest} more."))
