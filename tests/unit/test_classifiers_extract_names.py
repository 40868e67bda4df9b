"""Company and role: given where a mail says them plainly, in the many ways it is said; else left out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.extract import facts_of
from classifiers.features import view
from classifiers.mail import Mail
from classifiers.values import Address, Headers


def read(text, subject=None, sender=None, label="rejection"):
    """What is extracted from a mail of these parts; `sender` is "Name <address>"."""
    name, _, address = (sender or "").partition("<")
    who = Address(name.strip(), address.strip("> ")) if sender else None
    mail = Mail(Headers(subject=subject, sender=who), text)
    return facts_of(mail, view(mail), label)


def named(text, subject=None, sender=None):
    facts = read(text, subject, sender)
    return facts["company"], facts["role"]


PLAIN = [
    # company, role, sender, subject, text
    ("Quellwerk", "Data Engineer", "Quellwerk Hiring Team <no-reply@us.greenhouse-mail.io>", "Thank you for applying to Quellwerk",
     "Hi Sam,\n\nThank you for applying to the Data Engineer position at Quellwerk. Unfortunately, we will not be moving forward."),
    ("Brightmoor Analytics", "Senior Product Designer", "no-reply@hire.lever.co <no-reply@hire.lever.co>", "Your application for Senior Product Designer with Brightmoor Analytics",
     "Dear Sam,\n\nAfter careful review we decided to go with other candidates.\n\nThe Brightmoor Analytics Team"),
    ("Ostrava Robotics", None, "Ostrava Robotics <workday@myworkday.com>", "Application update", "Dear Sam,\n\nThank you for your interest in Ostrava Robotics. We have decided to pursue other candidates."),
    ("Pellworth", "Marketing Manager", "Pellworth Careers <careers@pellworth.example>", "Update on your application (Ref. 12345)",
     "Hello,\n\nThank you for your application for the role of Marketing Manager (Ref. 12345). We will not take it further."),
    ("Dunmarrow & Sons", "Account Executive", None, "Account Executive - Dunmarrow & Sons - Application update", "Hi Sam,\n\nwe chose someone else. Thank you for considering Dunmarrow & Sons."),
    ("Tallowgate", "Backend Engineer", "Mia Torvald <mia@tallowgate.example>", "Re: Backend Engineer", "Hi Sam,\n\nthanks for talking to us. The team at Tallowgate decided to go another way.\n\nMia"),
    ("Haldane Insurance", "Claims Adjuster", "Jobs at Haldane Insurance <jobs@haldane.example>", None, "Position: Claims Adjuster\n\nWe regret to inform you that you were not selected."),
    ("Norvane", "Platform Engineer", "Ines Pakulat via Ashby <no-reply@ashbyhq.com>", "Norvane - Platform Engineer", "Hi Sam,\n\nThanks for taking the time to apply to Norvane for the Platform Engineer opening. We went with another candidate.\n\nThe Norvane Recruiting Team"),
    ("Castellane", "Sales Manager", "Castellane Talent Acquisition <talent@castellane.example>", "Your application", "Dear Sam,\n\nOn behalf of Castellane, thank you for applying for our Sales Manager vacancy."),
    ("Wickering Foods", "Quality Analyst", "Recruiting <recruiting@wickeringfoods.example>", None, "Dear Sam,\n\nHere at Wickering Foods we read every application. For the position of Quality Analyst we chose somebody else."),
    ("Lindgate", "Senior Software Engineer", "Lindgate <notification@smartrecruiters.com>", "Your application to Lindgate", "Hi Sam,\n\nthank you for your application as Senior Software Engineer. We have moved on with others."),
    ("The Ferndale Trust", "Project Manager", None, None, "Dear Sam,\n\nThank you for your interest in working for The Ferndale Trust. Job title: Project Manager\n\nUnfortunately you have not been shortlisted."),
    ("Marlstone Ltd", "Office Manager", None, None, "Job title: Office Manager\nCompany: Marlstone Ltd\n\nYour application was not successful."),
    ("Grünfeld Maschinen", "Projektleiter", "Grünfeld Maschinen Bewerbermanagement <bewerbung@gruenfeld.example>", "Ihre Bewerbung als Projektleiter (m/w/d)",
     "Sehr geehrter Herr Rivera,\n\nvielen Dank für Ihre Bewerbung bei Grünfeld Maschinen. Leider müssen wir Ihnen absagen."),
    ("Ahrendt GmbH", "Buchhalter", None, "Absage", "Guten Tag Sam Rivera,\n\nvielen Dank für Ihr Interesse an einer Tätigkeit bei der Ahrendt GmbH. Für die Stelle als Buchhalter haben wir uns anders entschieden."),
    ("Sorvelle", "Chargé de clientèle", "Recrutement Sorvelle <recrutement@sorvelle.example>", "Votre candidature chez Sorvelle", "Bonjour,\n\nNous vous remercions de votre candidature au poste de Chargé de clientèle. Elle n'a pas été retenue."),
    ("Azulmar", "Técnico de mantenimiento", None, "Tu candidatura en Azulmar", "Hola Sam:\n\nGracias por tu interés en formar parte de Azulmar. Para el puesto de Técnico de mantenimiento hemos elegido a otra persona."),
    ("Ventorosa S.r.l.", "Impiegato contabile", None, None, "Gentile Sam,\n\nLa ringraziamo per la candidatura alla posizione di Impiegato contabile presso Ventorosa S.r.l.\n\nNon proseguiremo."),
    ("Duinrand", "Beleidsmedewerker", "Duinrand Recruitment <recruitment@duinrand.example>", "Je sollicitatie bij Duinrand", "Beste Sam,\n\nBedankt voor je sollicitatie naar de functie van Beleidsmedewerker. Helaas gaan we niet verder."),
    ("Serra Fria", "Analista de sistemas", None, "Sua candidatura na Serra Fria", "Olá Sam,\n\nAgradecemos o interesse na vaga de Analista de sistemas. Infelizmente seguimos com outra pessoa."),
]  # fmt: skip


@pytest.mark.parametrize(("company", "role", "sender", "subject", "text"), PLAIN, ids=[row[0] for row in PLAIN])
def test_what_a_mail_says_plainly_is_given(company, role, sender, subject, text):
    assert named(text, subject, sender) == (company, role)


TITLES = [
    ("Thank you for applying for the position of Head of Finance (m/f/d) in Berlin.", "Head of Finance"),
    ("We received your application for Software Engineer II (Req ID: R-44821).", "Software Engineer II"),
    ("Thank you for your interest in the Staff Nurse, Night Shift role.", "Staff Nurse, Night Shift"),
    ("We have filled the Frontend Developer (React) position.", "Frontend Developer (React)"),
    ("Your application for UX Designer - Remote has been reviewed.", "UX Designer"),
    (
        "You applied for the Assistant Professor of Linguistics position and we thank you.",
        "Assistant Professor of Linguistics",
    ),
    ("Thank you for applying for our open QA Engineer role, and for your patience.", "QA Engineer"),
    ("Thank you for applying for the software engineer role here.", "software engineer"),
    ("Wir danken für Ihre Bewerbung als Sachbearbeiterin Einkauf (w/m/d) in unserem Haus.", "Sachbearbeiterin Einkauf"),
    ("Leider können wir Ihnen die Stelle als Koch nicht anbieten.", "Koch"),
    ("Nous avons étudié votre candidature pour le poste de Responsable logistique H/F.", "Responsable logistique"),
]


@pytest.mark.parametrize(("text", "role"), TITLES)
def test_a_role_is_its_title_and_nothing_else(text, role):
    assert read(text)["role"] == role


NOTHING = [
    (None, None, "Hi Sam,\n\nunfortunately we have decided to go with someone else. All the best!\n\nJane"),
    (
        "Hiring Team <no-reply@greenhouse.io>",
        "Your application",
        "Hi Sam,\n\nwe decided not to move forward.\n\nThe Hiring Team",
    ),
    (
        "Workday <no-reply@myworkday.com>",
        "Application status",
        "Dear candidate,\n\nyour application was not selected.\n\nHuman Resources",
    ),
    (
        "LinkedIn <jobs-noreply@linkedin.com>",
        "Your application was viewed",
        "Your application was viewed by the hiring team.",
    ),
    (
        "Jane Doe <jane@mail.example>",
        "Our interview",
        "Hi Sam,\n\nthank you for your interview with Martin Keller on Monday in Berlin. We chose someone else.\n\nJane Doe",
    ),
    (None, "Absage", "Sehr geehrte Damen und Herren,\n\nleider nein.\n\nFreundliche Grüße\nPersonalabteilung"),
    (
        "Sam's mail <jane.roe@gmail.com>",
        None,
        "Thanks for coming in. We went with an internal candidate.\n\nJane Roe\nHiring Manager",
    ),
]


@pytest.mark.parametrize(("sender", "subject", "text"), NOTHING)
def test_a_mail_that_names_neither_company_nor_role_gets_neither(sender, subject, text):
    assert named(text, subject, sender) == (None, None)


@pytest.mark.parametrize(
    "shown",
    ["Torvik Hiring Team", "Careers at Torvik", "Torvik Careers", "Torvik Talent Acquisition", "Torvik Recruiting", "Team Torvik Recruiting",
     "Torvik Bewerbermanagement", "Recrutement Torvik", "Torvik HR", "Ana at Torvik", "Ana from Torvik", "Torvik via Greenhouse", "Torvik (via Lever)"],
)  # fmt: skip
def test_a_display_name_loses_its_head_and_tail(shown):
    facts = read("Hi Sam, we will not move forward with your application.", None, f"{shown} <jobs@torvik.example>")
    assert facts["company"] == "Torvik"


@pytest.mark.parametrize(
    "brand",
    ["Greenhouse", "Workday", "Lever", "Personio", "SmartRecruiters", "Indeed", "LinkedIn", "StepStone", "Teamtailor"],
)
def test_a_relay_is_never_the_company(brand):
    text = f"Thank you for applying at {brand}. We will not move forward.\n\nThe {brand} Team\n© 2024 {brand}, Inc."
    facts = read(text, f"Your application at {brand}", f"{brand} Careers <no-reply@{brand.lower()}.com>")
    assert facts["company"] is None


def test_two_companies_that_are_said_alike_give_none():
    text = (
        "Thank you for applying for the position at Ferrowick. Thank you also for applying for the position at Solmira."
    )
    assert read(text)["company"] is None


def test_two_roles_that_are_said_alike_give_none():
    text = "We have filled the Data Engineer position. We have also filled the Office Manager position."
    assert read(text)["role"] is None


def test_quoted_history_names_nothing():
    text = "Hi Sam, it is a no, sorry.\n\nOn Mon, 3 Mar 2025 at 10:00, Sam wrote:\n> I applied for the Data Engineer position at Ferrowick.\n"
    assert named(text) == (None, None)


def test_a_domain_alone_is_not_turned_into_a_name():
    assert read("Hi Sam, it is a no, sorry.\n\nJane", None, "Jane Roe <jane@ferrowick.example>")["company"] is None


def test_a_mail_about_no_single_job_names_nothing():
    facts = read("New: Data Engineer position at Ferrowick.", "Data Engineer at Ferrowick", label="job_alert")
    assert (facts["company"], facts["role"], facts["people"]) == (None, None, ())


def test_the_candidate_is_not_the_company():
    mail = Mail(
        Headers(subject="Sam Rivera: application", to=(Address("Sam Rivera", "sam@example.org"),)), "It is a no, sorry."
    )
    assert facts_of(mail, view(mail), "rejection")["company"] is None


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.text(max_size=80), st.text(max_size=60))
def test_any_text_can_be_looked_through(body, subject, shown):
    facts = read(body, subject, f"{shown.replace('<', '')} <a@b.example>")
    assert facts["company"] is None or facts["company"].strip()


@pytest.mark.parametrize(
    "piece",
    ["position at A", "Acme and ", "the ", "( ", "application for ", "A. ", "a@b ", "Inc. ", "de ", "- ", "'s "],
)
def test_long_repetitions_take_no_time(piece):
    read(piece * 8000, piece * 200, f"{piece * 50} <a@b.example>")
