import pytest

from classifiers.history import new_text, without_footer
from classifiers.htmltext import html_to_text
from classifiers.language import language_of
from classifiers.mail import mail_of
from classifiers.text import deciding_text, masked, sentences, words


@pytest.mark.parametrize(
    "attribution",
    [
        "On Mon, 3 Feb 2025 at 10:00, Sam Rivera <sam@example.org> wrote:",
        "On Mon, 3 Feb 2025 at 10:00, Sam Rivera\n<sam@example.org> wrote:",
        "Am 03.02.2025 um 10:00 schrieb Sam Rivera:",
        "Le lun. 3 févr. 2025 à 10:00, Sam Rivera <sam@example.org> a écrit :",
        "El lun, 3 feb 2025 a las 10:00, Sam Rivera (<sam@example.org>) escribió:",
        "Il giorno lun 3 feb 2025 alle ore 10:00 Sam Rivera <sam@example.org> ha scritto:",
        "Op ma 3 feb 2025 om 10:00 schreef Sam Rivera <sam@example.org>:",
        "Em seg., 3 de fev. de 2025 às 10:00, Sam Rivera <sam@example.org> escreveu:",
        "-----Original Message-----",
        "-----Ursprüngliche Nachricht-----",
        "-------- Message d'origine --------",
        "From: Sam Rivera\nSent: Monday\nTo: Jobs\nSubject: Hello",
        "Von: Sam Rivera\nGesendet: Montag\nAn: Jobs\nBetreff: Hallo",
    ],
)
def test_what_follows_an_attribution_is_history(attribution):
    assert new_text(f"The new words.\n\n{attribution}\n\nThe old words.") == "The new words."


def test_an_answer_below_the_quote_is_new():
    text = "On Monday, Sam <sam@example.org> wrote:\n> Is it still open?\n\nYes, until Friday."
    assert new_text(text) == "Yes, until Friday."


def test_answers_between_quotes_are_new():
    assert new_text("> One?\nYes.\n> Two?\nNo.").split() == ["Yes.", "No."]


def test_a_mail_of_nothing_but_quotes_keeps_them():
    assert new_text("> only\n> quoted") == "only\nquoted"


def test_a_forwarded_mail_keeps_what_was_forwarded():
    text = "got this today\n\n---------- Forwarded message ---------\nFrom: A <a@x.example>\nSubject: News\n\nThe news."
    assert new_text(text, "Fwd: News").split("\n")[-1] == "The news."
    assert "Subject" not in new_text(text, "Fwd: News")


def test_an_outlook_forward_without_a_word_of_its_own_keeps_the_body():
    assert new_text("From: A\nSent: Monday\nTo: B\nSubject: News\n\nThe news.", "FW: News") == "The news."


def test_a_sentence_about_who_wrote_something_is_no_attribution():
    assert new_text("On page two you wrote: hello.\nFine.") == "On page two you wrote: hello.\nFine."


def test_signatures_and_legal_footers_do_not_decide():
    text = "We chose somebody else.\n--\nAnna\nUnsuccessful Ltd"
    assert without_footer(text) == "We chose somebody else."
    footer = "This e-mail is confidential and intended solely for the addressee."
    assert without_footer(f"Hello.\n{footer}\nSent from my phone") == "Hello."


def test_a_mail_of_nothing_but_a_footer_keeps_it():
    assert without_footer("Unsubscribe") == "Unsubscribe"


def test_hard_wrapped_lines_are_one_sentence():
    text = "Thank you for the time you took to meet the whole team\nlast week. We chose another person."
    assert sentences(text) == [
        "Thank you for the time you took to meet the whole team last week.",
        "We chose another person.",
    ]


def test_greeting_bullets_and_closing_stand_alone():
    text = "Hi Sam,\nthank you.\n- one\n- two\n3. three\nBest,\nAnna"
    assert sentences(text) == ["Hi Sam,", "thank you.", "one", "two", "three", "Best,", "Anna"]


def test_abbreviations_and_initials_end_no_sentence():
    assert sentences("Dr. J. Stolz of Wren Inc. met you. Good!") == ["Dr. J. Stolz of Wren Inc. met you.", "Good!"]


def test_a_number_at_the_end_of_a_sentence_is_kept():
    assert sentences("It is on January 27. See you there.") == ["It is on January 27.", "See you there."]


def test_a_snippet_cut_off_in_the_middle_is_a_sentence():
    assert sentences("Thank you for applying. Unfortunately we ha") == [
        "Thank you for applying.",
        "Unfortunately we ha",
    ]


def test_what_identifies_somebody_is_masked():
    text = masked("Write to anna@x.example or https://x.example/12 about {candidate}, no. 12.500 \u2013 Anna\u2019s")
    assert words(text) == ["write", "to", "xmail", "or", "xurl", "about", "xname", "no", "xnum", "anna's"]


def test_elided_words_are_words_of_their_own():
    assert words("l'entretien can't d'autres") == ["l'", "entretien", "can't", "d'", "autres"]


def test_html_becomes_the_lines_a_person_sees():
    html = (
        "<html><head><title>no</title><style>p{}</style></head><body><!-- no --><div style='display:none'>no</div>"
        "<p>Dear&nbsp;Sam,</p><p>one<br>two</p><ul><li>a</li><li>b</li></ul><script>no()</script></body></html>"
    )
    lines = [line for line in html_to_text(html).split("\n") if line]
    assert lines == ["Dear Sam,", "one", "two", "- a", "- b"]


def test_quoted_html_is_quoted_text():
    assert html_to_text("<p>new</p><blockquote type=cite>old<br>words</blockquote>").endswith("> old\n> words")


def test_html_that_hides_everything_is_shown():
    assert html_to_text("<div hidden>words</div>") == "words"


@pytest.mark.parametrize("piece", ["<a ", "<!", "<!--", "<![CDATA[", "<a b='\"> ", "&amp", "<div hidden>", "<p>"])
def test_broken_html_is_read_without_an_exception(piece):
    assert isinstance(html_to_text(piece * 5_000), str)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Thank you for your application, we will be in touch.", "en"),
        ("Vielen Dank für Ihre Bewerbung, wir melden uns bei Ihnen.", "de"),
        ("Nous vous remercions pour votre candidature et pour le temps.", "fr"),
        ("Gracias por su interés en el puesto, le informaremos de los pasos.", "es"),
        ("La ringraziamo per la sua candidatura e per il tempo che ci ha dedicato.", "it"),
        ("Bedankt voor je sollicitatie, we nemen contact met je op.", "nl"),
        ("Obrigado pela sua candidatura, entraremos em contacto com você.", "pt"),
        ("Qwerty asdf zxcv uiop", None),
        ("ok", None),
    ],
)
def test_the_language_is_told_by_function_words_or_not_at_all(text, code):
    assert language_of(text) == code


def test_the_deciding_text_is_bounded():
    assert len(deciding_text(mail_of(None, None, "word " * 20_000))) <= 12_000


def test_a_mail_in_one_line_loses_its_footer_and_nothing_before_it():
    body = "Thank you for applying. " + "We liked your letter a lot. " * 10 + "We went with somebody else."
    assert without_footer(f"{body} Quarry is an equal opportunity employer. Bye.") == body
