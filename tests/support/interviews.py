"""Sentences of invitations with the moment that they name; the mails are of Monday, 2 March 2026, 9:00."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from classifiers.features import view
from classifiers.interview import interview_of
from classifiers.invitation import When
from classifiers.mail import Mail
from classifiers.values import Headers

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=1)))


def mail(text, sent=MONDAY, subject="Hello"):
    return Mail(Headers(subject=subject, date=sent), text, sent=sent)


def told(text, language):
    subject, _, body = text.rpartition("\n\n")
    seen = mail(body, subject=subject or "Hello")
    return interview_of(seen, view(seen), "interview", language)


def at(month, day, hour=None, minute=0, zone=None):
    moment = datetime(2026, month, day, hour or 0, minute, tzinfo=ZoneInfo(zone) if zone else None)
    return When(moment, timed=hour is not None)


NAMED = [
    ("en", "We would like to invite you to an interview on Tuesday, 10 March 2026 at 14:00.", at(3, 10, 14)),
    ("en", "Your interview is on March 10th at 2 pm.", at(3, 10, 14)),
    ("en", "The interview will be on Tuesday the 10th at 2:30 p.m. CET.", at(3, 10, 14, 30, "Europe/Berlin")),
    ("en", "Can we meet tomorrow at 10?", at(3, 3)),
    ("en", "Could you come in for a chat on Thursday at 3pm?", at(3, 5, 15)),
    ("en", "Our call is on Thursday next week, 9:30-10:15.", at(3, 12, 9, 30)),
    ("en", "You have an interview.\nDate: Wednesday, 11 March\nTime: 11:00 - 12:00 (UK time)\nPlace: Quay Lane 4",
     at(3, 11, 11, 0, "Europe/London")),
    ("en", "Interview confirmed: 10 March, 16:00\n\nDear Sam, we look forward to seeing you. Please bring your papers.",
     at(3, 10, 16)),
    ("en", "Thank you for your application of 24 February. We invite you to an interview on 2026-03-12.", at(3, 12)),
    ("en", "Please confirm by Friday, 6 March. The interview is on Monday, 9 March at 10 am.", at(3, 9, 10)),
    ("en", "It was great to talk on Friday. The panel interview is on Wednesday 03/04/2026 at 9am.", at(3, 4, 9)),
    ("en", "The interview is on 13/03/2026.", at(3, 13)),
    ("en", "The interview on 12 March takes place between 2 and 4 pm.", at(3, 12)),
    ("en", "The interview is on 12 March at 9:30 XYZ.", at(3, 12)),
    ("en", "We have a slot on 1 April at 12:15 pm for your interview.", at(4, 1, 12, 15)),
    ("en", "We must move the interview of 12 March.\nThe new date is Friday, 13 March at 11:00.", at(3, 13, 11)),
    ("de", "Wir laden Sie zum Vorstellungsgespräch am Dienstag, den 10.03.2026, um 14:00 Uhr ein.", at(3, 10, 14)),
    ("de", "Unser Gespräch findet am 10. März von 14 bis 15 Uhr statt.", at(3, 10, 14)),
    ("de", "Ich lade Sie zu einem Vorstellungsgespräch am Dienstag, den\n10. März, um 14:00 Uhr ein.", at(3, 10, 14)),
    ("de", "Der Termin ist am 10.3. um 14.30 Uhr.", at(3, 10, 14, 30)),
    ("de", "Passt dir morgen um 9 Uhr für ein Telefonat?", at(3, 3, 9)),
    ("de", "Können wir am kommenden Donnerstag um 16 Uhr telefonieren? Das Gespräch dauert 30 Minuten.", at(3, 5, 16)),
    ("de", "Das Gespräch ist übermorgen, 10:00 Uhr MEZ.", at(3, 4, 10, 0, "Europe/Berlin")),
    ("de", "Wir bestätigen den Termin nächste Woche Dienstag um 11 Uhr.", at(3, 10, 11)),
    ("de", "Einladung zum Gespräch\n\nDatum: 12.03.2026\nUhrzeit: 13:30 Uhr\nOrt: Hafenstraße 2", at(3, 12, 13, 30)),
    ("de", "Vielen Dank für Ihre Bewerbung vom 20. Februar. Das Gespräch ist am Freitag, 13. März.", at(3, 13)),
    ("fr", "Nous vous proposons un entretien le mardi 10 mars 2026 à 14h30.", at(3, 10, 14, 30)),
    ("fr", "L'entretien aura lieu mardi 10 à 14h.", at(3, 10, 14)),
    ("fr", "Seriez-vous disponible demain à 11h pour un échange ?", at(3, 3, 11)),
    ("fr", "Rendez-vous le 1er avril de 9h à 10h.", at(4, 1, 9)),
    ("fr", "Notre entretien est fixé à jeudi à 15 heures.", at(3, 5, 15)),
    ("es", "Te invitamos a una entrevista el martes 10 de marzo a las 10:00.", at(3, 10, 10)),
    ("es", "La entrevista será mañana por la mañana.", at(3, 3)),
    ("es", "La llamada es el jueves a las 4 de la tarde.", at(3, 5, 16)),
    ("es", "La entrevista será el 12/03/2026 a las 9:30 h.", at(3, 12, 9, 30)),
    ("it", "La invitiamo a un colloquio martedì 10 marzo alle ore 15.", at(3, 10, 15)),
    ("it", "Il colloquio è fissato per domani alle 9:30.", at(3, 3, 9, 30)),
    ("it", "L'appuntamento è giovedì 12 alle 14.30.", at(3, 12, 14, 30)),
    ("nl", "We nodigen je uit voor een gesprek op dinsdag 10 maart om 14.00 uur.", at(3, 10, 14)),
    ("nl", "Het gesprek is morgen om 10 uur.", at(3, 3, 10)),
    ("nl", "De afspraak staat voor volgende week donderdag om 9:15.", at(3, 12, 9, 15)),
    ("pt", "A entrevista será na terça-feira, 10 de março, às 14h.", at(3, 10, 14)),
    ("pt", "Podemos marcar a entrevista para amanhã às 10h30?", at(3, 3, 10, 30)),
    ("pt", "A conversa fica marcada para quinta-feira às 15h.", at(3, 5, 15)),
]  # fmt: skip

UNNAMED = [
    ("en", "Interview on 12 March\n\nI am sorry to have to cancel our meeting on 12 March."),
    ("en", "Could we talk on 12 March at 10:00, or one day later at the same hour?"),
    ("en", "Our hiring committee looked at your interview on Friday."),
    ("en", "Are you free for a call on 12 March or on the 14th?"),
    ("de", "Leider müssen wir das Gespräch am 12. März absagen."),
    ("de", "Das Gespräch wäre am 12. März um 10 Uhr oder tags darauf."),
    ("fr", "L'entretien du 12 mars est annulé."),
    ("en", "We would like to invite you to an interview. Which days suit you?"),
    ("en", "Would Tuesday, 10 March or Wednesday, 11 March suit you for an interview?"),
    ("en", "We invite you to an interview on 10 March. Alternatively we could offer 12 March."),
    ("en", "The interviews take place between 9 and 13 March."),
    ("en", "The interviews take place in the week of 9 March."),
    ("en", "Are you free on 9 or 10 March for an interview?"),
    ("en", "The interview is on Tuesday, 11 March."),
    ("en", "The interview is on 04/05/2026."),
    ("en", "The interview was on 24 February 2026."),
    ("en", "Thank you for the interview on Friday."),
    ("en", "Please book your interview by Friday, 6 March."),
    ("en", "Our office has moved; the new address holds from 9 March on. We call you about the interview."),
    ("en", "Can we talk next Thursday?"),
    ("en", "Can we talk on Monday?"),
    ("en", "The interview is on 31 April 2026."),
    ("en", "Your first day would be 1 April; start date: 1 April 2026. We will send you an interview date."),
    ("en", "May I call you this month? I am free in March."),
    ("en", "The interview is on 10 March 2031."),
    ("de", "Guten Morgen, wir möchten Sie zu einem Gespräch einladen."),
    ("de", "Passt Ihnen Dienstag oder Donnerstag für ein Gespräch?"),
    ("de", "Bitte melden Sie sich bis zum 10. März für das Gespräch an."),
    ("de", "Das Gespräch wäre am 9., 10. oder 11. März."),
    ("fr", "Un entretien pourrait avoir lieu entre le 9 et le 13 mars."),
    ("fr", "Merci de confirmer l'entretien avant le 6 mars."),
    ("es", "La entrevista sería el lunes o el martes por la mañana."),
    ("es", "Confirme la entrevista antes del 6 de marzo."),
    ("it", "Il colloquio può essere martedì 10 o giovedì 12 marzo."),
    ("it", "Ci confermi il colloquio entro il 6 marzo."),
    ("nl", "Schikt dinsdag of donderdag voor een gesprek?"),
    ("nl", "Laat uiterlijk vrijdag 6 maart weten of het gesprek doorgaat."),
    ("pt", "A entrevista pode ser na terça-feira ou na quinta-feira."),
    ("pt", "Confirme a entrevista até 6 de março."),
]
