"""What is wrong with a corpus file is named by its line, and is not learnt from."""

import pytest

from classifiers import corpus_check
from classifiers.corpus import expand_file, load
from classifiers.values import LABELS

GOOD = "=== good\n\nThank you for coming by.\n"


def told(*files):
    return [str(fault) for fault in corpus_check.check(files)]


def test_an_unknown_label_is_named_with_those_there_are():
    (fault,) = told(("en/refusal/a.txt", GOOD))
    assert fault == f"en/refusal/a.txt:1: The label folder 'refusal' is not one of {', '.join(LABELS)}."


def test_a_label_in_capitals_is_unknown():
    assert len(told(("en/Rejection/a.txt", GOOD))) == 1


def test_mails_of_an_unknown_label_are_not_learnt():
    assert list(expand_file("en/refusal/a.txt", GOOD)) == []


@pytest.mark.parametrize(
    "mail",
    [
        "",
        "\n\n   \n",
        "From: {company} <a@{company_domain}>\n\n",
        "From: {company} <a@{company_domain}>",
        "~reason: unstated\n\n",
        "\n<html><body><p> </p><img src='x.png'></body></html>",
        "\n[[|]]",
    ],
)
def test_a_mail_with_nothing_to_read_is_empty(mail):
    faults = told(("en/other/a.txt", f"{GOOD}=== void\n{mail}\n"))
    assert faults == ["en/other/a.txt:4: The mail 'void' is empty."]
    assert [sample.family for sample in expand_file("en/other/a.txt", f"{GOOD}=== void\n{mail}\n")] == ["other/good"]


def test_a_mail_that_is_empty_in_one_of_its_variants_is_a_fault():
    assert told(("en/other/a.txt", "=== now-and-then x9\n\n[[|Hello there.]]\n")) == [
        "en/other/a.txt:1: The mail 'now-and-then' is empty."
    ]


def test_a_subject_alone_is_something_to_read():
    assert told(("en/other/a.txt", "=== subject\nSubject: Position filled, sorry\n\n")) == []


@pytest.mark.parametrize(
    "again",
    [
        "\nThank you for coming by.\n",
        "\nTHANK you   for\ncoming by.\n\n\n",
    ],
)
@pytest.mark.parametrize("path", ["en/other/a.txt", "en/other/b.txt", "en/rejection/b.txt"])
def test_a_duplicate_is_named_with_its_line_and_that_of_the_first(path, again):
    (fault,) = told(("en/other/a.txt", GOOD), (path, f"# a comment\n=== once-more\n{again}"))
    assert fault == f"{path}:2: The mail 'once-more' says the same as en/other/a.txt:1."


def test_a_mail_that_says_more_is_no_duplicate():
    assert told(("en/other/a.txt", f"{GOOD}=== more\n\nThank you for coming by. See you soon.\n")) == []


def test_every_fault_of_a_file_is_named_and_its_good_mails_are_kept():
    text = f"=== a\nHello\n\nHi\n=== b\n\n{{nobody}}\n{GOOD}=== c\n\n"
    assert [fault.split(": ")[0] for fault in told(("en/other/a.txt", text))] == [
        "en/other/a.txt:2",
        "en/other/a.txt:7",
        "en/other/a.txt:11",
    ]
    assert [sample.family for sample in expand_file("en/other/a.txt", text)] == ["other/good"]


@pytest.mark.parametrize(("text", "code", "part"), [(GOOD, 0, "no fault"), ("=== a\n\n", 1, "is empty")])
def test_the_check_tells_where_the_file_lies_and_ends_with_its_finding(monkeypatch, capsys, text, code, part):
    held = {"corpus": [("en/other/a.txt", text)], "validation": []}
    monkeypatch.setattr(corpus_check, "files", lambda root: held[root])
    assert corpus_check.main() == code
    shown = capsys.readouterr().out
    assert part in shown
    assert not code or shown.startswith("classifiers/corpus/en/other/a.txt:1: ")


def test_no_mail_that_is_learnt_is_empty():
    assert [one.place for one in load() if not (one.mail.text or one.mail.headers.subject)] == []
