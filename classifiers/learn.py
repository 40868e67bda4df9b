"""`python -m classifiers.learn`: the killable child that trains, from the corpus and from a person's corrections.

On stdin, the oldest correction first: a line of JSON `{"id", "label", "bytes"}` and that many octets of the mail. On
stdout lines of JSON: `{"say": sentence}` while it works, at the end one `{"learnt": {...}}` or `{"fault": sentence}`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

from classifiers.corrections import SAID, Correction
from classifiers.limits import TooLong, limit_memory, own_stdout, single_threaded, within
from classifiers.mail import MailError, read_mail
from classifiers.octets import PREFIX_BYTES

MOST: Final = 2_000
"""How many corrections are learnt from at most, the latest."""
ENDED: Final = 3
"""The exit code when nothing was learnt."""
_LINE_MAX: Final = 4096
_LARGEST: Final = 64 * 2**20
_SECONDS_A_MAIL: Final = 20.0
_HEX: Final = frozenset("0123456789abcdef")


class InputFault(ValueError):
    """What came in is no list of corrections; the message is a sentence that names the place."""


class Answers:
    """The way back to the one who asked."""

    def __init__(self, write: BinaryIO) -> None:
        self._write = write

    def send(self, message: dict[str, Any]) -> None:
        """One line of JSON, at once."""
        self._write.write(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        self._write.flush()

    def say(self, sentence: str) -> None:
        """Something for the person to read meanwhile."""
        self.send({"say": sentence})


def corrections_in(read: BinaryIO, answers: Answers) -> tuple[list[Correction], list[int]]:
    """The corrections of the input that can be learnt from, and the ids of the others, which are named.

    Raises InputFault for what is no correction at all.
    """
    sound, unreadable = list[Correction](), list[int]()
    for number, said, octets in _framed(read):
        try:
            with within(_SECONDS_A_MAIL):
                sound.append(_read(number, said, octets))
        except (MailError, RecursionError, MemoryError, TooLong) as error:
            unreadable.append(number)
            answers.say(f"Correction {number} cannot be learnt from: {_why(error)}")
    if len(sound) > MOST:
        answers.say(f"Of {len(sound)} corrections the latest {MOST} are learnt from.")
    return sound[-MOST:], unreadable


def _read(number: int, said: str, octets: bytes) -> Correction:
    mail = read_mail(octets[:PREFIX_BYTES])
    if not any(char.isalpha() for char in f"{mail.headers.subject or ''}{mail.text}"):
        raise MailError("The mail has no words.")
    return Correction(mail, said, number)


def _why(error: Exception) -> str:
    if isinstance(error, MailError):
        return str(error)
    return "reading its mail needs more time or memory than it may take."


def _framed(read: BinaryIO) -> Iterator[tuple[int, str, bytes]]:
    place = 0
    while line := read.readline(_LINE_MAX):
        place += 1
        number, said, size = _head(line, place)
        octets = read.read(size)
        if len(octets) < size:
            raise InputFault(f"Correction {number} is cut off: {size} octets were announced, {len(octets)} came.")
        yield number, said, octets


def _head(line: bytes, place: int) -> tuple[int, str, int]:
    try:
        head = json.loads(line)
        number, said, size = head["id"], head["label"], head["bytes"]
    except (ValueError, TypeError, KeyError, RecursionError):
        number = said = size = None
    if type(number) is not int or not isinstance(said, str) or type(size) is not int or not 0 <= size <= _LARGEST:
        raise InputFault(f"Correction no. {place} of the input is not a line of JSON with id, label and bytes.")
    if said not in SAID:
        raise InputFault(f"Correction {number} says {said[:40]!r}, which is none of {', '.join(SAID)}.")
    return number, said, size


def main(arguments: list[str] | None = None) -> int:
    """Limits, corrections, training. The exit code is ENDED when nothing was learnt."""
    options = _options(arguments)
    answers, begun = Answers(own_stdout()), time.monotonic()
    os.umask(0o077)
    os.nice(options.nice)
    limit_memory(options.memory)
    with suppress(BrokenPipeError):  # whoever started us has gone
        try:
            found = _learnt(options, answers)
            found["figures"] |= {"seconds": round(time.monotonic() - begun, 1), "peak_mib": _peak()}
            answers.send({"learnt": found})
        except MemoryError:
            answers.send({"fault": f"Training needs more memory than the {options.memory} MiB it may use."})
        except InputFault as fault:
            answers.send({"fault": str(fault)})
        except OSError as error:
            answers.send({"fault": _unkept(options.cache, error)})
        else:
            return 0
    return ENDED


def _learnt(options: argparse.Namespace, answers: Answers) -> dict[str, Any]:
    sound, unreadable = corrections_in(sys.stdin.buffer, answers)
    if not options.dry_run:
        options.cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    single_threaded()
    from classifiers.lesson import Task, learn  # noqa: PLC0415 - after the limits and the environment are set

    task = Task(options.cache, options.fingerprint, again=options.again, dry_run=options.dry_run)
    return {**learn(task, sound, answers.say), "unreadable": unreadable}


def _unkept(cache: Path, error: OSError) -> str:
    return (
        f"The model cannot be kept in {cache}: {error.strerror or error}. "
        "Check that path, who owns it and whether its disk is full."
    )


def _peak() -> int:
    """The largest resident size of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _fingerprint(value: str) -> str:
    if not 0 < len(value) <= 64 or not _HEX.issuperset(value):
        raise argparse.ArgumentTypeError("is 1 to 64 of the digits 0-9 and a-f")
    return value


def _options(arguments: Iterable[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m classifiers.learn", description="Trains the model.")
    parser.add_argument("--cache", type=Path, required=True, help="where the trained model is kept")
    parser.add_argument("--for", dest="fingerprint", type=_fingerprint, required=True, help="names these corrections")
    parser.add_argument("--memory", type=int, default=0, help="address space in MiB; 0 for no limit")
    parser.add_argument("--nice", type=int, default=0, help="how much this may wait for others")
    parser.add_argument("--again", action="store_true", help="train the base model, too, though it is there")
    parser.add_argument("--dry-run", action="store_true", help="keep nothing")
    return parser.parse_args(None if arguments is None else list(arguments))


if __name__ == "__main__":
    sys.exit(main())
