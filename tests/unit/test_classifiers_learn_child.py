"""The child that trains: what it reads, what it refuses in a sentence, what it says."""

import io
import json
import os
import subprocess
import sys
import time

import pytest
from support.realmind import ROOT

from classifiers import learn
from classifiers.learn import Answers, InputFault, corrections_in
from classifiers.limits import TooLong, within

pytestmark = pytest.mark.slow

MAIL = b"From: Anna <anna@x.example>\r\nSubject: Hello\r\n\r\nThe position has been filled. We wish you luck.\r\n"


def framed(number, said, octets, **more):
    return json.dumps({"id": number, "label": said, "bytes": len(octets)} | more).encode() + b"\n" + octets


def read(sent):
    write = io.BytesIO()
    found = corrections_in(io.BytesIO(sent), Answers(write))
    return (*found, [json.loads(line)["say"] for line in write.getvalue().splitlines()])


def test_corrections_are_read_in_their_order():
    sound, unreadable, said = read(framed(7, "rejection", MAIL) + framed(9, "not_rejection", MAIL))
    assert [(one.number, one.said, one.mail.headers.subject) for one in sound] == [
        (7, "rejection", "Hello"),
        (9, "not_rejection", "Hello"),
    ]
    assert (unreadable, said) == ([], [])


def test_no_corrections_are_no_fault():
    assert read(b"") == ([], [], [])


@pytest.mark.parametrize("octets", [b"", b"\0\0\0", b"\r\n\r\n", b"Subject: \r\n\r\n...\r\n", b"X-Y: z\r\n\r\n"])
def test_a_mail_without_words_is_set_aside_and_named(octets):
    sound, unreadable, (sentence,) = read(framed(3, "other", octets) + framed(4, "other", MAIL))
    assert [one.number for one in sound] == [4]
    assert unreadable == [3]
    assert sentence.startswith("Correction 3 cannot be learnt from: The mail")


@pytest.mark.parametrize("octets", [b"\xff" * 5000, b"MIME-Version: 1.0\r\n" * 3000])
def test_octets_that_are_hardly_a_mail_are_read_or_named(octets):
    sound, unreadable, said = read(framed(3, "other", octets))
    assert len(sound) + len(unreadable) == 1
    assert len(said) == len(unreadable)


def test_a_mail_that_takes_too_long_is_set_aside_and_named(monkeypatch):
    def slow(_octets):
        while True:
            pass

    monkeypatch.setattr(learn, "read_mail", slow)
    monkeypatch.setattr(learn, "_SECONDS_A_MAIL", 0.05)
    _, unreadable, (sentence,) = read(framed(3, "other", MAIL))
    assert unreadable == [3]
    assert "more time or memory" in sentence


def test_a_mail_that_takes_too_much_memory_is_set_aside_and_named(monkeypatch):
    def hungry(_octets):
        raise MemoryError

    monkeypatch.setattr(learn, "read_mail", hungry)
    assert read(framed(3, "other", MAIL))[1] == [3]


def busy(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_what_is_done_in_time_is_not_disturbed():
    with within(0.05):
        pass
    busy(0.1)


def test_a_limit_within_time_ends_what_takes_too_long():
    with pytest.raises(TooLong), within(0.02):
        busy(5)


@pytest.mark.parametrize(
    ("sent", "part"),
    [
        (b"hello\n", "no. 1 of the input"),
        (b"[]\n", "no. 1 of the input"),
        (b"[" * 4000 + b"\n", "no. 1 of the input"),
        (b"\xff\xfe\n", "no. 1 of the input"),
        (b'{"id": 1, "label": "other"}\n', "no. 1 of the input"),
        (framed(1, "other", MAIL) + b'{"id": "2", "label": "other", "bytes": 1}\n', "no. 2 of the input"),
        (b'{"id": 1, "label": "other", "bytes": -1}\n', "no. 1 of the input"),
        (b'{"id": 1, "label": "other", "bytes": 99999999999}\n', "no. 1 of the input"),
        (b'{"id": true, "label": "other", "bytes": 1}\n', "no. 1 of the input"),
        (framed(5, "refusal", MAIL), "Correction 5 says 'refusal', which is none of rejection, "),
        (framed(5, "other", MAIL)[:-3], "Correction 5 is cut off"),
    ],
)
def test_what_is_no_correction_is_refused_in_a_sentence(sent, part):
    with pytest.raises(InputFault, match=part):
        read(sent)


def test_of_very_many_corrections_the_latest_are_learnt_from(monkeypatch):
    monkeypatch.setattr(learn, "MOST", 3)
    sound, _, (sentence,) = read(b"".join(framed(at, "other", MAIL) for at in range(5)))
    assert [one.number for one in sound] == [2, 3, 4]
    assert sentence == "Of 5 corrections the latest 3 are learnt from."


def child(tmp_path, sent=b"", arguments=("--for", "0a"), before=""):
    """Exit code and answers of the child, some of whose code is changed `before`."""
    code = f"import sys\n{before}\nfrom classifiers.learn import main\nsys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "--cache", str(tmp_path / "model"), *arguments]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, input=sent, capture_output=True, env=env, timeout=100, check=False)
    assert b"Traceback" not in done.stderr, done.stderr
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_a_fault_of_the_input_is_the_last_word_of_the_child(tmp_path):
    code, (answer,) = child(tmp_path, b"hello\n")
    assert code == learn.ENDED
    assert answer == {"fault": "Correction no. 1 of the input is not a line of JSON with id, label and bytes."}
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize("fingerprint", ["", "../x", "XYZ", "0" * 65])
def test_a_name_for_corrections_that_is_none_is_refused(tmp_path, fingerprint):
    assert child(tmp_path, arguments=("--for", fingerprint)) == (2, [])


FEW = """
import classifiers.corpus as corpus
whole = corpus.load
corpus.load = lambda root="corpus": whole(root)[::60]
"""


def test_the_child_says_how_it_goes_and_what_came_of_it(tmp_path):
    code, said = child(tmp_path, framed(1, "offer", MAIL) + framed(2, "other", b""), before=FEW)
    assert code == 0
    *sayings, last = said
    assert all(set(one) == {"say"} for one in sayings)
    assert last["learnt"]["unreadable"] == [2]
    assert last["learnt"]["corrections"] == 1
    assert last["learnt"]["figures"]["peak_mib"] > 0
    assert (tmp_path / "model" / "learnt.json").exists()


def test_a_cache_that_cannot_be_written_is_said_in_a_sentence(tmp_path):
    (tmp_path / "model").write_text("a file where a folder should be")
    code, said = child(tmp_path, before=FEW)
    assert code == learn.ENDED
    assert said[-1]["fault"].startswith(f"The model cannot be kept in {tmp_path}/model: ")
    assert said[-1]["fault"].endswith("Check that path, who owns it and whether its disk is full.")


def test_training_that_needs_too_much_memory_ends_in_a_sentence(tmp_path):
    hungry = "import classifiers.lesson as l\ndef learn(*_): raise MemoryError\nl.learn = learn\n"
    code, said = child(tmp_path, arguments=("--for", "0a", "--memory", "4096"), before=hungry)
    assert code == learn.ENDED
    assert said[-1] == {"fault": "Training needs more memory than the 4096 MiB it may use."}
