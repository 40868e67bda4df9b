"""The object that `classify --json` prints, whose keys others rely on."""

from __future__ import annotations

import json

import pytest

from classifiers.mail import Mail
from classifiers.report import KEYS, row
from classifiers.sources import Found
from classifiers.values import LABELS, Because, Headers, Person, Verdict

SCORES = dict.fromkeys(LABELS, 0.0) | {"rejection": 0.9, "other": 0.1}
VERDICT = Verdict(
    "rejection", 0.9, SCORES, (Because("We chose somebody else.", 0.8),), "Torvik", "Nurse",
    (Person("Mira Tolland", None, "recruiter"),), True, "other_candidate", None, False, "en",
)  # fmt: skip
MAIL = Found("a.eml", Mail(Headers(message_id="<a@torvik.example>"), "We chose somebody else."))


def test_a_mail_that_was_read_says_everything():
    assert row(MAIL, VERDICT, 0.9, 0.5) == {
        "source": "a.eml",
        "message_id": "<a@torvik.example>",
        "label": "rejection",
        "confidence": 0.9,
        "scores": SCORES,
        "band": "act",
        "because": ({"sentence": "We chose somebody else.", "weight": 0.8},),
        "company": "Torvik",
        "role": "Nurse",
        "people": ({"name": "Mira Tolland", "address": None, "part": "recruiter"},),
        "after_interview": True,
        "reason": "other_candidate",
        "invites_future": None,
        "answerable": False,
        "language": "en",
        "requisition": None,
        "informal": None,
        "interview_at": None,
        "interview_timed": False,
        "advice": (),
        "withdrawn": False,
        "error": None,
    }


def test_a_mail_that_was_not_read_says_only_why():
    said = row(Found("b.jsonl:3", error="The line is no JSON object."), None, 0.9, 0.5)
    assert {key for key, value in said.items() if value is not None} == {"source", "error"}


def test_the_keys_and_their_order_are_a_contract():
    assert tuple(row(MAIL, VERDICT, 0.9, 0.5)) == KEYS == tuple(row(Found("x", error="?"), None, 0.9, 0.5))


@pytest.mark.parametrize(("act", "review", "band"), [(0.9, 0.5, "act"), (0.91, 0.9, "review"), (0.95, 0.91, "ignore")])
def test_the_band_follows_the_limits(act, review, band):
    assert row(MAIL, VERDICT, act, review)["band"] == band


def test_the_object_is_json():
    assert json.loads(json.dumps(row(MAIL, VERDICT, 0.9, 0.5)))["people"][0]["part"] == "recruiter"
