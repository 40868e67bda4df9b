"""What a rejection says besides no, and the people it names."""

from __future__ import annotations

import pytest

from classifiers.extract import facts_of
from classifiers.features import view
from classifiers.mail import Mail
from classifiers.values import Address, Headers, Person


def facts(text, sender=None, label="rejection", to=(), cc=()):
    name, _, address = (sender or "").partition("<")
    who = Address(name.strip(), address.strip("> ")) if sender else None
    mail = Mail(Headers(sender=who, to=to, cc=cc), text)
    return facts_of(mail, view(mail), label)


REASONS = [
    ("We have decided to move forward with another candidate for this role.", "other_candidate"),
    ("We have chosen applicants whose experience more closely matches what we need.", "other_candidate"),
    ("Unfortunately the position has already been filled.", "position_filled"),
    ("The position has been cancelled because of a hiring freeze.", "position_closed"),
    ("We have put the search for this role on hold for good.", "position_closed"),
    ("You do not meet the minimum requirements for this role.", "not_qualified"),
    ("Unfortunately we are not able to sponsor a visa for this role.", "location_or_visa"),
    ("We can only consider candidates who live in the region.", "location_or_visa"),
    ("Unfortunately we will not be taking your application further.", "unstated"),
    ("Leider haben wir uns für eine andere Bewerberin entschieden.", "other_candidate"),
    ("Die Stelle ist inzwischen leider bereits besetzt und die Suche ist für uns zu Ende.", "position_filled"),
    ("Nous avons retenu une autre candidature pour ce poste et vous remercions.", "other_candidate"),
    ("Le poste a été pourvu en interne et nous vous remercions de votre intérêt.", "position_filled"),
    ("La vacante ha sido cancelada y el proceso se cierra para todas las personas.", "position_closed"),
    ("La posizione è stata coperta internamente e la ringraziamo per il suo tempo.", "position_filled"),
    ("We zijn verder gegaan met een andere kandidaat die al meer ervaring heeft met dit werk.", "other_candidate"),
    ("A vaga já foi preenchida e agradecemos o seu interesse na nossa empresa.", "position_filled"),
]


@pytest.mark.parametrize(("text", "reason"), REASONS)
def test_the_reason_is_what_the_mail_says(text, reason):
    assert facts(text)["reason"] in (reason, *(("not_qualified",) if "meer ervaring" in text else ()))


def test_only_a_rejection_has_a_reason():
    found = facts("The position has been filled.", label="acknowledgement")
    assert (found["reason"], found["after_interview"], found["invites_future"]) == (None, None, None)


AFTER = [
    "Thank you for taking the time to interview with us last week, but it is a no.",
    "It was a pleasure to meet you and the team enjoyed it. It is a no all the same.",
    "Following our conversation on Tuesday we decided against going further.",
    "Vielen Dank für das gute Gespräch in der letzten Woche. Leider haben wir uns anders entschieden.",
    "Merci pour notre entretien de la semaine dernière. Nous avons choisi une autre personne.",
    "Gracias por la entrevista de la semana pasada. Hemos elegido a otra persona.",
    "Grazie per il colloquio della scorsa settimana. Abbiamo scelto un'altra persona.",
    "Bedankt voor het prettige gesprek van vorige week. We gaan met een ander verder.",
    "Obrigado pela entrevista da semana passada. Escolhemos outra pessoa para a vaga.",
]


@pytest.mark.parametrize("text", AFTER)
def test_a_rejection_after_a_conversation_is_known(text):
    assert facts(text)["after_interview"] is True


def test_a_rejection_before_any_conversation_is_known():
    assert facts("After reviewing your application we will not invite you to an interview.")["after_interview"] is False


@pytest.mark.parametrize(
    "text",
    [
        "We will not be taking your application further.",
        "If we invite you to an interview, it was a pleasure to meet you is what we would say.",
    ],
)
def test_where_nothing_is_said_of_a_conversation_it_is_unknown(text):
    assert facts(text)["after_interview"] is None


FUTURE = [
    "We would like to keep your resume on file for future openings.",
    "We encourage you to apply again for other roles.",
    "Gerne würden wir Ihr Profil in unserem Talentpool behalten, wenn Sie das möchten.",
    "N'hésitez pas à postuler à nouveau à nos offres, nous en serions ravis.",
    "Te animamos a postular a futuras vacantes que encajen con tu perfil.",
]


@pytest.mark.parametrize("text", FUTURE)
def test_an_open_door_is_seen(text):
    assert facts(text)["invites_future"] is True


def test_a_door_that_nobody_mentions_is_unknown():
    assert facts("We will not be taking your application further. All the best.")["invites_future"] is None


def test_the_writer_is_named_with_the_header_s_address():
    text = "Hi Sam,\n\nit is a no.\n\nBest regards\nMira Tolland\nTalent Partner, Torvik"
    assert facts(text, "Mira Tolland <mira.tolland@torvik.example>")["people"] == (
        Person("Mira Tolland", "mira.tolland@torvik.example", "recruiter"),
    )


def test_a_hiring_manager_says_so():
    text = "Hi Sam,\n\nit is a no.\n\nBest regards\nMira Tolland\nHiring Manager"
    assert facts(text, "Mira Tolland <mira@torvik.example>")["people"][0].part == "hiring_manager"


def test_the_interviewer_a_mail_names_is_a_person_without_an_address():
    found = facts("Thank you for meeting with Jonas Pell on Tuesday. It is a no.")
    assert found["people"] == (Person("Jonas Pell", None, "interviewer"),)


@pytest.mark.parametrize(
    ("text", "address", "met"),
    [
        ("Ich lade Sie zu einem Gespräch ein. Von unserer Seite ist Jonas Pell dabei.", "jonas@torvik.example", True),
        ("A proxima entrevista: do nosso lado participa Jonas Pell.", "jonas@torvik.example", True),
        ("Ich lade Sie zu einem Gespräch ein.", "jonas@torvik.example", False),
        ("Jonas Pell has your papers.", "jonas@torvik.example", False),
        ("Ich lade Sie zu einem Gespräch ein. Jonas Pell ist dabei.", "jonas@elsewhere.example", False),
    ],
)
def test_a_colleague_in_copy_whom_a_mail_about_a_talk_names_is_an_interviewer(text, address, met):
    copied = (Address("Jonas Pell", address),)
    people = facts(text, "Mira Tolland <mira.tolland@torvik.example>", "interview", cc=copied)["people"]
    assert (Person("Jonas Pell", None, "interviewer") in people) is met


def test_a_signature_counts_when_a_machine_sends():
    text = "Hi Sam,\n\nit is a no.\n\nKind regards,\nMira Tolland"
    assert facts(text, "Torvik <no-reply@torvik.example>")["people"] == (Person("Mira Tolland", None, None),)


@pytest.mark.parametrize(
    "sender",
    [
        "Torvik Hiring Team <jobs@torvik.example>",
        "Talent Acquisition <ta@torvik.example>",
        "Info <info@torvik.example>",
        None,
    ],
)
def test_teams_are_no_people(sender):
    assert facts("Dear Sam,\n\nit is a no.\n\nKind regards\nThe Hiring Team", sender)["people"] == ()


def test_neither_the_candidate_nor_the_company_is_a_person():
    me = (Address("Sam Rivera", "sam@example.org"),)
    text = "Dear Sam Rivera,\n\nThank you for applying to Hollis Ferrow. It is a no.\n\nRegards,\nHollis Ferrow"
    assert facts(text, to=me)["people"] == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Your interview on 10 March at 2 pm is with Yara Mansour.", "Yara Mansour"),
        ("We have set up a call next Tuesday with Oliver Thorne and the team.", "Oliver Thorne"),
        ("Du triffst Cem Aydin und danach das Team.", "Cem Aydin"),
        ("Der Termin am Dienstag ist mit Lena Schuster.", "Lena Schuster"),
        ("Vous rencontrerez Thomas Leclerc.", "Thomas Leclerc"),
        ("La entrevista del martes será con Lucia Prado.", "Lucia Prado"),
        ("Il colloquio di martedì sarà con Bianca Moretti.", "Bianca Moretti"),
        ("De afspraak op dinsdag is met Joost Kramer.", "Joost Kramer"),
        ("A conversa de terça será com Joana Pires.", "Joana Pires"),
    ],
)
def test_whom_an_interview_is_with_is_read_across_its_day(text, name):
    assert [(one.name, one.part) for one in facts(text, label="interview")["people"]] == [(name, "interviewer")]


@pytest.mark.parametrize("text", ["A call today. Work with Acme Rockets.", "We had a chat about growing with Lisbon."])
def test_who_is_not_met_is_not_read(text):
    assert facts(text, label="interview")["people"] == ()
