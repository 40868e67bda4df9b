"""Whether anybody reads an answer, in seven languages; and the language of a mail."""

from __future__ import annotations

import pytest

from classifiers.answerable import answerable
from classifiers.extract import facts_of
from classifiers.features import view
from classifiers.mail import Mail
from classifiers.values import Address, Headers

PERSON = Address("Mira Tolland", "mira.tolland@torvik.example")


def mail(text="We chose somebody else, sorry.", sender=PERSON, **headers):
    return Mail(Headers(sender=sender, **headers), text)


REFUSED = [
    "Please do not reply to this email.",
    "This is an automated message; please do not reply.",
    "Do not respond directly to this message, instead write to jobs@torvik.example.",
    "Please don't reply to this message as this address isn't monitored.",
    "This mailbox is not monitored.",
    "This e-mail was sent from an unattended mailbox.",
    "Replies to this address are not read.",
    "Replies to this message are routed to an unmonitored mailbox.",
    "Emails sent to this address will not be answered.",
    "Please note that this email address cannot receive replies.",
    "You cannot reply to this e-mail.",
    "Bitte antworten Sie nicht auf diese E-Mail.",
    "Dies ist eine automatisch erzeugte Nachricht, bitte antworte nicht auf diese Mail.",
    "Auf diese E-Mail kann nicht geantwortet werden.",
    "Antworten auf diese E-Mail werden nicht gelesen.",
    "Dieses Postfach wird nicht überwacht.",
    "Merci de ne pas répondre à ce message.",
    "Ne répondez pas à cet e-mail.",
    "Les réponses à cette adresse ne sont pas lues.",
    "Cette boîte n\u2019est pas consultée.",
    "Por favor, no responda a este correo.",
    "Rogamos no contestar a este correo.",
    "Las respuestas a este correo no serán leídas.",
    "Este buzón no está supervisado.",
    "Si prega di non rispondere a questa email.",
    "Le risposte a questo indirizzo non vengono lette.",
    "Questa casella non è monitorata.",
    "Gelieve niet op deze e-mail te antwoorden.",
    "Reageer niet op deze e-mail.",
    "Deze mailbox wordt niet gelezen.",
    "Reacties op deze e-mail worden niet gelezen.",
    "Por favor, não responda a este e-mail.",
    "As respostas a este e-mail não serão lidas.",
    "Esta caixa de correio não é monitorizada.",
]
WELCOME = [
    "Please do not hesitate to reply.",
    "If you do not reply to this email within five days, we will close your application.",
    "You do not need to reply to this email.",
    "We do not respond to every application.",
    "We cannot respond with feedback to every candidate.",
    "Falls Sie nicht auf diese E-Mail antworten, schließen wir die Bewerbung.",
    "N'hésitez pas à répondre à ce message.",
    "Si no responde a este correo en cinco días, cerraremos su candidatura.",
    "Non esiti a rispondere a questa mail.",
    "Als u niet reageert, sluiten wij het dossier.",
    "Não hesite em responder.",
]


@pytest.mark.parametrize("text", REFUSED)
def test_a_mail_that_refuses_answers_is_not_answerable(text):
    assert not answerable(mail(f"Hello,\n\nwe chose somebody else.\n\n{text}\n"))


@pytest.mark.parametrize("text", WELCOME)
def test_a_mail_that_only_talks_about_answers_is_answerable(text):
    assert answerable(mail(f"Hello,\n\nwe chose somebody else.\n\n{text}\n"))


def test_a_refusal_that_is_wrapped_is_seen():
    assert not answerable(mail("We chose somebody else. Please do\nnot reply to\nthis email."))


def test_a_refusal_in_the_quoted_history_does_not_count():
    quoted = "> Please do not reply to this email.\n> This mailbox is not monitored.\n"
    text = f"Hi Sam, it is a no.\n\nOn Mon, 3 Mar 2025 at 10:00, Jobs wrote:\n{quoted}"
    assert answerable(mail(text))


@pytest.mark.parametrize(
    "address",
    ["no-reply@torvik.example", "donotreply@torvik.example", "notifications@torvik.example", "torvik@myworkday.com"],
)
def test_an_address_that_nobody_reads_is_not_answerable(address):
    assert not answerable(mail(sender=Address("Torvik", address)))


@pytest.mark.parametrize(
    "headers",
    [
        {"auto_submitted": "auto-generated"},
        {"precedence": "bulk"},
        {"precedence": "list"},
        {"precedence": "junk"},
        {"list_id": "<jobs.torvik.example>"},
        {"list_unsubscribe": True},
    ],
)
def test_what_a_machine_or_a_list_sent_is_not_answerable(headers):
    assert not answerable(mail(**headers))


def test_auto_submitted_no_is_a_person():
    assert answerable(mail(auto_submitted="no"))


def test_without_a_sender_nobody_can_be_answered():
    assert not answerable(mail(sender=None))


def test_a_reply_goes_to_reply_to():
    no_reply = Address("Torvik", "no-reply@torvik.example")
    assert answerable(mail(sender=no_reply, reply_to=(PERSON,)))
    assert not answerable(mail(reply_to=(no_reply,)))


LANGUAGES = {
    "en": "Thank you for your application. We have decided to go with another candidate for this role.",
    "de": "Vielen Dank für Ihre Bewerbung. Leider haben wir uns für eine andere Person entschieden.",
    "fr": "Nous vous remercions de votre candidature. Malheureusement, elle n'a pas été retenue pour ce poste.",
    "es": "Gracias por tu interés en el puesto. Hemos decidido seguir con otra persona para la vacante.",
    "it": "La ringraziamo per la candidatura. Abbiamo scelto di proseguire con un altro profilo per il ruolo.",
    "nl": "Bedankt voor je sollicitatie. We hebben besloten om met een andere kandidaat verder te gaan.",
    "pt": "Obrigado pelo seu interesse na vaga. Decidimos avançar com outra pessoa para esta função.",
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_language_is_told(code):
    one = mail(LANGUAGES[code])
    assert facts_of(one, view(one), "rejection")["language"] == code


def test_a_language_that_is_not_plain_is_left_out():
    one = mail("OK 123", subject="Re: 123")
    assert facts_of(one, view(one), "other")["language"] is None
