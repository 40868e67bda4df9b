import io
import json
import subprocess
import sys

import pytest
from support.mixedmails import mixed
from support.realmind import CACHE, ROOT
from support.realmodel import real_model

from classifiers.mail import read_mail
from classifiers.model import parcel, unpacked
from classifiers.values import LABELS, Reading
from classifiers.worker import ProtocolError, serve

MAIL = b"From: Anna <anna@x.example>\r\nSubject: Hello\r\n\r\nThe position has been filled. We wish you luck.\r\n"

OTHER = b"From: Ben <ben@y.example>\r\nSubject: Dinner\r\n\r\nShall we meet for dinner on Friday at eight?\r\n"


def request(number: int, *raws: bytes, **more) -> bytes:
    return json.dumps({"id": number, "bytes": [len(raw) for raw in raws]} | more).encode() + b"\n" + b"".join(raws)


def answers(sent: bytes, model=None, **more) -> list[dict]:
    write = io.BytesIO()
    serve(io.BytesIO(sent), write, model or real_model(), **more)
    return [json.loads(line) for line in write.getvalue().splitlines()]


def test_requests_are_answered_in_order():
    first, second = answers(request(7, MAIL) + request(8, b"\0"))
    assert first["id"] == 7
    assert Reading.from_json(first["reading"]).verdict.label == "rejection"
    assert second == {"id": 8, "at": 0, "unreadable": "The mail is empty: there is nothing to read in it."}


def test_the_mails_of_a_request_are_answered_in_order_whatever_is_between_them():
    rows = answers(request(1, MAIL, b" ", OTHER) + request(2, OTHER))
    assert [(row["id"], row["at"], "reading" in row) for row in rows] == [
        (1, 0, True), (1, 1, False), (1, 2, True), (2, 0, True)
    ]  # fmt: skip
    assert rows[2]["reading"] == rows[3]["reading"]


def test_a_request_may_name_one_size_alone():
    (row,) = answers(json.dumps({"id": 1, "bytes": len(MAIL)}).encode() + b"\n" + MAIL)
    assert row["reading"]["verdict"]["label"] == "rejection"


def test_a_request_for_no_mail_has_no_answer():
    assert answers(request(1) + request(2, b"\0")) == answers(request(2, b"\0"))


def test_lean_and_full_verdicts_agree_on_label_scores_and_band():
    mails = mixed(24)
    full = [Reading.from_json(one["reading"]) for raw in mails for one in answers(request(1, raw))]
    lean = [Reading.from_json(one["reading"]) for one in answers(request(2, *mails, lean=0.1))]
    assert len(full) == len(lean) == len(mails)
    thin = 0
    for one, other in zip(full, lean, strict=True):
        assert one.headers == other.headers
        assert one.verdict.label == other.verdict.label
        assert all(abs(one.verdict.scores[label] - other.verdict.scores[label]) < 1e-9 for label in LABELS)
        assert one.verdict.band(0.9, 0.5) == other.verdict.band(0.9, 0.5)
        if one.verdict.label == "other" and one.verdict.scores["rejection"] < 0.1:
            thin += 1
            assert (other.verdict.because, other.verdict.people, other.verdict.language) == ((), (), None)
        else:
            assert one == other
    assert 5 < thin < len(mails)


def test_a_request_cut_off_by_the_end_is_not_answered():
    assert answers(request(1, MAIL)[:-5]) == []


@pytest.mark.parametrize(
    "line",
    [
        b"{}\n",
        b"hello\n",
        b"[]\n",
        b'{"id":1,"bytes":-1}\n',
        b'{"id":1,"bytes":[5,-1]}\n',
        b'{"id":1,"bytes":99999999999}\n',
        b'{"id":1,"bytes":[50000000,50000000]}\n',
        b'{"id":1,"bytes":[[]]}\n',
    ],
)
def test_a_broken_request_ends_the_talk(line):
    with pytest.raises(ProtocolError):
        answers(line)


def test_the_limit_is_moved_before_each_mail_and_before_the_verdicts():
    moved = []
    answers(request(1, MAIL, MAIL) + request(2, MAIL), limit=lambda: moved.append(1))
    assert len(moved) == 5


def test_a_mail_that_needs_too_much_memory_is_answered_before_the_end():
    class Hungry:
        def verdicts(self, _mails, lean):
            raise MemoryError

    write = io.BytesIO()
    with pytest.raises(MemoryError):
        serve(io.BytesIO(request(3, MAIL)), write, Hungry())
    assert json.loads(write.getvalue())["unreadable"].startswith("The mail needs more memory")
    with pytest.raises(MemoryError):
        serve(io.BytesIO(request(4, MAIL, MAIL)), write := io.BytesIO(), Hungry())
    assert write.getvalue() == b""  # whose memory it was is found out one by one


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


def test_a_parcel_holds_the_model_and_what_is_said_of_it():
    model, about = real_model(), {"key": "k", "learnt": None}
    parcelled = io.BytesIO()
    parcel(model, about, parcelled)
    parcelled.seek(0)
    same, told = unpacked(parcelled)
    assert told == about
    mail = read_mail(MAIL)
    assert same.verdict(mail) == model.verdict(mail)


def test_what_is_no_parcel_is_refused():
    with pytest.raises(ValueError, match="allow_pickle"):
        unpacked(io.BytesIO(b"nothing of the kind"))
