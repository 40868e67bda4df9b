"""Company, role and number out of mails as strangers write them: mostly without From, often without Subject."""

from __future__ import annotations

import pytest

from classifiers.extract import facts_of
from classifiers.features import view
from classifiers.mail import Mail
from classifiers.values import Address, Headers


def facts(text, subject=None, sender=None, label="rejection"):
    name, _, address = sender.rpartition(" <") if sender else ("", "", "")
    headers = Headers(subject=subject, sender=Address(name, address.rstrip(">")) if sender else None)
    mail = Mail(headers, text, html=False)
    return facts_of(mail, view(mail), label)


@pytest.mark.parametrize(
    ("text", "subject", "sender", "company"),
    [
        ("Hi Ada,\n\nThank you for your interest in Quillon and for applying to the Data Analyst position. We have decided not to move forward.\n\nBest,\nThe Quillon Recruiting Team", None, None, "Quillon"),
        ("Dear Ada,\n\nThank you for taking the time to apply for the role of Site Engineer at Fox & Finch. Unfortunately we will not be proceeding.", None, None, "Fox & Finch"),
        ("Hello,\n\nwe are sorry to say no today.\n\nKind regards,\nMira Tolland\nTalent Partner\nVarnhill", None, None, "Varnhill"),
        ("Hello,\n\nwe are sorry to say no today.\n\nKind regards,\nMira Tolland\nTalent Partner | Corrin Vale", None, None, "Corrin Vale"),
        ("Hi,\n\nnot this time, sorry.\n\nJonas (Bluepetal)", None, None, "Bluepetal"),
        ("Hi,\n\nnot this time, sorry.\n\nJonas, Harbour & Sons", None, None, "Harbour & Sons"),
        ("Dear applicant,\n\nwe regret that you were not selected.\n\nYours faithfully\nHuman Resources\nAlder County Hospital", None, None, "Alder County Hospital"),
        ("Dear applicant,\n\nwe regret that you were not selected.\n\nGraduate Recruitment\nUniversity of Lowmere", None, None, "University of Lowmere"),
        ("Dear Ms Ek,\n\nMillbrook Logistics has decided to continue with other candidates for this role.", None, None, "Millbrook Logistics"),
        ("Your application was viewed by Tarn Systems\n\nNothing to do for you now.", None, "Jobnet <alerts@jobnet.example>", "Tarn Systems"),
        ("Hi Ada, we looked at everything and we won't continue.", "Your application at n8x", None, "n8x"),
        ("Hi Ada, we looked at everything and we won't continue.", "Your application to Lumenfold", None, "Lumenfold"),
        ("Hi Ada, we looked at everything and we won't continue.", "Thank you for applying to Larkhill Foods!", None, "Larkhill Foods"),
        ("Hi Ada, we looked at it and won't continue.", "Update", "Pell & Marrow via Vidask <noreply@vidask.example>", "Pell & Marrow"),
        ("Hi Ada, we looked at it and won't continue.", "Update", "Torvik Hiring Team <no-reply@us.greenhouse-mail.io>", "Torvik"),
        ("Hi Ada, we looked at it and won't continue.", "Update", "Jane at Torvik <jane@torvik.example>", "Torvik"),
        ("Pontevera: your application R-5166 was refused.", None, None, "Pontevera"),
        ("Sehr geehrte Frau Ek,\n\nvielen Dank für Ihr Interesse an der Norderweg GmbH. Leider müssen wir Ihnen absagen.", None, None, "Norderweg GmbH"),
        ("Hallo Ada,\n\nleider hat es nicht geklappt.\n\nGanz liebe Grüße\nBirte, Kita Sonnenhut", None, None, "Kita Sonnenhut"),
        ("Madame,\n\nnous ne donnons pas suite à votre candidature au sein de Verdane.\n\nCordialement\nL'équipe Verdane", None, None, "Verdane"),
        ("Hola Ada:\n\ngracias por tu interés en Brillamar. No vamos a continuar con tu candidatura.\n\nEl equipo de Brillamar", None, None, "Brillamar"),
        ("Gentile Ada,\n\nla ringraziamo per l'interesse verso Officine Belmonte. Purtroppo non proseguiamo.", None, None, "Officine Belmonte"),
        ("Beste Ada,\n\nbedankt voor je sollicitatie bij Zonneweide. Helaas gaan we niet verder.", None, None, "Zonneweide"),
        ("Olá Ada,\n\nobrigado por se candidatar à vaga de Designer na Casa Lumiar. Infelizmente não seguimos.", None, None, "Casa Lumiar"),
    ],
)  # fmt: skip
def test_the_company_is_read_wherever_the_mail_says_it(text, subject, sender, company):
    assert facts(text, subject, sender)["company"] == company


@pytest.mark.parametrize(
    ("text", "subject", "sender"),
    [
        ("Hi Ada,\n\nwe won't continue.\n\nBest,\nSusan", None, None),
        ("Hi Ada,\n\nwe won't continue.\n\nBest regards,\nSusan Meyer\nRecruiter", None, None),
        ("Hi Ada,\n\nwe won't continue.\n\nBest regards,\nHuman Resources", None, None),
        ("Hi Ada,\n\nour client decided to hire someone else.\n\nBest,\nTom Reed\nMeridian Search", None, None),
        ("Hi Ada,\n\nthey are taking the other person.\n\nTom\nKeystone Recruitment", None, "Tom Reed <tom@keystone-recruitment.example>"),
        ("Hi,\n\nthank you for applying to [Company]. We won't continue.\n\n[Company] Team", None, None),
        ("Hi,\n\nthank you for applying to {{company}}. We won't continue.", None, None),
        ("Hi,\n\nthank you for applying to XXXX. We won't continue.", None, None),
        ("Hi,\n\nthank you for working with us at scale and at present. No place now.", None, None),
        ("Hallo Ada,\n\nleider nein.\n\nJelena und Team", None, None),
    ],
)  # fmt: skip
def test_where_no_company_is_said_none_is_given(text, subject, sender):
    assert facts(text, subject, sender)["company"] is None


@pytest.mark.parametrize(
    ("text", "subject", "role"),
    [
        ("Thank you for your interest in the Senior Data Engineer (m/f/d) role at Quillon. We went with others.", None, "Senior Data Engineer"),
        ("Thanks for dropping off your CV for the barista job! We are full now.", None, "barista"),
        ("We can't process your application for nursery assistant yet because a page is missing.", None, "nursery assistant"),
        ("Your application has been declined.", "Interview scheduled: R-7720 Process Operator", "Process Operator"),
        ("Your application for ID 14776 Research Fellow in Soil Physics was declined.", None, "Research Fellow in Soil Physics"),
        ("We regret to say no.", "Quillon | Software Engineer", "Software Engineer"),
        ("Dear Ms Okonjo,\n\nMortgage Adviser, Swindle Street branch\n\nI refer to your recent application. The vacancy has been filled. We are sorry.\n\nYours\nA. Tredwell", None, "Mortgage Adviser"),
        ("Ihre Bewerbung als Augenoptiker haben wir geprüft. Leider müssen wir absagen.", None, "Augenoptiker"),
        ("Der Auftrag, an dem die Bootsbauer-Stelle hängt, ist weg.", None, "Bootsbauer"),
        ("On a trouvé quelqu'un pour le poste de serveur, désolé pour vous et bonne continuation à tous.", None, "serveur"),
        ("La vacante de auxiliar de biblioteca ya está cubierta, lo sentimos mucho y le deseamos suerte.", None, "auxiliar de biblioteca"),
        ("La ringraziamo per la sua candidatura alla posizione di enologo. Purtroppo non proseguiamo con lei.", None, "enologo"),
        ("Bedankt voor je sollicitatie als doktersassistent. Helaas gaan we niet met je verder.", None, "doktersassistent"),
        ("A vaga de técnico agrícola já foi preenchida, infelizmente não podemos continuar com você.", None, "técnico agrícola"),
    ],
)  # fmt: skip
def test_the_role_is_the_title_and_nothing_else(text, subject, role):
    assert facts(text, subject)["role"] == role


@pytest.mark.parametrize(
    "text",
    [
        "You are a better engineer than I was, and this is still a no.",
        "Our hiring manager has read everything and we will not continue.",
        "Estimado doctor: lamentamos comunicarle que no ha sido seleccionado para el proceso.",
        "Die Stelle wurde intern besetzt, leider.",
    ],
)
def test_a_person_or_a_word_on_the_way_is_no_role(text):
    assert facts(text)["role"] is None


@pytest.mark.parametrize(
    ("text", "subject", "number"),
    [
        ("Job ID: R-12345. We will not continue.", None, "R-12345"),
        ("Vacancy 7781 Highways Inspector has been cancelled.", None, "7781"),
        ("The requisition you applied to, JR-110923 Quality Technician, has been closed.", None, "JR-110923"),
        ("We regret to say no.", "Charge Nurse (Ward 7) - ref 339-SB-2204", "339-SB-2204"),
        ("We regret to say no.", "Your application #48213", "48213"),
        ("Ihre Bewerbung, Kennziffer 2025/118, haben wir geprüft.", None, "2025/118"),
        ("Votre candidature, réf. 2025-4410, n'est pas retenue.", None, "2025-4410"),
        ("Je sollicitatie (vacaturenummer 20417) is afgewezen.", None, "20417"),
        ("We regret to say no. The interviews were on 14.05.2026 at 11:15.", None, None),
        ("Call us on +44 20 7946 0958 or 020 7946 0958 with questions about your application.", None, None),
        ("Our address is 1200 Harbour Road, 10115 Berlin. You were not selected.", None, None),
        ("Meeting ID: 829 4410 2211. See you there.", None, None),
        ("We had more than 2400 applications for 12 places.", None, None),
    ],
)
def test_the_number_of_the_opening_is_read_and_no_other_number(text, subject, number):
    assert facts(text, subject)["requisition"] == number


@pytest.mark.parametrize(
    ("text", "invited"),
    [
        ("We encourage you to apply again when a new role fits you. We chose another candidate.", True),
        ("We do not keep applications on file and will not consider yours for other roles.", False),
        ("Further applications from you will not be considered for a period of five years.", False),
        ("Please do not reapply for this role within twelve months. You were not selected.", False),
        ("You were not selected for the role.", None),
        ("Weitere Bewerbungen von Ihnen können leider nicht berücksichtigt werden.", False),
    ],
)
def test_whether_the_door_stays_open_is_said_only_when_the_mail_does(text, invited):
    assert facts(text)["invites_future"] is invited


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("We have decided to move forward with other candidates.", "other_candidate"),
        ("We have selected those whose skills match more closely.", "other_candidate"),
        ("The position has now been filled.", "position_filled"),
        ("The role was filled internally.", "position_filled"),
        ("Our offer was accepted on Friday, so the search ends here.", "position_filled"),
        ("The requisition you applied to has been cancelled.", "position_closed"),
        ("Your scores didn't reach the level needed.", "not_qualified"),
        ("We cannot sponsor a visa for this role.", "location_or_visa"),
        ("We have decided not to move forward with your application.", "unstated"),
        ("Good luck out there, Ada!", None),
    ],
)
def test_the_reason_is_what_the_mail_gives(text, why):
    assert facts(text)["reason"] == why


def test_a_mail_about_no_job_has_no_number():
    assert facts("Order ID: R-12345 was shipped.", label="other")["requisition"] is None


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Hi Ada,\n\nwe won't go on.\n\nBest,\nMira Tolland\nTalent Partner, Quillon", [("Mira Tolland", "recruiter")]),
        ("Hi Ada, we looked at it.\n\nMira Tolland | Recruiter | Quillon", [("Mira Tolland", "recruiter")]),
        ("Thank you for your time when you met with Dana Whit and Lee Park.", [("Dana Whit", "interviewer"), ("Lee Park", "interviewer")]),
        ("Thanks for interviewing with our hiring manager, Dana Whit.", [("Dana Whit", "hiring_manager")]),
        ("Panel: Ann Bay (chair), Jo Stein. See you there.", [("Ann Bay", "interviewer"), ("Jo Stein", "interviewer")]),
        ("Vielen Dank für das Gespräch mit Frau Dana Whit und Herrn Lee Park.", [("Dana Whit", "interviewer"), ("Lee Park", "interviewer")]),
        ("Merci pour votre entretien avec Dana Whit et Lee Park.", [("Dana Whit", "interviewer"), ("Lee Park", "interviewer")]),
        ("Hi Ada,\n\nwe won't go on.\n\nBest,\nHuman Resources", []),
        ("Hi Ada,\n\nwe won't go on.\n\nBest,\nThe Quillon Team", []),
    ],
)  # fmt: skip
def test_the_people_a_mail_names_have_their_part(text, people):
    assert [(one.name, one.part) for one in facts(text)["people"]] == people
