"""A stand-in for `python -m classifiers.worker` that misbehaves as the mail tells it to. Run as a script.

It speaks the worker's protocol: JSON lines out, a JSON line and that many octets in. The octets of a mail are a Python
dictionary's literal: {"do": ..., "arg": ...}. The first argument is a file in which each start is counted.
"""

from __future__ import annotations

import ast
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path

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


def say(line: object) -> None:
    sys.stdout.write((line if isinstance(line, str) else json.dumps(line)) + "\n")
    sys.stdout.flush()


def reading(subject: object) -> dict[str, object]:
    return {"headers": HEADERS | {"subject": subject}, "verdict": VERDICT}


def serve(number: int, order: dict[str, object]) -> None:
    """Do what one mail says."""
    what, arg = order["do"], order.get("arg")
    if what == "starve":
        resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
        held = bytearray(2**31)
        del held
    actions = {
        "read": lambda: say({"id": number, "reading": reading(arg)}),
        "refuse": lambda: say({"id": number, "unreadable": arg}),
        "pid": lambda: say({"id": number, "reading": reading(str(os.getpid()))}),
        "hang": lambda: time.sleep(60),
        "die": lambda: os.kill(os.getpid(), signal.Signals[arg]),
        "exit": lambda: os._exit(arg),
        "raw": lambda: say(arg.replace("NUMBER", str(number))),
        "wrong id": lambda: say({"id": number + 1, "reading": reading("x")}),
        "long": lambda: say({"id": number, "reading": reading("x" * arg)}),
    }
    actions[what]()


def main() -> None:
    counter, greeting = Path(sys.argv[1]), json.loads(sys.argv[2])
    with counter.open("a") as file:
        file.write("x")
    for line in greeting:
        say(line)
    while line := sys.stdin.buffer.readline():
        request = json.loads(line)
        mail = sys.stdin.buffer.read(request["bytes"])
        serve(request["id"], ast.literal_eval(mail.decode()))


if __name__ == "__main__":
    main()
