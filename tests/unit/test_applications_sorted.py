"""Mails become applications: which joins which, what is asked about, and that nothing is planned before the answer."""

import itertools
import json

import pytest
from support.searches import Search, ago

from classifiers.values import Headers
from daemon.commands.review import review
from daemon.core.entry import Event

DANA = "Dana Whitfield <dana.whitfield@acme.example>"


@pytest.fixture
def search(tmp_path):
    return Search(tmp_path)


def test_the_same_rejection_by_two_systems_is_one_application_and_one_plan(search):
    first = search.mail("rejection", "Acme GmbH", "Data Engineer (m/w/d)", days=3, sender=DANA)
    second = search.mail("rejection", "ACME", "Data Engineer", days=2, sender="x@mail.greenhouse.io")
    assert search.application_of(first) == search.application_of(second)
    planned = [step for step, state, _ in search.jobs(search.application_of(first)) if state == "planned"]
    assert len(planned) == len(set(planned)) and "thank_you" in planned


STORY = [
    ("acknowledgement", "Acme", "Data Engineer", 30),
    ("interview", "Acme", None, 20),
    ("rejection", "Acme Careers", "Data Engineer", 5),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_in_whatever_order_mails_are_read_they_are_one_application(search, order):
    made = {number: search.mail(*STORY[number][:3], days=STORY[number][3], sender=DANA) for number in order}
    assert len({search.application_of(mail) for mail in made.values()}) == 1
    with search.journal() as journal:
        kinds = [event.kind for event in journal.events.of(search.application_of(made[0]))]
        opened = journal.applications.all()[0].opened
    assert kinds == ["applied", "interview", "rejected"] and opened == ago(30)


def test_a_system_that_writes_for_many_employers_joins_nothing(search):
    mails = [search.mail("rejection", company, None, days=3) for company in ("Acme", "Borealis", None, None)]
    assert len({search.application_of(mail) for mail in mails}) == 4


def test_a_system_acknowledges_each_application_once(search):
    told = {"sender": "no-reply@jobtide.example", "subject": "Thank you for applying to Acme"}
    first = search.mail("acknowledgement", "Acme", "Data Engineer", days=20, **told)
    again = search.mail("acknowledgement", "Acme", "Data Engineer", days=20, **told)
    second = search.mail("acknowledgement", "Acme", None, days=18, **told)
    other = search.mail("acknowledgement", "Borealis", None, days=18, **told)
    by_hand = search.mail("acknowledgement", "Borealis", None, days=17, sender="Kim Lee <kim.lee@borealis.example>")
    found = [search.application_of(mail) for mail in (first, again, second, other, by_hand)]
    assert found[0] == found[1] and found[3] == found[4] and len(set(found)) == 3
    late = search.mail("rejection", "Acme", "Analyst", days=3)
    assert search.application_of(late) == found[2]


def test_an_alert_names_an_employer_but_belongs_to_no_application_and_teaches_none(search):
    application = search.application_of(search.mail("acknowledgement", "Acme", None, days=9))
    assert search.application_of(search.mail("job_alert", "Acme", "Nurse", days=8)) is None
    with search.journal() as journal:
        assert journal.applications.get(application).role is None


def test_an_answer_to_ones_own_mail_in_sent_is_of_its_application(search):
    application = search.application_of(search.mail("acknowledgement", "Acme", "Engineer", days=9))
    with search.journal() as journal:
        journal.own_mails.add("main", application, b"o", ago(8), Headers(message_id="<own@x>"))
    assert search.application_of(search.mail("rejection", days=3, in_reply_to=("<own@x>",))) == application


def two(search):
    """Two applications at one employer, and a rejection that fits both; the ids of all three mails."""
    one = search.mail("interview", "Acme", "Data Engineer", days=20, sender=DANA)
    other = search.mail("interview", "Acme", "Analyst", days=19, sender=DANA)
    return one, other, search.mail("rejection", "Acme", None, days=2, sender=DANA)


def test_a_rejection_that_fits_two_waits_for_the_person_and_nothing_is_planned(search, monkeypatch, capsys):
    one, other, mail = two(search)
    assert search.application_of(mail) is None
    assert search.application_of(one) != search.application_of(other)
    said = search.review(monkeypatch, capsys, "s")
    assert f"mail {mail}," in said and "Which application is it about?" in said
    assert "1  a2 (Acme, Analyst)" in said and "2  a1 (Acme, Data Engineer)" in said
    assert search.application_of(mail) is None
    assert not [job for job in search.jobs(1) + search.jobs(2) if job[1:] == ("planned", "dana.whitfield@acme.example")]


def test_the_answer_counts_at_once_and_can_be_undone(search, monkeypatch, capsys):
    _, _, mail = two(search)
    said = search.review(monkeypatch, capsys, "7x2")
    assert said.count("The keys are: 1 to 9") == 3
    assert "It belongs to a1." in said and "The thank you to dana.whitfield@acme.example is planned" in said
    assert search.application_of(mail) == 1 and ("thank_you", "planned", "dana.whitfield@acme.example") in search.jobs(
        1
    )
    assert "There is no mail that Highroad is unsure of." in search.review(monkeypatch, capsys, "")
    with search.journal() as journal:
        assert journal.store.rows("SELECT application_by FROM messages WHERE id = ?", (mail,))[0][0] == "you"


def test_undoing_asks_again_and_takes_back_what_was_planned(search, monkeypatch, capsys):
    _, _, mail = two(search)
    third = search.mail("rejection", "Acme", None, days=1, sender=DANA)
    said = search.review(monkeypatch, capsys, "u2uns")
    assert "There is nothing to undo yet." in said and "The last answer is undone." in said
    new = search.application_of(mail)
    assert f"It belongs to a{new}, a new application." in said and new not in {1, 2, None}
    assert search.application_of(third) is None
    assert ("thank_you", "planned", "dana.whitfield@acme.example") not in search.jobs(1)
    with search.journal() as journal:
        assert "rejected" not in [event.kind for event in journal.events.of(1)]


def test_for_programs_the_question_is_a_row_with_its_candidates(search, capsys):
    _, _, mail = two(search)
    review(search.context, as_json=True)
    row = json.loads(capsys.readouterr().out)
    assert (row["asks"], row["id"], [one["id"] for one in row["candidates"]]) == ("application", mail, [2, 1])


def test_what_is_clear_by_now_is_not_asked_about(search, monkeypatch, capsys):
    _, _, mail = two(search)
    with search.journal() as journal:
        journal.events.add(1, Event("rejected", ago(40), by="you"))
    assert "There is no mail that Highroad is unsure of." in search.review(monkeypatch, capsys, "")
    assert search.application_of(mail) == 2


@pytest.mark.parametrize(
    "company",
    [
        'Rivera, Sam & "Daughters"',
        "\u202eemcA\u202c",
        "\U0001f680 Acme",
        "A" * 300,
        "<b>Acme</b>",
        "We hope to see you GmbH",
    ],
)
def test_awkward_names_are_kept_and_join_themselves(search, company):
    one = search.mail("acknowledgement", company, company, days=9)
    assert search.application_of(search.mail("rejection", company, company, days=3)) == search.application_of(one)
