"""A stand-in for `python -m classifiers.worker` whose readers misbehave as the mails tell them to. Run as a script.

It is a real nursery. A mail's octets are a Python dictionary's literal: {"do": ..., "arg": ...}. As in the real reader,
all mails of a group are looked at before the first is answered. The first argument is a file in which each reader that
begins is counted, the second what the nursery says at first.
"""

from __future__ import annotations

import ast
import json
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from classifiers.nursery import nurse, send

LABELS = ("rejection", "interview", "acknowledgement", "assessment", "offer", "outreach", "job_alert", "other")
SCORES = dict.fromkeys(LABELS, 0.0) | {"rejection": 0.9, "other": 0.1}

VERDICT = {
    "label": "rejection", "confidence": 0.9, "scores": SCORES, "because": [], "company": None,
    "role": None, "people": [], "after_interview": None, "reason": None, "invites_future": None, "answerable": True,
    "language": "en",
}  # fmt: skip
HEADERS = {
    "message_id": None, "in_reply_to": [], "references": [], "date": None, "sender": None, "reply_to": [], "to": [],
    "cc": [], "delivered_to": [], "subject": None, "auto_submitted": None, "precedence": None, "list_id": None,
    "list_unsubscribe": False, "authentication_results": [],
}  # fmt: skip


def reading(subject: object) -> dict[str, object]:
    return {"headers": HEADERS | {"subject": subject}, "verdict": VERDICT}


def answer(place: dict[str, int], order: dict[str, object], lean: float) -> object:
    """What one mail wants to be said of it; an order to break is obeyed at once."""
    what, arg = order["do"], order.get("arg")
    if what == "starve":
        resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
        held = bytearray(2**31)
        del held
    actions: dict[object, Callable[[], object]] = {
        "read": lambda: place | {"reading": reading(arg)},
        "refuse": lambda: place | {"unreadable": arg},
        "pid": lambda: place | {"reading": reading(str(os.getpid()))},
        "lean": lambda: place | {"reading": reading(str(lean))},
        "hang": lambda: time.sleep(60),
        "die": lambda: os.kill(os.getpid(), signal.Signals[arg]),
        "exit": lambda: os._exit(arg),
        "raw": lambda: arg.replace("NUMBER", str(place["id"])),
        "wrong id": lambda: place | {"id": place["id"] + 1, "reading": reading("x")},
        "wrong place": lambda: place | {"at": place["at"] + 1, "reading": reading("x")},
        "long": lambda: place | {"reading": reading("x" * arg)},
        "pause": lambda: time.sleep(arg) or place | {"reading": reading(str(os.getpid()))},
    }
    return actions[what]()


def serve(read: BinaryIO, write: BinaryIO) -> None:
    """A reader's life."""
    with Path(sys.argv[1]).open("a") as file:
        file.write("x")
    while line := read.readline():
        request = json.loads(line)
        orders = [ast.literal_eval(read.read(size).decode()) for size in request["bytes"]]
        places = [{"id": request["id"], "at": at} for at in range(len(orders))]
        for said in [answer(place, order, request["lean"]) for place, order in zip(places, orders, strict=True)]:
            if isinstance(said, str):
                write.write(said.encode() + b"\n")
            else:
                send(write, said)
        write.flush()


def main() -> None:
    for line in json.loads(sys.argv[2]):
        sys.stdout.write((line if isinstance(line, str) else json.dumps(line)) + "\n")
        sys.stdout.flush()
    with socket.socket(fileno=0) as control:
        nurse(control, sys.stdout.buffer, serve)


if __name__ == "__main__":
    main()
