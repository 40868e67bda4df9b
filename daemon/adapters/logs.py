"""Where the log goes: lines of text or of JSON on standard error, or systemd's journal by its own protocol.

Nothing that is written here holds another's words (core.quoting), an address, or what could break a line; of what
libraries say only the kind and the place are told.
"""

from __future__ import annotations

import array
import errno
import fcntl
import json
import logging
import os
import re
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final

from daemon.core.chronicle import EVENTS, FIELDS
from daemon.core.quoting import without_quotes

JOURNAL: Final = Path("/run/systemd/journal/socket")
_OURS: Final = "highroad"
_ADDRESS: Final = re.compile(r"[^\s@<>()\[\]\"'“”,;:=]{1,100}@[^\s@<>()\[\]\"'“”,;:]+")
_MOST: Final = 4_000
"""Characters of a sentence; what is longer is no sentence."""
_MOST_KEPT: Final = 200
_PRIORITIES: Final = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}
"""As in syslog(3)."""
_TOO_LARGE: Final = (errno.EMSGSIZE, errno.ENOBUFS)
_SEALS: Final = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL


def start(format: str = "", level: str = "") -> None:  # noqa: A002
    """Let everything that this process logs go one way; called again, another way. Empty is "auto", and "info"."""
    logging.raiseExceptions = False
    logging.captureWarnings(capture=True)
    root, ours = logging.getLogger(), logging.getLogger(_OURS)
    for handler in root.handlers[:]:
        root.removeHandler(handler)
        handler.close()
    root.addHandler(handler_for(format or "auto"))
    root.setLevel(logging.WARNING)
    ours.setLevel((level or "info").upper())
    threading.excepthook = lambda found: _fault(found.exc_value)
    sys.unraisablehook = lambda found: _fault(found.exc_value)


def handler_for(format: str) -> logging.Handler:  # noqa: A002
    """What writes in that format; "auto" is the journal where standard error leads there, else text."""
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(Json() if format == "json" else Text())
    handler = Journal(JOURNAL, stream) if format == "auto" and leads_to_journal() else stream
    handler.addFilter(Once())
    return handler


def leads_to_journal(environ: Mapping[str, str] = os.environ, descriptor: int = 2) -> bool:
    """Whether standard error is the stream that systemd made: JOURNAL_STREAM names its device and inode."""
    try:
        told = os.fstat(descriptor)
    except OSError:
        return False
    return environ.get("JOURNAL_STREAM") == f"{told.st_dev}:{told.st_ino}"


def _fault(error: BaseException | None) -> None:
    """What would have been a traceback."""
    if error is not None:
        logging.getLogger(_OURS).error("%s", _place_of(error), extra={"event": "fault"})


# What a record says.


def event_of(record: logging.LogRecord) -> str:
    """The event's name; what has none is a note, what is a library's is that."""
    named = getattr(record, "event", None)
    return named if isinstance(named, str) else "note" if record.name.split(".")[0] == _OURS else "library"


def sentence_of(record: logging.LogRecord) -> str:
    """One clean line. Of a library's message nothing is told but who says it: it may hold whatever it was given."""
    if record.name.split(".")[0] != _OURS:
        return f"{record.name} complained{_because(record)}."
    return clean(record.getMessage()[:_MOST] + _because(record))


def _because(record: logging.LogRecord) -> str:
    error = record.exc_info[1] if record.exc_info else None
    return f" ({_place_of(error)})" if error is not None else ""


def _place_of(error: BaseException) -> str:
    """The kind of an exception and where it was raised, never its values."""
    trace: TracebackType | None = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{where}"


def clean(text: str) -> str:
    """One line without controls, others' words and addresses."""
    line = "".join(char if char.isprintable() else " " for char in text)
    return _ADDRESS.sub("(an address)", without_quotes(line))


def fields_of(record: logging.LogRecord) -> Iterator[tuple[str, str | int | float]]:
    """What stands beside the sentence, by the names of core.chronicle."""
    for name in FIELDS:
        value = getattr(record, name, None)
        if isinstance(value, str):
            yield name, clean(value[:_MOST_KEPT])
        elif isinstance(value, int | float):
            yield name, value


# How it is written.


class Text(logging.Formatter):
    """A line for people: time, level, account, sentence, and the names by which more can be looked up."""

    def format(self, record: logging.LogRecord) -> str:
        """See logging.Formatter."""
        at = datetime.fromtimestamp(record.created).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        return f"{at} {record.levelname} {line_of(record)}"


def line_of(record: logging.LogRecord) -> str:
    """A record as people read it, without time and level."""
    facts = dict(fields_of(record))
    account = f"{facts['account']}: " if facts.get("account") else ""
    named = ", ".join(f"{name} {facts[name]}" for name in ("job", "application", "mail") if facts.get(name))
    return f"{account}{sentence_of(record)}" + (f" ({named})" if named else "")


class Json(logging.Formatter):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """See logging.Formatter."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = {"time": at, "level": record.levelname.lower(), "event": event_of(record)}
        return json.dumps({**head, "message": sentence_of(record), **dict(fields_of(record))}, ensure_ascii=False)


class Once(logging.Filter):
    """Keeps back what was said in the same words a while ago, where core.chronicle wants that."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[object, ...], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """See logging.Filter."""
        kind = EVENTS.get(event_of(record))
        if kind is None or not kind.again:
            return True
        said = (event_of(record), getattr(record, "account", None), sentence_of(record))
        if record.created - self._said.get(said, float("-inf")) < kind.again:
            return False
        self._said.pop(said, None)
        self._said[said] = record.created
        while len(self._said) > _MOST_KEPT:
            del self._said[next(iter(self._said))]
        return True


class Journal(logging.Handler):
    """systemd's journal by its native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL); where it is away, `instead`."""

    def __init__(self, path: Path, instead: logging.Handler) -> None:
        super().__init__()
        self._path, self._instead = str(path), instead
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._socket.setblocking(False)

    def emit(self, record: logging.LogRecord) -> None:
        """See logging.Handler. Never raises: a log that cannot be written ends nothing."""
        try:
            self._send(entry(record))
        except OSError:
            self._instead.emit(record)

    def _send(self, octets: bytes) -> None:
        try:
            self._socket.sendto(octets, self._path)
        except OSError as error:
            if error.errno not in _TOO_LARGE:
                raise
            self._send_file(octets)

    def _send_file(self, octets: bytes) -> None:
        """What is too large for a datagram goes as a sealed file in memory."""
        file = os.memfd_create("highroad-log", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            os.write(file, octets)
            fcntl.fcntl(file, fcntl.F_ADD_SEALS, _SEALS)
            rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file]))
            self._socket.sendmsg([], [rights], 0, self._path)
        finally:
            os.close(file)

    def close(self) -> None:
        """See logging.Handler."""
        self._socket.close()
        super().close()


def entry(record: logging.LogRecord) -> bytes:
    """One entry of the journal. Every value goes with its length, so that none can pass for another field."""
    fields: dict[str, object] = {
        "MESSAGE": line_of(record),
        "PRIORITY": _PRIORITIES.get(record.levelno, 6),
        "SYSLOG_IDENTIFIER": _OURS,
        "HIGHROAD_EVENT": event_of(record),
    }
    fields |= {f"HIGHROAD_{name.upper()}": value for name, value in fields_of(record)}
    return b"".join(_field(name, str(value).encode("utf-8", "replace")) for name, value in fields.items())


def _field(name: str, value: bytes) -> bytes:
    return name.encode("ascii") + b"\n" + len(value).to_bytes(8, "little") + value + b"\n"
