"""Every wall of the house is broken once on purpose, in a copy: a contract that cannot fail is not one."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("daemon", "classifiers", "templates", "config")
CONTRACTS = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}

# Contract id, a module that is added to the copy, and what it must not hold.
BREACHES = [
    ("layers", "daemon/core/breach.py", "import daemon.app"),
    ("layers", "daemon/adapters/breach.py", "import daemon.reader"),
    ("layers", "daemon/a_module_without_a_layer.py", ""),
    ("pillars-apart", "config/breach.py", "from templates import breach"),
    ("pillars-below", "classifiers/breach.py", "from daemon.core.job import Job"),
    ("adapters-apart", "daemon/adapters/journal/breach.py", "from daemon.adapters.clock import SystemClock"),
    ("core-pure", "daemon/core/breach.py", "import asyncio"),
    ("core-pure", "daemon/core/breach.py", "def now():\n    from time import time\n    return time()"),
    ("core-pillars", "daemon/core/breach.py", "from classifiers.mail import *"),
    ("core-pillars", "daemon/core/breach.py", "import config.schema"),
    ("daemon-light", "daemon/adapters/breach.py", "import classifiers.mail"),
    ("daemon-light", "daemon/breach.py", "import numpy"),
    ("stays-home", "daemon/adapters/breach.py", "from http.client import HTTPSConnection"),
    ("stays-home", "daemon/adapters/breach.py", "import aiosmtplib"),
    ("stays-home", "daemon/adapters/oauth/breach.py", "import http.client"),
    ("stays-home", "daemon/adapters/oauth/breach.py", "import httpx"),
    ("no-pickle", "classifiers/breach.py", "import pickle"),
    ("owner-imap", "daemon/adapters/breach.py", "import imapclient"),
    ("owner-imap", "config/breach.py", "import socket"),
    ("owner-sqlite3", "daemon/core/breach.py", "import sqlite3"),
    ("owner-sklearn", "classifiers/breach.py", "from sklearn.pipeline import Pipeline"),
    ("owner-matplotlib", "classifiers/breach.py", "from matplotlib.figure import Figure"),
    ("measuring-apart", "classifiers/breach.py", "from classifiers.judged import Judged"),
    ("owner-mailparser", "classifiers/breach.py", "import mailparser"),
    ("owner-jinja2", "daemon/breach.py", "from jinja2 import Template"),
    ("owner-pydantic", "daemon/core/breach.py", "from pydantic import BaseModel"),
    ("owner-tomli-w", "config/breach.py", "import tomli_w"),
    ("owner-places", "daemon/breach.py", "import platformdirs"),
    ("owner-holidays", "daemon/core/breach.py", "import holidays"),
    ("owner-icalendar", "daemon/breach.py", "from icalendar import Calendar"),
    ("owner-rapidfuzz", "daemon/breach.py", "from rapidfuzz import fuzz"),
    ("owner-keyring", "config/breach.py", "import keyring"),
    ("owner-dns", "daemon/breach.py", "import dns.resolver"),
    ("owner-pymap", "daemon/adapters/breach.py", "import pymap"),
    ("owner-terminal", "daemon/adapters/breach.py", "from rich.console import Console"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The four packages' modules and pyproject.toml."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for room in ROOMS:
        for module in (ROOT / room).rglob("*.py"):
            place = folder / module.relative_to(ROOT)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(module, place)
    (folder / "templates" / "breach.py").write_text('"""Something to import."""\n')
    return folder


def lint(folder, *arguments):
    """The exit code and the words of import-linter, line breaks within a contract's name undone."""
    call = "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"
    command = [sys.executable, "-c", call, "--no-logo", "--no-cache", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, re.sub(r"\s+", " ", done.stdout + done.stderr)


def test_the_house_as_it_stands_keeps_every_contract(copy):
    code, said = lint(copy)
    assert (code, f"Contracts: {len(CONTRACTS)} kept, 0 broken." in said) == (0, True), said


def test_every_contract_is_broken_once_here():
    assert {identity for identity, _, _ in BREACHES} == set(CONTRACTS)


@pytest.mark.parametrize(("identity", "module", "text"), BREACHES)
def test_a_contract_that_is_broken_is_named(copy, identity, module, text):
    place = copy / module
    place.write_text(f'"""A breach."""\n\n{text}\n')
    try:
        code, said = lint(copy, "--contract", identity)
    finally:
        place.unlink()
    assert (code, f"{CONTRACTS[identity]} BROKEN" in said) == (1, True), said
    assert place.stem in said
