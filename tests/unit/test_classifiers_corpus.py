from collections import Counter

import pytest

from classifiers.corpus import expand_file, faults_of, files, load, patterns
from classifiers.corpus_check import check, shared
from classifiers.fill import filled, slug
from classifiers.values import LABELS, Address

GOOD = """# A comment.
=== family-one x3
From: {recruiter} <{recruiter_first}@{company_domain}>
Subject: [[One|Two]]
~after_interview: yes

Hi {me}, [[thanks|]] for coming. > x
=== family-two

<p>Hello <b>{company}</b></p>
"""


def what(text: str, path: str = "en/rejection/some.txt") -> list[str]:
    return [str(fault) for fault in check([(path, text)])]


def test_a_file_expands_to_its_mails():
    first, *_, last = list(expand_file("en/rejection/some.txt", GOOD))
    assert (first.label, first.language, first.family) == ("rejection", "en", "rejection/family-one")
    assert (
        first.mail.headers.sender.address == f"{slug(first.filled['recruiter_first'])}@{first.filled['company_domain']}"
    )
    assert first.truths == {"after_interview": "yes"}
    assert first.place == "en/rejection/some.txt:2"
    assert last.mail.html
    assert last.mail.text == f"Hello {last.filled['company']}"
    assert last.mail.headers.sender is None
    assert last.mail.headers.subject is None


def test_the_same_file_expands_to_the_same_mails():
    assert list(expand_file("en/offer/a.txt", GOOD)) == list(expand_file("en/offer/a.txt", GOOD))


def test_variants_of_a_family_differ():
    mails = [sample.mail for sample in expand_file("en/offer/a.txt", GOOD)]
    assert mails[0] != mails[1]


@pytest.mark.parametrize(
    ("body", "line", "part"),
    [
        ("=== a\n\nHi {candidate}", 3, "slot {candidate}"),
        ("=== a\n\nHi }", 3, "curly bracket"),
        ("=== a\n\nHi [[a|[[b]]]]", 3, "do not nest"),
        ("=== a\n\nHi [[a|b", 3, "never closed"),
        ("=== a\nHello there.\n\nHi", 2, "is no header"),
        ("=== a\nX Subject: b\n\nHi", 2, "is no header"),
        ("=== a\n~reason: bad luck\n\nHi", 2, "~reason is one of"),
        ("=== a\n~why: no\n\nHi", 2, "A ~ line is one of"),
        ("=== a\n\n", 1, "is empty"),
        ("=== a b c\n\nHi", 1, "begins with"),
        ("=== a\n\nHi\n=== b\n\nhi", 4, "says the same as en/rejection/some.txt:1"),
        ("Hello\n=== a\n\nHi", 1, "only comments"),
        ("# nothing", 1, "holds no mail"),
    ],
)
def test_a_fault_is_named_with_its_line(body, line, part):
    (fault,) = what(body)
    assert fault.startswith(f"en/rejection/some.txt:{line}: ")
    assert part in fault


@pytest.mark.parametrize("path", ["xx/rejection/a.txt", "en/refusal/a.txt", "en/a.txt"])
def test_a_file_in_the_wrong_place_is_a_fault(path):
    assert len(what(GOOD, path)) == 1
    assert list(expand_file(path, GOOD)) == []


def test_a_choice_of_headers_is_no_fault():
    (pattern,) = patterns("en/other/a.txt", "=== a\n[[Subject: a|Auto-Submitted: auto-replied]]\n\nHi")
    assert faults_of(pattern) == []


def test_the_corpus_has_no_fault():
    assert [str(fault) for fault in check(files())] == []


def test_the_validation_set_has_no_fault_and_nothing_from_the_corpus():
    assert [str(fault) for fault in check(files("validation"), "validation")] == []
    assert [str(fault) for fault in shared(files(), files("validation"))] == []


def test_a_set_that_is_not_there_is_empty():
    assert list(files("nowhere")) == load("nowhere") == []


def test_only_the_validation_set_tells_company_role_and_requisition():
    text = "=== a\n~company: {company}\n~role: none\n~requisition: {req}\n\nHi"
    (sample,) = expand_file("en/other/a.txt", text, "validation")
    assert (sample.truths["company"], sample.truths["role"]) == (sample.filled["company"], "none")
    assert list(check([("en/other/a.txt", text)], "validation")) == []
    assert len(list(check([("en/other/a.txt", text)]))) == 3


def test_a_truth_without_words_is_a_fault():
    (fault,) = check([("en/other/a.txt", "=== a\n~company:\n\nHi")], "validation")
    assert "~company says what the mail says" in str(fault)


OWN = "=== a\nSubject: x\n\nThank you for the [[long|short]] talk about {role}, we chose somebody else this time and wish you well on your way."


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (
            OWN.replace("Subject: x", "Subject: y").upper().replace("{ROLE}", "{company}"),
            "says the same as en/rejection/own.txt:1",
        ),
        (OWN.replace("wish you well on your way", "that is that"), "of its words from en/rejection/own.txt:1"),
    ],
)
def test_a_validation_mail_from_the_corpus_is_a_fault(body, part):
    (fault,) = shared([("en/rejection/own.txt", OWN)], [("en/rejection/b.txt", body)])
    assert str(fault).startswith("en/rejection/b.txt:1: ")
    assert part in str(fault)


def test_a_validation_mail_that_shares_a_phrase_with_the_corpus_is_none():
    other = "=== a\n\nThank you for the long talk about {role}. Our offer is attached, please sign it until Friday and send it back to us."
    assert list(shared([("en/rejection/own.txt", OWN)], [("en/offer/b.txt", other)])) == []


def test_the_corpus_holds_every_label_and_at_least_400_mails():
    labels = Counter(sample.label for sample in load())
    assert set(labels) == set(LABELS)
    assert labels.total() >= 400


def test_no_mail_of_the_corpus_comes_twice():
    said = Counter((sample.mail.headers.subject, sample.mail.text) for sample in load())
    assert [key for key, count in said.items() if count > 1] == []


def test_addresses_made_from_names_are_ascii():
    assert slug("Ana Beltrán") == "ana.beltran"
    assert filled("en", "seed")["company_domain"].isascii()


def test_a_company_name_with_a_comma_is_one_sender():
    (sample,) = expand_file("en/other/a.txt", "=== a\nFrom: Rural Affairs, North <a@b.example>\n\nHi")
    assert sample.mail.headers.sender == Address("Rural Affairs, North", "a@b.example")
