"""A digest with a bit of everything in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from support.corevalues import BERLIN

from daemon.core.digest import Interview, Momentum, News, Question, Remembered, Summary, Trouble, Waiting
from daemon.core.job import Step
from daemon.core.tally import Tally
from daemon.digest_words import Wording

NOW = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)
WORDING = Wording(BERLIN, NOW + timedelta(days=7))


def ago(**parts):
    return NOW - timedelta(**parts)


FULL = Summary(
    now=NOW,
    since=ago(days=7),
    news=(
        News("rejection", ago(days=5), "Acme", "Backend Engineer"),
        News("interview", ago(days=2), "Nordlicht", "Data Engineer"),
        News("assessment", ago(days=1), None, "Site Reliability Engineer"),
        News("acknowledgement", ago(days=3), "Bright Harbor"),
        News("acknowledgement", ago(days=3)),
        News("job_alert", ago(days=1)),
    ),
    waiting=(
        Waiting(11, (Step.THANK_YOU, Step.FEEDBACK_REQUEST), ago(days=4), "Dana Whitfield and 1 more", "Acme"),
        Waiting(12, (Step.REFLECTION,), ago(days=2), None, "Acme"),
        Waiting(13, (Step.STATUS_CHECK,), ago(days=9), "Jo Park", "Bright Harbor", "Bright Harbor wrote again."),
    ),
    questions=(
        Question(41, ago(days=3), 0.71, "Kim Ode", "Your application", ("We went ahead with others.", "Thank you.")),
    ),
    held=1,
    homeless=2,
    troubles=(Trouble("main", "reading", "The server says that the password is wrong.", ago(days=2), waits=True),),
    interviews=(Interview(3, "Nordlicht", "Data Engineer", NOW + timedelta(days=3, hours=1), timed=True),),
    remembered=(
        Remembered(ago(days=6), "They asked a lot about Kafka; read up on exactly-once.", "Acme"),
        Remembered(ago(days=40), "Your examples were strong, the estimates were not.", "Contoso", feedback=True),
    ),
    private_notes=1,
    feedback=(Remembered(ago(days=1), "More depth in system design would have helped.", "Acme", feedback=True),),
    momentum=Momentum(24, 6, 15, 5, 1, 4),
    tired=(Step.FOLLOW_UP,),
    letters=Tally(12, 4, 7, 3, 2),
    lying=2,
)
QUIET = Summary(NOW, ago(days=7))


def summary(**changes):
    return replace(FULL, **changes)
