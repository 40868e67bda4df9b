import io
import json
import subprocess
import sys

import pytest
from support.realmind import CACHE, ROOT
from support.realmodel import real_model

from classifiers.values import Reading
from classifiers.worker import ProtocolError, serve

MAIL = b"From: Anna <anna@x.example>\r\nSubject: Hello\r\n\r\nThe position has been filled. We wish you luck.\r\n"


def request(number: int, raw: bytes) -> bytes:
    return json.dumps({"id": number, "bytes": len(raw)}).encode() + b"\n" + raw


def answers(sent: bytes, model=None, **more) -> list[dict]:
    write = io.BytesIO()
    serve(io.BytesIO(sent), write, model or real_model(), **more)
    return [json.loads(line) for line in write.getvalue().splitlines()]


def test_requests_are_answered_in_order():
    first, second = answers(request(7, MAIL) + request(8, b"\0"))
    assert first["id"] == 7
    assert Reading.from_json(first["reading"]).verdict.label == "rejection"
    assert second == {"id": 8, "unreadable": "The mail is empty: there is nothing to read in it."}


def test_a_request_cut_off_by_the_end_is_not_answered():
    assert answers(request(1, MAIL)[:-5]) == []


@pytest.mark.parametrize("line", [b"{}\n", b"hello\n", b'{"id":1,"bytes":-1}\n', b'{"id":1,"bytes":99999999999}\n'])
def test_a_broken_request_ends_the_talk(line):
    with pytest.raises(ProtocolError):
        answers(line)


def test_the_limit_is_moved_before_each_mail():
    moved = []
    answers(request(1, MAIL) + request(2, MAIL), limit=lambda: moved.append(1))
    assert len(moved) == 2


def test_a_mail_that_needs_too_much_memory_is_answered_before_the_end():
    class Hungry:
        def verdict(self, _mail):
            raise MemoryError

    write = io.BytesIO()
    with pytest.raises(MemoryError):
        serve(io.BytesIO(request(3, MAIL)), write, Hungry())
    assert json.loads(write.getvalue())["unreadable"].startswith("The mail needs more memory")


@pytest.mark.timeout(300)
def test_the_child_says_ready_and_prints_nothing_but_answers():
    real_model()
    command = [sys.executable, "-m", "classifiers.worker", "--cache", str(CACHE), "--cpu", "20", "--memory", "2048"]
    done = subprocess.run(command, input=request(1, MAIL), capture_output=True, cwd=ROOT, check=True, timeout=250)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    *told, ready, answer = lines
    assert all(set(line) == {"say"} for line in told)
    assert {"key", "corpus", "trained", "corrections", "learnt", "promoted"} <= set(ready["ready"])
    assert answer["id"] == 1
