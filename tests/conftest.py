"""The servers that tests share, and an honest last line about what could not be run here."""

from __future__ import annotations

import os
from functools import cache

import pytest
from hypothesis import settings
from support import cyrus as cyrus_server
from support import dovecot as dovecot_server
from support import oidc as oidc_server
from support import terminal as tmux
from support.machine_marks import Machines
from support.overheard import EAR

SERVERS = {
    "dovecot": ("Dovecot", dovecot_server, "apt-get install dovecot-imapd"),
    "cyrus": ("Cyrus", cyrus_server, cyrus_server.HOW),
    "oidc": ("OAuth provider", oidc_server, oidc_server.HOW),
    "tmux": ("terminal (tmux)", tmux, tmux.HOW),
}
"""By mark: the name, what tells why there is none here, and how to get it."""

# One thread a process, as in the program's own children: on matrices this small more of them only wait for each other.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")


# Timing never decides a test: a busy machine is no counter-example.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


def pytest_configure(config):
    """What boots a machine looks after itself; whatever is logged is listened to."""
    config.pluginmanager.register(Machines())
    EAR.listen()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown():
    """A test that made the program log a secret, or words of a mail, has failed, whatever it was about."""
    result = yield
    EAR.settle()
    return result


def _forbidden() -> bool:
    return os.environ.get("HIGHROAD_SKIPS_FORBIDDEN") == "1"


@pytest.fixture(scope="session")
def dovecot():
    """One Dovecot for all tests of this process; every test takes its own `dovecot.user()`."""
    with dovecot_server.Dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def cyrus():
    """One Cyrus for all tests of this process; every test takes its own `cyrus.user()`."""
    with cyrus_server.Cyrus() as server:
        yield server


def pytest_collection_modifyitems(items):
    """Whoever asks for the fixture carries the mark."""
    for item in items:
        for mark in SERVERS:
            if mark in getattr(item, "fixturenames", ()):
                item.add_marker(mark)


@cache
def _missing(mark):
    return SERVERS[mark][1].why_not()


def pytest_runtest_setup(item):
    """Without a server the tests marked with it are skipped, or failed where skips are forbidden."""
    for mark, (_, _, how) in SERVERS.items():
        if item.get_closest_marker(mark) and _missing(mark):
            (pytest.fail if _forbidden() else pytest.skip)(f"{_missing(mark)} ({how})")


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
    without = {mark: sum(mark in report.keywords for report in skipped) for mark in SERVERS if _missing(mark)}
    if any(without.values()):
        terminalreporter.section("not run", yellow=True)
    for mark, count in without.items():
        name, _, how = SERVERS[mark]
        if count:
            line = f"{count} tests against a real {name} were not run: {_missing(mark)}. Get it with: {how}"
            terminalreporter.write_line(line, yellow=True)
    if skipped and _forbidden():
        line = f"{len(skipped)} tests were skipped although HIGHROAD_SKIPS_FORBIDDEN=1: this run has failed."
        terminalreporter.write_line(line, red=True)
