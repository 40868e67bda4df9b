"""The plan as people read it: by application, in lines that fit, what is open last."""

import pytest

from daemon.commands.plan_lines import plan_lines

SENTENCE = "There was no conversation before the rejection, and cadence.feedback_request.only_if asks for one."


def _row(number, application, state, **changes):
    row = {
        "id": number, "application": application, "step": "thank_you", "also": [], "state": state, "due": None,
        "placed": None, "to": None, "company": None, "why": SENTENCE,
    }  # fmt: skip
    return row | changes


@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_line_is_wider_than_the_terminal_and_no_word_is_broken(monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    lines = list(plan_lines([_row(14, 4, "skipped", company="Acme")]))
    assert max(map(len, lines)) <= width
    assert lines[:2] == ["a4 Acme", "   14  thank_you: skipped"]
    assert " ".join(line.strip() for line in lines[2:]) == SENTENCE


def test_every_step_says_whose_it_is_and_what_is_open_comes_last(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    rows = [
        _row(1, 1, "planned", to="dana@acme.example"),
        _row(2, 2, "sent"),
        _row(3, 0, "deleted"),
        _row(4, 1, "sent"),
    ]
    heads = [line for line in plan_lines(rows) if not line.startswith(" ")]
    assert heads == ["The digest", "a2", "a1"]
    assert "    1  thank_you: planned, to dana@acme.example" in list(plan_lines(rows))
    assert "    5  alarm: placed" in list(plan_lines([_row(5, 0, "placed", step="digest", occasion="alarm")]))


def test_a_step_that_says_another_one_too_names_both_and_its_time(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TZ", "UTC")
    row = _row(5, 1, "planned", also=["feedback_request"], due="2026-03-02T09:00:00+00:00")
    assert "thank_you + feedback_request: planned 2026-03-02" in list(plan_lines([row]))[1]


def test_what_steers_a_terminal_is_not_printed():
    said = "\n".join(plan_lines([_row(1, 1, "sent", company="Ac\x1b[31mme", to="\x1b]0;x\x07", why="\u202e")]))
    assert all(char.isprintable() or char == "\n" for char in said)
