"""Coverage-guided fuzzing of the way from octets to what is read off a mail. Run by `make fuzz` (tools/fuzz.sh).

`python -m fuzz.atheris_mail SECONDS FOLDER`: seeds are our own corpus, the demo's mails and those that mean harm. What
breaks it (an exception, ten seconds over one mail, too much memory) is written into FOLDER/findings; a finding
belongs into tests/fuzz/findings, where test_fuzz_findings reads it for ever.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["classifiers", "mailparser", "email"]):
    from support.reading_checks import checked

from support.emls import emls
from support.harmful import MAILS

from daemon.demo.mailbox import load

LONGEST = 16_384
"""Octets of a mail at most: what matters happens in small ones too, and far more of them are tried in the time."""
SECONDS_A_MAIL = 10
MEMORY = 2_048
WORDS = """a@x.example < > , ; : =?utf-8?q?=0D=0A?= =?utf-8?b?4oKs?= =?idna?q?x?= base64 quoted-printable
multipart/mixed multipart/alternative boundary=b --b --b-- text/html text/plain text/calendar message/rfc822
charset=utf-16 charset=idna charset*0=ut attachment filename=x
Content-Type: Content-Transfer-Encoding: Content-Disposition: From: To: Cc: Reply-To:
Subject: Date: Message-ID: References: In-Reply-To: List-Id: Delivered-To: Auto-Submitted: Received: <p> <br> </p> <!--
--> <div <style> </style> display:none &amp; &#0; &#x110000; <![CDATA[ <table> <td> <a href= Unfortunately"""
SIGNS = [
    r"\x0d\x0a",
    r"\x0d\x0a\x20",
    r"\x0a\x0a",
    r"\x00",
    r"\xff",
    r"\xe2\x80\xae",
    r"\x1b",
    r"\x0a> ",
    r"\x0a-- \x0a",
]


def main() -> None:
    seconds, folder = sys.argv[1], Path(sys.argv[2])
    seeds, findings = folder / "seeds", folder / "findings"
    for place in (seeds, findings):
        place.mkdir(parents=True, exist_ok=True)
    _sow(seeds)
    (folder / "words").write_text(
        "".join(f'"{_quoted(word)}"\n' for word in WORDS.split()) + "".join(f'"{sign}"\n' for sign in SIGNS)
    )
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        f"-timeout={SECONDS_A_MAIL}",
        f"-rss_limit_mb={MEMORY}",
    ]
    options += [f"-artifact_prefix={findings}/", f"-dict={folder}/words", "-print_final_stats=1", "-verbosity=1"]
    atheris.Setup([sys.argv[0], *options, str(seeds)], _one)
    atheris.Fuzz()


def _one(raw: bytes) -> None:
    checked(raw)


def _sow(seeds: Path) -> None:
    """Write the seeds; each under its own hash, so that another run adds none twice."""
    for raw in (seed[:LONGEST] for seed in _seeds()):
        (seeds / sha256(raw).hexdigest()[:24]).write_bytes(raw)


def _seeds():
    yield from emls(120)
    yield from (mail.raw for mail in load(datetime(2026, 3, 2, tzinfo=UTC)))
    yield from MAILS.values()
    yield from (path.read_bytes() for path in sorted(Path(__file__).with_name("findings").glob("*.eml")))


def _quoted(word: str) -> str:
    return word.replace("\\", r"\\").replace('"', r"\"")


if __name__ == "__main__":
    main()
