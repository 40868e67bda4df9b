"""What a mail tells beside the decision: du or Sie, specific feedback, that the candidate has withdrawn."""

import json
from datetime import UTC, datetime
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from support.corevalues import verdict

from classifiers.extract import facts_of
from classifiers.features import view
from classifiers.mail import Mail, read_mail
from classifiers.report import KEYS, row
from classifiers.sources import Found
from classifiers.told import advice_of, informal_of, withdrawn
from classifiers.values import Headers, Reading

FEEDBACK = [
    ("en", "The panel felt that your answers on system design lacked depth."),
    ("en", "Your presentation was clear, but the examples stayed rather general."),
    ("en", "We would have liked to hear more concrete examples of how you lead a team."),
    ("en", "I would suggest practising coding exercises under time pressure before your next interview."),
    ("en", "Our engineers thought your solution was well structured but missed the error handling."),
    ("en", "One area for improvement would be how you explain trade-offs."),
    ("en", "In the interview you came across as well prepared, yet your knowledge of Kubernetes was still limited."),
    ("en", "Feedback from the team: your code was readable, but it lacked tests."),
    ("en", "You struggled a little with the SQL questions."),
    ("en", "What let you down was the second case, where the numbers did not add up."),
    ("de", "Das Team hatte den Eindruck, dass Ihre Antworten zur Systemarchitektur etwas oberflächlich blieben."),
    ("de", "Deine Präsentation war gut strukturiert, aber es fehlten konkrete Beispiele."),
    ("de", "Uns hat in der Fallstudie die Tiefe gefehlt."),
    ("de", "Ich würde Ihnen raten, das Thema Budgetplanung noch zu vertiefen."),
    ("de", "Bei Ihrer Arbeitsprobe fehlten uns die Tests."),
    ("de", "Der Fachbereich hätte sich mehr Erfahrung mit SAP gewünscht."),
    ("de", "Verbesserungspotenzial sehen wir bei der Strukturierung Ihrer Antworten."),
    ("de", "Ihre Stärken lagen klar im Umgang mit Kunden."),
    ("fr", "Le jury a trouvé que vos réponses sur la gestion de projet manquaient de précision."),
    ("fr", "Votre présentation était claire, mais les exemples restaient trop généraux."),
    ("fr", "Nous aurions aimé entendre des exemples plus concrets."),
    ("fr", "Je vous conseille de travailler la partie technique avant un prochain entretien."),
    ("fr", "Un axe d'amélioration serait la structure de vos réponses."),
    ("fr", "Il manquait un peu de profondeur dans l'étude de cas."),
    ("fr", "Ton code était propre, mais il manquait des tests."),
    ("es", "El panel consideró que tus respuestas sobre arquitectura carecían de profundidad."),
    ("es", "Su presentación fue clara, pero faltaron ejemplos concretos."),
    ("es", "Nos habría gustado ver más detalle en el caso práctico."),
    ("es", "Te recomiendo practicar ejercicios de código con límite de tiempo."),
    ("es", "Un punto de mejora es la estructura de tus respuestas."),
    ("es", "El equipo echó en falta experiencia con clientes internacionales en sus ejemplos."),
    ("it", "La commissione ha ritenuto che le tue risposte sull'architettura fossero poco approfondite."),
    ("it", "La Sua presentazione era chiara, ma mancavano esempi concreti."),
    ("it", "Ci sarebbe piaciuto sentire più dettagli sul caso studio."),
    ("it", "Ti consiglio di esercitarti sulle domande tecniche."),
    ("it", "Un punto da migliorare è la struttura delle risposte."),
    ("it", "Il team ha notato che la tua esperienza con i database è ancora limitata."),
    ("nl", "Het panel vond dat je antwoorden over architectuur diepgang misten."),
    ("nl", "Uw presentatie was helder, maar de voorbeelden bleven te algemeen."),
    ("nl", "We misten concrete voorbeelden van hoe je een team aanstuurt."),
    ("nl", "Ik raad je aan om de technische vragen nog eens te oefenen."),
    ("nl", "Een verbeterpunt is de opbouw van je antwoorden."),
    ("nl", "Ons team had graag meer ervaring met SQL gezien bij jou."),
    ("pt", "O painel considerou que as suas respostas sobre arquitetura ficaram vagas."),
    ("pt", "A sua apresentação foi clara, mas faltaram exemplos concretos."),
    ("pt", "Gostaríamos de ter ouvido mais detalhes sobre o estudo de caso."),
    ("pt", "Recomendo que pratique exercícios de código com tempo limitado."),
    ("pt", "Um ponto a melhorar é a estrutura das suas respostas."),
    ("pt", "A equipa achou que o seu conhecimento de SQL ainda é limitado."),
]
COURTESIES = [
    ("en", "We felt that other candidates were a better match for the role."),
    ("en", "We were impressed by your background and experience."),
    ("en", "We have decided to move forward with candidates whose experience more closely matches our needs."),
    ("en", "We would be happy to give you feedback by phone."),
    ("en", "Unfortunately we cannot provide individual feedback."),
    ("en", "We encourage you to apply again in the future."),
    ("en", "Your profile does not match our requirements."),
    ("en", "Please take two minutes to give us your feedback in this survey."),
    ("en", "Thank you for the time and the effort you put into your application."),
    ("en", "I recommend that you keep an eye on our careers page."),
    ("en", "The team enjoyed meeting you."),
    ("en", "The panel will look at your answers next week."),
    ("de", "Wir haben uns für andere Kandidaten entschieden, die besser passen."),
    ("de", "Ihr Profil hat uns beeindruckt."),
    ("de", "Gerne geben wir Ihnen telefonisch Feedback."),
    ("de", "Wir bitten um Verständnis, dass wir keine individuelle Begründung geben können."),
    ("de", "Wir empfehlen Ihnen, unsere Karriereseite im Blick zu behalten."),
    ("de", "Das Team hat sich gefreut, Sie kennenzulernen."),
    ("fr", "D'autres candidats correspondaient davantage au profil recherché."),
    ("fr", "Votre profil a retenu toute notre attention."),
    ("fr", "Nous restons à votre disposition pour un retour par téléphone."),
    ("fr", "Nous vous encourageons à postuler à nouveau."),
    ("fr", "Merci de répondre à notre questionnaire."),
    ("es", "Otros candidatos se ajustaban mejor al perfil."),
    ("es", "Tu perfil nos ha parecido muy interesante."),
    ("es", "No podemos ofrecer comentarios individuales."),
    ("es", "Te animamos a volver a presentarte."),
    ("it", "Altri candidati erano più in linea con il profilo."),
    ("it", "Il Suo profilo è molto interessante."),
    ("it", "Non possiamo fornire un riscontro individuale."),
    ("it", "La invitiamo a candidarsi nuovamente."),
    ("nl", "Andere kandidaten sloten beter aan bij het profiel."),
    ("nl", "We kunnen helaas geen individuele feedback geven."),
    ("nl", "We nodigen je uit om opnieuw te solliciteren."),
    ("nl", "We vonden je een prettige gesprekspartner."),
    ("pt", "Outros candidatos estavam mais alinhados com o perfil."),
    ("pt", "Não podemos dar feedback individual."),
    ("pt", "Convidamos a candidatar-se novamente no futuro."),
    ("en", "I thought you should hear it from me."),
    ("en", "Here is the feedback of the panel:"),
    ("fr", "Puisque vous me l'aviez demandé, voici notre retour :"),
]  # fmt: skip
WITHDRAWN = [
    ("en", "As you asked, we have withdrawn your application for Data Engineer."),
    ("en", "This confirms the withdrawal of your application."),
    ("en", "We are sorry that you have decided to withdraw your application."),
    ("de", "Ihre Bewerbung haben wir wunschgemäß zurückgezogen."),
    ("de", "Schade, dass du deine Bewerbung zurückgezogen hast."),
    ("fr", "Comme vous l'avez demandé, votre candidature au poste de comptable a été retirée."),
    ("es", "Tal como nos pediste, hemos retirado tu candidatura."),
    ("it", "Come richiesto, la candidatura per Contabile è stata ritirata."),
    ("nl", "Op uw verzoek hebben wij uw sollicitatie ingetrokken."),
    ("pt", "Registámos a sua desistência do processo."),
]
NOT_WITHDRAWN = [
    ("en", "You can withdraw your application at any time."),
    ("en", "If you have withdrawn your application, please ignore this mail."),
    ("en", "The vacancy has been withdrawn."),
    ("en", "If you do not complete the test, your application will be withdrawn automatically."),
    ("de", "Wenn Sie Ihre Bewerbung zurückziehen möchten, schreiben Sie uns."),
    ("de", "Die Stelle wurde zurückgezogen."),
    ("fr", "Vous pouvez retirer votre candidature dans votre espace."),
    ("es", "Puedes retirar tu candidatura en cualquier momento."),
    ("it", "Puoi ritirare la tua candidatura in ogni momento."),
    ("nl", "Je kunt je sollicitatie intrekken in het portaal."),
    ("pt", "Pode retirar a sua candidatura a qualquer momento."),
]
MANNERS = [
    ("de", "Vielen Dank, dass du dir Zeit genommen hast. Wir melden uns bei dir.", True),
    ("de", "Vielen Dank für Ihre Bewerbung. Gerne laden wir Sie ein und bitten um Ihre Antwort.", False),
    ("de", "Danke, dass du dich gemeldet hast. Wir bitten Sie um Geduld.", None),
    ("de", "Die Stelle ist besetzt. Sie war sehr gefragt.", None),
    ("fr", "Merci pour ta candidature, tu as un beau parcours.", True),
    ("fr", "Nous vous remercions de votre candidature et de votre intérêt.", False),
    ("fr", "Le rendez-vous est fixé.", None),
    ("es", "Gracias por tu interés, te escribimos pronto.", True),
    ("es", "Le agradecemos su interés y quedamos a la espera de usted.", False),
    ("it", "Grazie per la tua candidatura, ti scriviamo presto.", True),
    ("it", "La ringraziamo per la Sua candidatura e Le auguriamo il meglio.", False),
    ("nl", "Bedankt voor je sollicitatie, we bellen je.", True),
    ("nl", "Hartelijk dank voor uw sollicitatie. Wij nemen contact met u op.", False),
    ("pt", "Obrigado pela tua candidatura, nós ligamos-te.", True),
    ("pt", "Agradecemos ao senhor a candidatura e o interesse; o senhor terá notícias.", False),
    ("pt", "Agradecemos o seu interesse e voltamos a falar com você.", None),
    ("en", "Thank you for your application.", None),
    (None, "du du du du", None),
]


def seen(text):
    return view(Mail(Headers(), text))


@pytest.mark.parametrize(("language", "text"), FEEDBACK)
def test_specific_feedback_is_found(language, text):
    assert advice_of(seen(text), language) == (text,)


@pytest.mark.parametrize(("language", "text"), COURTESIES)
def test_a_courtesy_is_no_feedback(language, text):
    assert advice_of(seen(text), language) == ()


def test_at_most_five_sentences_of_feedback_are_kept_each_once_and_cut_at_a_word():
    many = " ".join(f"Your answers on topic {number} lacked depth." for number in range(9))
    assert len(advice_of(seen(f"{many} {many}"), "en")) == 5
    (long,) = advice_of(seen("Your answers lacked depth and " + "patience " * 50), "en")
    assert len(long) <= 300
    assert long.endswith(" patience...")


@pytest.mark.parametrize(("language", "text"), WITHDRAWN)
def test_a_withdrawal_is_confirmed(language, text):
    assert withdrawn(seen(text), language)


@pytest.mark.parametrize(("language", "text"), NOT_WITHDRAWN)
def test_what_may_be_withdrawn_or_was_by_others_is_no_withdrawal(language, text):
    assert not withdrawn(seen(text), language)


@pytest.mark.parametrize(("language", "text", "informal"), MANNERS)
def test_how_the_reader_is_addressed_is_told_where_it_is_plain(language, text, informal):
    assert informal_of(seen(text), language) is informal


FACTS = "Thank you for your mail. The panel felt that your answers on pricing lacked depth."


@pytest.mark.parametrize(
    ("label", "found"),
    [("rejection", True), ("other", True), ("interview", True), ("acknowledgement", True), ("job_alert", False),
     ("offer", False)],
)  # fmt: skip
def test_feedback_is_looked_for_in_whatever_may_be_an_answer(label, found):
    mail = Mail(Headers(), FACTS)
    assert bool(facts_of(mail, view(mail), label)["advice"]) == found


@pytest.mark.parametrize(
    "text",
    [
        "Le confirmo que ha retirado su candidatura al puesto de técnico.",
        "Je vous confirme que vous avez retiré votre candidature au poste de technicien.",
        "Ich bestätige Ihnen, dass Sie Ihre Bewerbung zurückgezogen haben.",
    ],
)
def test_a_mail_that_looks_like_a_rejection_and_confirms_a_withdrawal_is_one(text):
    mail = Mail(Headers(), f"{text} Gracias por avisarme, merci, vielen Dank für Ihre Nachricht.")
    language = {"L": "es", "J": "fr", "I": "de"}[text[0]]
    assert withdrawn(view(mail), language, confirmed=True)


def test_a_rejection_is_never_a_withdrawal():
    mail = Mail(
        Headers(), "Your application has been withdrawn. Thank you for the time that you gave us for this role."
    )
    assert facts_of(mail, view(mail), "other")["withdrawn"]
    assert not facts_of(mail, view(mail), "rejection")["withdrawn"]


def test_classify_prints_what_is_told_as_json_has_it():
    told = verdict("interview", interview_at=datetime(2026, 3, 10, 14), interview_timed=True, advice=("So.",))  # noqa: DTZ001
    said = row(Found("a.eml", Mail(Headers(), ""), None), told, 0.9, 0.5)
    assert tuple(said) == KEYS
    assert (said["interview_at"], said["interview_timed"]) == ("2026-03-10T14:00:00", True)
    assert (list(said["advice"]), said["informal"], said["withdrawn"]) == (["So."], None, False)


@pytest.mark.parametrize(
    ("field", "claims"),
    [
        ('"dana@acme.example" <x@evil.example>', "dana@acme.example"),
        ("dana@acme.example <x@evil.example>", "dana@acme.example"),
        ("=?utf-8?q?Dana_=28dana=40acme.example=29?= <x@evil.example>", "dana@acme.example"),
        ("=?utf-8?q?dana=EF=BC=A0acme.example?= <x@evil.example>", "dana@acme.example"),
        ("Dana Whitfield <dana@acme.example>", None),
        ('"dana@acme.example" <dana@acme.example>', None),
        ("dana@acme.example", None),
        ('"Dana @ Acme" <dana@acme.example>', None),
        ("", None),
    ],
)
def test_an_address_in_the_place_of_the_senders_name_is_told(field, claims):
    headers = read_mail(f"From: {field}\r\nSubject: Hello\r\n\r\nHello".encode()).headers
    assert headers.claims == claims


@pytest.mark.parametrize("zone", [None, UTC, ZoneInfo("Europe/Berlin")])
def test_what_is_told_crosses_to_another_process_and_back(zone):
    at = datetime(2026, 3, 10, 14, 30, tzinfo=zone)
    told = verdict("interview", interview_at=at, interview_timed=True, advice=("One.", "Two."), informal=True)
    reading = Reading(Headers(claims="dana@acme.example"), told)
    back = Reading.from_json(json.loads(json.dumps(reading.to_json())))
    assert back == reading
    assert back.verdict.interview_at.utcoffset() == at.utcoffset()


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "nl", "pt"])
def test_text_that_is_made_to_be_slow_is_read_at_once(language):
    line = ("the panel felt your answers das team ihre antworten le jury vos réponses " * 9)[:600]
    slow = seen("\n\n".join([line] * 20))
    begun = process_time()
    advice_of(slow, language)
    withdrawn(slow, language)
    informal_of(slow, language)
    assert process_time() - begun < 1
