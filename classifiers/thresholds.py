"""Chooses the limits act and review from mails whose label is known, and shows what each limit would cost."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from classifiers.figures import Share
from classifiers.judged import GOOD_NEWS, Judged

GRID: Final = (*(at / 100 for at in range(5, 100)), 0.995, 0.999)
FEWEST: Final = 20
"""A share of fewer mails is no reason to choose a limit."""
MIDDLE: Final = 0.50
"""act never lies below, review never above: a mail that is likelier a rejection than not is always asked about."""


@dataclass(frozen=True, slots=True)
class Point:
    """What calling everything from a limit on a rejection comes to.

    `good_news` is how many interviews, offers and assessments are among them.
    """

    limit: float
    precision: Share
    recall: Share
    good_news: int


class NoLimit(ValueError):
    """No limit reaches what was wished for; the message is a sentence with the best there is."""


def trade_off(mails: Iterable[Judged], grid: Sequence[float] = GRID) -> list[Point]:
    """A point for each limit, from the lowest."""
    kept = list(mails)
    taken = sorted(one.rejection for one in kept)
    refused = sorted(one.rejection for one in kept if one.refused)
    good = sorted(one.rejection for one in kept if one.truth in GOOD_NEWS)
    return [_point(limit, taken, refused, good) for limit in grid]


def _point(limit: float, taken: Sequence[float], refused: Sequence[float], good: Sequence[float]) -> Point:
    above, hits, wrong = (len(scores) - bisect_left(scores, limit) for scores in (taken, refused, good))
    return Point(limit, Share(hits, above), Share(hits, len(refused)), wrong)


def chosen_act(points: Iterable[Point], precision: float) -> Point:
    """The lowest limit whose precision, measured on FEWEST mails or more, reaches the wish. Raises NoLimit."""
    open_to = [one for one in points if one.limit >= MIDDLE and one.precision.of >= FEWEST]
    reached = [one for one in open_to if (one.precision.value or 0.0) >= precision]
    if reached:
        return min(reached, key=lambda one: one.limit)
    raise NoLimit(_none("precision", precision, max(open_to, key=lambda one: one.precision.value or 0.0, default=None)))


def chosen_review(points: Iterable[Point], recall: float) -> Point:
    """The limit of the best precision among those whose recall reaches the wish; the highest of equals.

    Raises NoLimit.
    """
    open_to = [one for one in points if one.limit <= MIDDLE and one.recall.of >= FEWEST]
    reached = [one for one in open_to if (one.recall.value or 0.0) >= recall]
    if reached:
        return max(reached, key=lambda one: (one.precision.value or 0.0, one.limit))
    raise NoLimit(_none("recall", recall, max(open_to, key=lambda one: one.recall.value or 0.0, default=None)))


def _none(what: str, wish: float, best: Point | None) -> str:
    name, mails = ("act", "taken for rejections") if what == "precision" else ("review", "that are rejections")
    if best is None:
        return f"{name} is not chosen: a {what} is measured on {FEWEST} mails {mails} or more, and there are fewer."
    share = best.precision if what == "precision" else best.recall
    return (
        f"{name} is not chosen: no limit reaches a {what} of {wish:g} on these mails. The best is {share.value:.3f} "
        f"({share.hits} of {share.of}) at {best.limit:g}; wish for less with --{what}, or correct more mails first."
    )
