"""The ear that hears all logging of the tests can tell: what it must not hear fails the test that made it so."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from support.overheard import SECRET, Ear
from support.realmind import ROOT

CASE = Path(__file__).parents[1] / "support" / "leaky_case.py"


def heard(message, *arguments, error=None, **facts):
    ear = Ear()
    trace = (type(error), error, None) if error else None
    record = logging.LogRecord("highroad", logging.DEBUG, "", 0, message, arguments, trace)
    vars(record).update(facts)
    ear.handle(record)
    return ear


@pytest.mark.parametrize(
    "ear",
    [
        heard(f"The password is {SECRET}."),
        heard("The password is %s.", f"correct-horse-{SECRET}"),
        heard(f"It said “{SECRET}”."),  # no line would hold it, but it came so far
        heard("It broke.", error=ValueError(SECRET)),
        heard("This is mail number 3."),
        heard("A letter to Sam Rivera."),
        heard("Well.", account="w0rds-of-a-mail"),
    ],
    ids=range(7),
)
def test_a_secret_or_the_words_of_a_mail_are_a_fault(ear):
    with pytest.raises(AssertionError, match="the log must not hold this"):
        ear.settle()
    ear.settle()  # and said once


def test_what_a_service_wrote_down_is_looked_through_line_by_line():
    ear = Ear()
    ear.read("2026-11-23 INFO fine\n2026-11-23 INFO to ann@acme.example\n", "the log")
    assert ear.faults == ["the log holds ['ann@acme.example']: 2026-11-23 INFO to ann@acme.example"]


def test_what_may_be_said_is_no_fault():
    heard("main: reading: 127.0.0.1:143 said no: “words of Sam Rivera”.", account="main", mail="m0123456789").settle()


def test_a_test_that_makes_the_program_log_it_has_failed():
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", str(CASE)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout
    assert "3 passed, 2 errors" in done.stdout and "the log must not hold this" in done.stdout
