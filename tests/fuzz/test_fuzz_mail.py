"""Whatever octets come, reading them gives a Mail or a MailError, and what it gives is clean."""

from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.features import view
from classifiers.history import new_text
from classifiers.htmltext import html_to_text
from classifiers.mail import MailError, read_mail
from classifiers.text import sentences
from classifiers.values import LABELS, Reading, Verdict
from classifiers.wordset import word_set

FIELDS = sorted(
    word_set(
        "From To Cc Reply-To Subject Date Message-ID References In-Reply-To Content-Type Content-Disposition List-Id",
        "Content-Transfer-Encoding Delivered-To Auto-Submitted MIME-Version Received",
    )
)
PIECES = b"""a@x.example|<|>|"|,|;|=?utf-8?q?=0D=0A?=|=?utf-8?b?4oKs?=|=?idna?q?x?=|\xff|\0|(|)|\r\n |<a@b>|:|base64
|multipart/mixed; boundary=b|text/html; charset=utf-16|text/plain; charset=idna|quoted-printable|message/rfc822
|Tue, 1 Jul 2003 10:52:37 +0200|attachment; filename=x""".split(b"|")
CHUNKS = b"--b\n|--b--\n|\n\n|<p>|<div style='display:none'>|> x\n|=\n|On a b wrote:\n".split(b"|")
TAGS = ["<p>", "<br>", "</p>", "<!--", "-->", "<div~hidden>", "</div>", "<a~x", ">", "&", "<", ">", '"', "word"]
FIELD, PIECE = st.sampled_from(FIELDS), st.sampled_from(PIECES)
BODY = st.lists(st.one_of(st.binary(max_size=40), st.sampled_from(CHUNKS)), max_size=12).map(b"".join)


@st.composite
def mails(draw):
    head = draw(st.lists(st.tuples(FIELD, st.lists(PIECE, max_size=4)), max_size=6))
    lines = [name.encode() + b": " + b" ".join(pieces) for name, pieces in head]
    return b"\r\n".join(lines) + b"\r\n\r\n" + draw(BODY)


def is_clean(value: str) -> bool:
    return not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in value)


@settings(max_examples=150)
@given(st.one_of(mails(), st.binary(max_size=400)))
def test_any_octets_are_read_or_refused_and_their_header_is_clean(raw):
    try:
        mail = read_mail(raw)
    except MailError:
        return
    headers = mail.headers
    people = [*headers.to, *headers.cc, *headers.reply_to, *([headers.sender] if headers.sender else [])]
    assert all(is_clean(one.name) and is_clean(one.address) and "@" not in one.name for one in people)
    assert is_clean(headers.subject or "")
    assert all(one.isascii() and " " not in one for one in (*headers.references, *headers.in_reply_to))
    reading = Reading(headers, Verdict("other", 1.0, dict.fromkeys(LABELS, 0.125)))
    assert Reading.from_json(reading.to_json()) == reading
    seen = view(mail)
    assert len(seen.tokens) == len(seen.ideas) == len(seen.sentences) + 1


@settings(max_examples=150)
@given(st.text(max_size=300))
def test_any_text_is_cut_and_split_without_an_exception(text):
    assert all(sentence.strip() for sentence in sentences(new_text(text, "Fwd: x")))


@settings(max_examples=150)
@given(st.lists(st.sampled_from(TAGS), max_size=40))
def test_any_html_becomes_text(pieces):
    assert isinstance(html_to_text(" ".join(pieces).replace("~", " ")), str)
