"""That the digest can go to nobody else: by type, by where SMTP is spoken at all, and by what is handed to it there."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

from daemon import digest_post
from daemon.adapters.smtp import post, selfmail

ROOT = Path(__file__).parents[2]
SNIPPET = ROOT / "tests" / "support" / "wrong_recipients.py.txt"
ROOMS = ("daemon", "classifiers", "templates", "config")
# The libraries' own types are not looked into: they take ten seconds, and nothing here rests on them.
SETTINGS = """
[mypy]
strict = true
python_version = 3.11
mypy_path = {root}
explicit_package_bases = true
disallow_subclassing_any = false
warn_unused_ignores = false
warn_return_any = false
[mypy-aiosmtplib.*]
follow_imports = skip
[mypy-pydantic.*]
follow_imports = skip
"""


def test_no_other_recipient_passes_the_type_checker(tmp_path):
    snippet, settings = tmp_path / "wrong_recipients.py", tmp_path / "mypy.ini"
    snippet.write_text(SNIPPET.read_text())
    settings.write_text(SETTINGS.format(root=ROOT))
    cache = str(ROOT / ".mypy_cache" / "recipients")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--config-file",
        str(settings),
        "--cache-dir",
        cache,
        "--no-error-summary",
        str(snippet),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    lines = SNIPPET.read_text().splitlines()
    refused = {number for number, line in enumerate(lines, 1) if line.endswith("# refused")}
    found = {int(number) for number in re.findall(r"wrong_recipients\.py:(\d+): error:", done.stdout)}
    assert len(refused) >= 18 and found == refused, done.stdout + done.stderr


@cache
def _sources():
    return {
        path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
    }


def test_one_module_alone_speaks_smtp():
    """By the names of the libraries, however they are imported, and by the words of the protocol."""
    speaks = re.compile(r"\b(?:smtplib|aiosmtplib|aiosmtpd)\b|\bRCPT\b|\bMAIL FROM\b|\bsendmail\b|\bsend_message\b")
    assert [name for name, text in _sources().items() if speaks.search(text)] == ["daemon/adapters/smtp/post.py"]


def test_the_envelope_is_made_of_the_mails_own_address_alone():
    """Every command that could name a recipient is called once, with `mail.address`."""
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(post))) if isinstance(node, ast.Call)]
    named = [node for node in calls if isinstance(node.func, ast.Attribute)]
    envelope = {"mail", "rcpt", "vrfy", "expn", "sendmail", "send_message", "execute_command", "data", "send"}
    said = [(node.func.attr, *map(ast.unparse, node.args)) for node in named if node.func.attr in envelope]
    assert sorted(said) == [("data", "mail.octets"), ("mail", "mail.address"), ("rcpt", "mail.address")]


def test_the_only_way_to_a_mail_is_by_the_settings():
    """One place makes a SelfMail, and its address is read from the settings in one place."""
    made = [(name, *re.findall(r"SelfMail\((.*?)\)", text)) for name, text in _sources().items() if "SelfMail(" in text]
    assert made == [("daemon/digest_post.py", "loaded, octets")]
    assigned = re.findall(r"self\._address\b[^=\n]*= (.+)", inspect.getsource(selfmail))
    assert assigned == ["loaded.settings.me.address"]
    assert list(inspect.signature(digest_post.send).parameters) == ["loaded", "journal", "clock", "octets"]
