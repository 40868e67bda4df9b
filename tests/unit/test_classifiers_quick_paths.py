"""The quick ways of reading a mail give what the plain ways give."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.hashing import CHARS, IDEAS, _scattered, _spread
from classifiers.htmltext import _read_quickly, _read_thoroughly, _Visible
from classifiers.mail import read_mail
from classifiers.model import _counted
from classifiers.octets import harmless, numbered_boundaries, plain_lines, raw_fields, thinned
from classifiers.text import masked, masked_words, words

TEXT = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "www.",
                "www.x.example,",
                "http://x.example/y",
                "a@b.example",
                "[e-mail]",
                "[Your",
                "name]",
                "{{name}}",
                "<<x>>",
                "12.5",
                "l'offre",
                "isn't",
                "Acme,",
                "(yes)",
                "why?!",
                "z.B.",
                "…",
                "İstanbul",
                "ß",
            ]
        ),
        st.text(max_size=6),
    ),
    max_size=12,
).map(" ".join)
TAGS = [
    "<p>",
    "</p>",
    "<br/>",
    "<div hidden>",
    '<div style="display: none">',
    "</div>",
    "<td width=5>",
    "<td width=5/>",
    "<li>",
    '<blockquote type="cite">',
    "</blockquote>",
    "<o:p>",
    "&amp;",
    "&nbsp;",
    "&#39",
    "word",
    "<script>",
    "</script>",
    "<STYLE>",
    "</style >",
    '<p a="b"c>',
    "<p =x>",
    "<p/ >",
    "</p x>",
]


@settings(max_examples=150)
@given(TEXT)
def test_text_masked_piece_by_piece_has_the_words_of_text_masked_whole(text):
    assert masked_words(text) == words(masked(text))


@settings(max_examples=200)
@given(st.lists(st.sampled_from(TAGS), max_size=12).map("".join), st.booleans())
def test_usual_html_read_quickly_gives_what_the_parser_gives(html, hide):
    quick, thorough = _Visible(hide=hide), _Visible(hide=hide)
    _read_thoroughly(html, thorough)
    assert not _read_quickly(html, quick) or quick.text() == thorough.text()


def test_the_html_of_a_usual_mail_is_read_quickly():
    html = "<html><head><style>p{a:b}</style></head><body bgcolor=#fff><p style=\"x:y\">Hi<br/>there</p><img alt='' /></body>"
    assert _read_quickly(html, _Visible(hide=True))


@pytest.mark.parametrize("bomb", ["<script>", "<p a=", "<a b='", "<style>x", "<p " + "a" * 1000])
def test_html_that_never_ends_is_left_to_the_parser(bomb):
    assert not _read_quickly(bomb * 200, _Visible(hide=True))


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=50))
def test_numbers_are_scattered_alike_one_by_one_and_together(numbers):
    for block in (CHARS, IDEAS):
        assert [_scattered(one, block.buckets) for one in numbers] == _spread(
            np.array(numbers, np.uint32), block.buckets
        ).tolist()


@given(st.lists(st.integers(0, 40), min_size=1, max_size=80))
def test_columns_are_counted_as_numpy_counts_them(columns):
    found, held = _counted(np.array(columns, np.uint32))
    known, counts = np.unique(np.array(columns, np.uint32), return_counts=True)
    assert (found.tolist(), held.tolist()) == (known.tolist(), counts.tolist())


def parts(boundary: str, text: str) -> bytes:
    head = f'Subject: x\nContent-Type: multipart/alternative; boundary="{boundary}"\n\n'
    return f"{head}--{boundary}\nContent-Type: text/plain\n\n{text}\n--{boundary}--\n".encode()


def test_boundaries_of_two_mails_get_one_name_and_the_mails_read_as_before():
    first, second = parts("a" * 20, "Hello"), parts("b" * 30, "Hello")
    assert numbered_boundaries(first) == numbered_boundaries(second)
    assert read_mail(first) == read_mail(second)


def test_a_boundary_that_stands_in_the_text_keeps_its_name():
    raw = parts("c" * 20, f"a mail's boundary was {'c' * 20}")
    assert numbered_boundaries(raw) == raw
    assert "c" * 20 in read_mail(raw).text


def test_only_what_the_parser_needs_is_left_and_addresses_are_apart():
    raw = plain_lines(b"Received: x\r\n y\r\nTo: a@x.example\r\nSubject: one\r\n two\r\nTo: b@x.example\r\n\r\nbody")
    assert thinned(raw) == (b"Subject: one\n two\n\nbody", {"to": b"To: a@x.example\n"})
    assert raw_fields(raw) == {"received": ["x y"], "to": ["a@x.example", "b@x.example"], "subject": ["one two"]}


@pytest.mark.parametrize(
    "raw", [b"Subject: one\nno field\nTo: a@x.example\n\n", b"X\n" * 50_000, b"y" * 100_000, b"\n"]
)
def test_a_header_of_no_usual_form_is_left_whole(raw):
    assert thinned(raw) == (raw, {})


def test_a_charset_is_replaced_only_where_it_is_not_on_the_list():
    raw = b'Content-Type: text/plain; CharSet="ISO-8859-1"\nContent-Type: text/plain; Charset=idna\n'
    assert harmless(raw) == raw.replace(b"idna", b"utf-8")
