"""What can become of a journal's file: a table of damages, each done to the files of one state directory.

A damage is called with the path of journal.db and a random.Random; those that need the log beside it say so.
"""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

PAGE = 4096
Damage = Callable[[Path, random.Random], None]


def log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def changed(path: Path, at: int, octets: bytes) -> None:
    """Write over what is there; the file does not grow."""
    with path.open("r+b") as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(at)
        file.write(octets[: max(0, size - at)])


def pages(path: Path) -> int:
    return path.stat().st_size // PAGE


def page_of(path: Path, name: str) -> int:
    """The root page of a table or index."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as con:
        return con.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)).fetchone()[0]


def filled(octet: bytes, name: str) -> Damage:
    """The root page of a table or index filled with one octet."""
    return lambda path, _dice: changed(path, (page_of(path, name) - 1) * PAGE, octet * PAGE)


def flipped(count: int, low: int = 0, high: int | None = None) -> Damage:
    """So many bits turned over, between two offsets."""

    def act(path, dice):
        content = bytearray(path.read_bytes())
        for _ in range(count):
            at = dice.randrange(low, min(high or len(content), len(content)))
            content[at] ^= 1 << dice.randrange(8)
        path.write_bytes(content)

    return act


def cut(part: float, extra: int = 0) -> Damage:
    return lambda path, _dice: os.truncate(path, int(path.stat().st_size * part) + extra)


def swapped(path, dice):
    content = path.read_bytes()
    one, two = dice.sample(range(1, pages(path)), 2)
    first, second = (content[number * PAGE : (number + 1) * PAGE] for number in (one, two))
    changed(path, one * PAGE, second)
    changed(path, two * PAGE, first)


def doubled(path, dice):
    one, two = dice.sample(range(1, pages(path)), 2)
    changed(path, two * PAGE, path.read_bytes()[one * PAGE : (one + 1) * PAGE])


def holes(part: float, octet: bytes | None = b"\0") -> Damage:
    """A part of all pages filled with one octet, or with what the dice say."""

    def act(path, dice):
        for number in dice.sample(range(pages(path)), max(1, int(pages(path) * part))):
            changed(path, number * PAGE, octet * PAGE if octet else dice.randbytes(PAGE))

    return act


def written(content: bytes) -> Damage:
    return lambda path, _dice: path.write_bytes(content)


def spoilt(table: str, column: str, value: bytes, where: str = "1") -> Damage:
    """A value written into rows behind the back of every rule, as a flipped octet would."""

    def act(path, _dice):
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as con:
            content = {row[0] for row in con.execute(f"SELECT {column} FROM {table} WHERE {where}")}
            con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        octets = path.read_bytes()
        for one in content:
            old = one.encode() if isinstance(one, str) else one
            octets = octets.replace(old, (value * len(old))[: len(old)])
        path.write_bytes(octets)

    return act


def head(at: int, octets: bytes) -> Damage:
    return lambda path, _dice: changed(path, at, octets)


def on_log(act: Damage) -> Damage:
    return lambda path, dice: act(log_of(path), dice)


def grown(path, dice):
    with path.open("ab") as file:
        file.write(dice.randbytes(3 * PAGE + 100))


def mixed_lists(path, _dice):
    """The list of cells of every leaf points where it should not."""
    for number in range(1, pages(path)):
        kind = path.read_bytes()[number * PAGE]
        if kind == 0x0D and number % 2:
            changed(path, number * PAGE + 8, b"\xff\xff\0\0")


def without_index(path, _dice):
    """An index that lacks rows of its table."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as con:
        con.execute("PRAGMA writable_schema = ON")
        con.execute("UPDATE sqlite_schema SET sql = replace(sql, '(received, id)', '(first_seen, id)') "
                    "WHERE name = 'messages_by_time'")  # fmt: skip


def orphans(path, _dice):
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as con:
        con.execute("PRAGMA foreign_keys = OFF")
        con.execute("DELETE FROM applications WHERE id = (SELECT min(id) FROM applications)")


def less_a_table(path, _dice):
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as con:
        con.execute("DROP TABLE outboxes")


def emptied(path, _dice):
    path.write_bytes(b"")


WHOLE: dict[str, Damage] = {
    "the first 16 octets are zeros": head(0, b"\0" * 16),
    "the first 16 octets are noise": head(0, bytes(range(200, 216))),
    "the head is zeros": head(0, b"\0" * 100),
    "another page size in the head": head(16, b"\x20\0"),
    "a wrong count of reserved octets": head(20, b"\x40"),
    "another program's number in the head": head(68, b"GPKG"),
    "a schema format that there is not": head(44, b"\0\0\0\x09"),
    "the first page is zeros": head(0, b"\0" * PAGE),
    "the first page is noise": lambda path, dice: changed(path, 0, dice.randbytes(PAGE)),
    "an index is zeros": filled(b"\0", "messages_by_time"),
    "an index is ones": filled(b"\xff", "jobs_by_state"),
    "the threads are zeros": filled(b"\0", "thread_ids"),
    "the addresses are noise": filled(b"\x5a", "addresses"),
    "the history is zeros": filled(b"\0", "history"),
    "an index that lacks rows": without_index,
    "a table is gone": less_a_table,
    "octets at the end": grown,
}
"""After these all that the person said is still to be read."""

PARTS: dict[str, Damage] = {
    "mails are zeros": filled(b"\0", "messages"),
    "mails are ones": filled(b"\xff", "messages"),
    "drafts are zeros": filled(b"\0", "jobs"),
    "drafts are noise": filled(b"\x37", "jobs"),
    "moves are zeros": filled(b"\0", "moves"),
    "applications are zeros": filled(b"\0", "applications"),
    "the key is zeros": filled(b"\0", "meta"),
    "strangers are zeros": filled(b"\0", "strangers"),
    "folders are zeros": filled(b"\0", "folders"),
    "corrections are noise": filled(b"\x99", "corrections"),
    "cut at half": cut(0.5),
    "cut at a tenth": cut(0.1),
    "cut within a page": cut(0.7, 137),
    "cut to one page": lambda path, _dice: os.truncate(path, PAGE),
    "cut to 50 octets": lambda path, _dice: os.truncate(path, 50),
    "nothing is left": emptied,
    "a letter": written(b"Dear Sam, thank you for your application. " * 300),
    "zeros throughout": lambda path, _dice: changed(path, 0, b"\0" * path.stat().st_size),
    "two pages swapped": swapped,
    "a page twice": doubled,
    "a tenth of the pages zeros": holes(0.1),
    "a third of the pages zeros": holes(0.34),
    "a third of the pages noise": holes(0.34, None),
    "one bit": flipped(1, PAGE),
    "ten bits": flipped(10, 100),
    "a hundred bits": flipped(100, 100),
    "a thousand bits": flipped(1000, 100),
    "lists of cells": mixed_lists,
    "rows that point to nothing": orphans,
    "facts of mails": spoilt("messages", "reading", b"{\xfe"),
    "one fact": spoilt("messages", "reading", b"?", "id = 2"),
    "states of drafts": spoilt("jobs", "message_id", b"\xfe", "id = 1"),
    "times": spoilt("messages", "received", b"9"),
}

LOGS: dict[str, Damage] = {
    "its log is noise": on_log(lambda path, dice: path.write_bytes(dice.randbytes(path.stat().st_size))),
    "its log is zeros": on_log(lambda path, _dice: changed(path, 0, b"\0" * path.stat().st_size)),
    "its log is cut": on_log(cut(0.6, 11)),
    "its log is gone": lambda path, _dice: log_of(path).unlink(),
    "ten bits of its log": on_log(flipped(10, 32)),
    "the head of its log": on_log(head(16, b"\x01\x02\x03\x04")),
    "its file is gone, its log is there": lambda path, _dice: path.write_bytes(b""),
    "its file is noise, its log is there": lambda path, dice: path.write_bytes(dice.randbytes(path.stat().st_size)),
    "a third of its pages zeros, its log is there": holes(0.34),
}
"""For a journal whose log was not folded into it."""
