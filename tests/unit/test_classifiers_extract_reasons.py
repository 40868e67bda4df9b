"""Why an application was turned down: what is said in so many words, in seven languages, and what is left open."""

from __future__ import annotations

import pytest
from support.stage_cues import written

from classifiers.frames import sections
from classifiers.stage import Said, reason


def why(text, language):
    low = text.lower()
    return reason(Said(low, low), language)


OTHER = [
    ("en", "In the end the job went to someone who has run a warehouse before."),
    ("en", "We've gone with a designer who already knows our print process."),
    ("en", "Our choice has fallen on a colleague from the Leeds office."),
    ("en", "On the day, others were stronger on the numbers."),
    ("en", "You came second in a very strong field."),
    ("de", "Wir haben uns für einen Bewerber entschieden, der schon mit unserem System gearbeitet hat."),
    ("de", "Unsere Wahl ist auf eine Mitbewerberin gefallen."),
    ("de", "Wir führen den Prozess mit Kandidatinnen weiter, die bereits länger in der Pflege arbeiten."),
    ("fr", "Notre choix s'est porté sur une candidate qui connaît déjà le secteur."),
    ("fr", "Nous avons décidé de poursuivre avec d'autres candidats."),
    ("es", "Hemos decidido continuar con otros candidatos cuyo perfil se ajusta mejor."),
    ("es", "Al final nos quedamos con una chica que vive al lado."),
    ("it", "Abbiamo deciso di proseguire con altri candidati."),
    ("it", "La nostra scelta è caduta su un'altra candidata, più vicina al profilo."),
    ("nl", "We gaan verder met kandidaten die al in de zorg hebben gewerkt."),
    ("nl", "Onze keuze is op een andere kandidaat gevallen."),
    ("pt", "Optámos por outra candidata com mais experiência em vendas."),
    ("pt", "A vaga é sua? Infelizmente não: ficamos com um rapaz que já trabalhou conosco."),
]
FILLED = [
    ("en", "The vacancy has since been filled."),
    ("en", "We have already hired for this role."),
    ("de", "Unsere Praktikumsplätze sind bis zum Herbst bereits vergeben."),
    ("de", "Unser Team ist inzwischen komplett."),
    ("fr", "Les deux postes de nuit sont pourvus depuis lundi."),
    ("fr", "Bonjour, l'équipe est au complet pour cet hiver."),
    ("es", "La vacante ya está cubierta."),
    ("es", "Ya tenemos el equipo completo para el verano."),
    ("it", "Il posto è già stato coperto."),
    ("it", "La squadra è ormai al completo."),
    ("nl", "De stageplekken zijn inmiddels vergeven."),
    ("nl", "Ons team is weer compleet."),
    ("pt", "A vaga já foi preenchida internamente."),
    ("pt", "A equipa já está completa."),
]
CLOSED = [
    ("en", "We're not hiring at the moment."),
    ("en", "The closing date has passed: your form arrived after the deadline."),
    ("de", "Die Position entfällt ersatzlos."),
    ("de", "Das Auswahlverfahren wurde aus haushaltsrechtlichen Gründen aufgehoben."),
    ("fr", "Le recrutement est annulé faute de budget."),
    ("fr", "La mission n'aura pas lieu."),
    ("es", "El proceso de selección ha sido cancelado."),
    ("it", "La ricerca è stata sospesa e il posto soppresso."),
    ("nl", "De vacature is ingetrokken en de functie is geschrapt."),
    ("pt", "O edital foi revogado e a vaga deixou de existir."),
]
LACKING = [
    ("en", "The post requires a forklift licence and your CV does not show one."),
    ("en", "Your score was 61 and our threshold is 70."),
    ("de", "Die geforderte Mindestpunktzahl wurde nicht erreicht."),
    ("de", "Für die Stelle setzen wir ein abgeschlossenes Studium voraus."),
    ("fr", "Le poste exige le permis poids lourd, que vous n'avez pas."),
    ("fr", "Vous n'avez pas obtenu la note minimale : le seuil n'a pas été atteint."),
    ("es", "No cumple los requisitos mínimos del puesto."),
    ("es", "No ha alcanzado la puntuación mínima."),
    ("it", "Lei non possiede i requisiti richiesti."),
    ("nl", "U hebt de vereiste score niet behaald."),
    ("pt", "Não cumpre os requisitos mínimos."),
]
PLACE = [
    ("en", "We can't sponsor visas for this grade."),
    ("en", "Are you authorised to work in this country? You answered no."),
    ("de", "Für diese Stelle können wir keine Arbeitsbewilligung beantragen."),
    ("fr", "Vous ne disposez pas d'une autorisation de travail."),
    ("es", "Para este nivel no podemos tramitar el permiso."),
    ("it", "Per questo livello non possiamo chiedere il permesso di soggiorno."),
    ("nl", "U woont te ver van onze stalling."),
    ("pt", "A empresa não trata de vistos."),
]
UNSTATED = [
    ("en", "We will not be taking your application any further on this occasion."),
    ("en", "You have not been selected for interview."),
    ("de", "Wir können Ihre Bewerbung leider nicht weiter berücksichtigen."),
    ("fr", "Votre candidature n'a pas été retenue."),
    ("es", "Tu candidatura ha sido descartada."),
    ("it", "Siamo spiacenti, non daremo seguito alla candidatura."),
    ("nl", "U bent helaas niet geselecteerd."),
    ("pt", "Informamos que não foi selecionada."),
]
OPEN = [
    ("en", "Unfortunately the silence was our fault, and the museum has had floods."),
    ("en", "We won't be progressing your application, since the client needs fluent Dutch."),
    ("en", "The post has been filled by another candidate."),
    ("de", "Leider hat der Chef gestern lange nachgedacht."),
    ("it", "Ci serve qualcuno, e in questa fase non riusciremmo a seguirti."),
    ("nl", "Heb je iemand anders?"),
]


@pytest.mark.parametrize(("language", "text"), OTHER)
def test_somebody_preferred_is_the_reason(language, text):
    assert why(text, language) == "other_candidate"


@pytest.mark.parametrize(("language", "text"), FILLED)
def test_a_post_that_is_taken_is_the_reason(language, text):
    assert why(text, language) == "position_filled"


@pytest.mark.parametrize(("language", "text"), CLOSED)
def test_a_post_that_is_gone_is_the_reason(language, text):
    assert why(text, language) == "position_closed"


@pytest.mark.parametrize(("language", "text"), LACKING)
def test_what_the_person_lacks_is_the_reason(language, text):
    assert why(text, language) == "not_qualified"


@pytest.mark.parametrize(("language", "text"), PLACE)
def test_a_place_or_permit_is_the_reason(language, text):
    assert why(text, language) == "location_or_visa"


@pytest.mark.parametrize(("language", "text"), UNSTATED)
def test_a_formula_gives_no_reason(language, text):
    assert why(text, language) == "unstated"


@pytest.mark.parametrize(("language", "text"), OPEN)
def test_a_weak_cue_or_two_reasons_leave_it_open(language, text):
    assert why(text, language) is None


def test_a_long_letter_with_a_formula_may_hold_a_reason_nobody_made_out():
    assert (
        why("We have decided not to move forward with your application.\n" + "It was a fine day. " * 60, "en") is None
    )


def test_the_cues_are_those_of_the_patterns():
    kept = [(name, lines) for name, _, lines in sections("cues")]
    assert written().splitlines()[2:] == [row for name, lines in kept for row in (f"[{name}]", *lines)]
