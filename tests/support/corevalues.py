"""Small builders of the core's values: a rejection, the person, the cadence as it is by default."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from classifiers.values import LABELS, Address, Headers, Verdict
from daemon.core.addressee import Me, Seen
from daemon.core.cadence import Policy, Span, StepRule, WorkingTime
from daemon.core.job import Job, State, Step

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ME = Me("Sam Rivera", "sam@example.org", ("sam.rivera@mail.example",), BERLIN)
DANA = Address("Dana Whitfield", "dana.whitfield@acme.example")


def verdict(label="rejection", **facts):
    scores = dict.fromkeys(LABELS, 0.01) | {label: 0.93}
    return Verdict(label, 0.93, scores, **({"answerable": True, "language": "en"} | facts))


def seen(sender=DANA, *, label="rejection", received=MONDAY, own=False, facts=None, **headers):
    filled = {
        "message_id": "<one@acme.example>",
        "to": (Address("", "sam@example.org"),),
        "subject": "Your application",
    }
    return Seen(Headers(sender=sender, **(filled | headers)), verdict(label, **(facts or {})), received, own)


def working(timezone=BERLIN, start=540, end=1080, weekdays=range(5), holidays=lambda _day: False):
    return WorkingTime(timezone, start, end, frozenset(weekdays), holidays)


def policy(*, thanks=True, feedback=True, after=None, only_if="human", per_day=3, per_company=2, hours=None):
    span = after or Span(1, "working_day")
    steps = {
        Step.THANK_YOU: StepRule(Step.THANK_YOU, thanks, span, only_if),
        Step.FEEDBACK_REQUEST: StepRule(Step.FEEDBACK_REQUEST, feedback, span, "conversation"),
    }
    return Policy(Span(24, "hour"), hours or working(), Span(14, "day"), per_day, per_company, steps)


def job(**changes):
    filled = {
        "application": 1, "message": 1, "account": "main", "step": Step.THANK_YOU, "state": State.PLANNED, "why": "",
        "recipient": "dana.whitfield@acme.example", "recipient_name": "Dana Whitfield",
        "message_id": "<11111111-2222-4333-8444-555555555555@example.org>",
    }  # fmt: skip
    return Job(**(filled | changes))
