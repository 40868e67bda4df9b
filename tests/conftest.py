"""The servers that tests share, and an honest last line about what could not be run here."""

from __future__ import annotations

import os
from functools import cache

import pytest
from hypothesis import settings
from support.dovecot import Dovecot, why_not

HOW = "apt-get install dovecot-imapd"

# One thread a process, as in the program's own children: on matrices this small more of them only wait for each other.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")


# Timing never decides a test: a busy machine is no counter-example.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


def _forbidden() -> bool:
    return os.environ.get("HIGHROAD_SKIPS_FORBIDDEN") == "1"


@pytest.fixture(scope="session")
def dovecot():
    """One Dovecot for all tests of this process; every test takes its own `dovecot.user()`."""
    with Dovecot() as server:
        yield server


def pytest_collection_modifyitems(items):
    """Whoever asks for the fixture carries the mark."""
    for item in items:
        if "dovecot" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.dovecot)


@cache
def _missing():
    return why_not()


def pytest_runtest_setup(item):
    """Without a Dovecot the marked tests are skipped, or failed where skips are forbidden."""
    if item.get_closest_marker("dovecot") and _missing():
        (pytest.fail if _forbidden() else pytest.skip)(f"{_missing()} ({HOW})")


def pytest_sessionfinish(session):
    """Where skips are forbidden a skipped test is a failed run, whatever it was skipped for."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if _forbidden() and reporter is not None and reporter.stats.get("skipped") and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter):
    """Say in the last lines what was not run, and how to get it."""
    yield
    skipped = terminalreporter.stats.get("skipped", [])
    without = [report for report in skipped if "dovecot" in report.keywords]
    if without:
        terminalreporter.section("not run", yellow=True)
        line = f"{len(without)} tests against a real Dovecot were not run: {_missing()}. Get it with: {HOW}"
        terminalreporter.write_line(line, yellow=True)
    if skipped and _forbidden():
        line = f"{len(skipped)} tests were skipped although HIGHROAD_SKIPS_FORBIDDEN=1: this run has failed."
        terminalreporter.write_line(line, red=True)
