"""What a digest says: calm sentences in plain text and HTML, with nothing of a mail but cleaned, shortened words."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.summaries import FULL, NOW, QUIET, WORDING, ago, summary

from daemon import digest_words
from daemon.core.digest import Interview, Momentum, News, Question, Remembered, Trouble, Waiting, letters
from daemon.core.job import Step
from daemon.core.tally import Tally
from daemon.digest_next import next_steps
from daemon.digest_phrases import fact
from templates import digest_page

HOSTILE = [
    "<script>alert(1)</script>", '<img src="https://evil.example/pixel.gif">', "</p><a href=//evil.example>x</a>",
    "{{ 7 * 7 }} {% for x in y %}", "Acme\r\nBcc: boss@acme.example", "\u202egnp.exe\u2066", "x" * 5000,
    "Click https://evil.example/login now", "www.evil.example", "evil.example/login?a=b", "&lt;b&gt; &amp; \"'",
    "A\x1b[31mred\x07", "\ud800\ufffe\U000e0041", "=?utf-8?q?=3Cb=3E?=", "e" + "\u0301" * 400, "\u2028\u2029\x85",
    "-- \nsignature", "Dana, Inc. <dana@acme.example>", "שלום עולם", "",
]  # fmt: skip


def spoken(text):
    """A summary in which a mail's words stand wherever they can."""
    return summary(
        news=(News("rejection", ago(days=1), text, text), News("interview", ago(days=1), text)),
        waiting=(
            Waiting(1, (Step.THANK_YOU,), ago(days=1), text, text),
            Waiting(2, (Step.FOLLOW_UP,), NOW, text, text, text),
        ),
        questions=(Question(1, ago(days=1), 0.6, text, text, (text, text)),),
        troubles=(Trouble(text, "reading", text, ago(days=2), waits=True),),
        interviews=(Interview(1, text, text, NOW + timedelta(days=1)),),
        remembered=(Remembered(NOW, text, text),),
        feedback=(Remembered(NOW, text, text, feedback=True),),
    )  # fmt: skip


def both(found, wording=WORDING):
    page = digest_words.page(found, wording)
    return digest_page.plain(page), digest_page.html(page)


class Seen(HTMLParser):
    """The tags, attributes and text of a document; fails where tags do not match."""

    VOID = frozenset({"meta"})

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], set(), {}, []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= dict(attrs)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "section", "ul", "ol", "li",
    "blockquote", "table", "tr", "th", "td", "div", "footer",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "dir", "charset", "name", "content", "class", "style", "scope", "id", "aria-labelledby", "aria-hidden",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_words_of_mails_are_words_and_nothing_else(text):
    plain, html = both(spoken(text))
    seen = Seen(html)
    assert seen.tags <= TAGS and set(seen.attributes) <= ATTRIBUTES
    for part in (plain, html):
        assert "://" not in part and "www." not in part and "evil.example/" not in part
        assert all(char == "\n" or char.isprintable() for char in part)
        assert len(part) < 40_000
    assert all(len(line) < 500 for line in plain.splitlines())


@given(st.text(max_size=2000), st.integers(1, 400))
def test_a_fact_is_one_short_line_of_print(text, longest):
    found = fact(text, longest)
    assert len(found) <= longest or found == "[link]"
    assert found == found.strip() and (found.isprintable() or not found)


def test_the_page_loads_nothing_leads_nowhere_and_follows_light_and_dark():
    _, html = both(FULL)
    seen = Seen(html)
    assert seen.tags == TAGS
    assert not re.search(r"https?:|url\(|@import|src=|href=|<script|javascript|data:", html, re.IGNORECASE)
    assert 'name="color-scheme" content="light dark"' in html and "@media (prefers-color-scheme: dark)" in html
    assert "boss" not in html


def test_the_page_can_be_heard():
    """Language, headings in order, lists as lists, a table with its headers, a picture that is said in numbers."""
    _, html = both(FULL)
    assert '<html lang="en"' in html and html.count("<h1>") == 1
    sections = re.findall(r'<section aria-labelledby="(part-\d+)">\n<h2 id="(part-\d+)">', html)
    assert len(sections) == html.count("<h2") and all(one == other for one, other in sections)
    assert '<th scope="col">' in html and '<th scope="row">Interview</th><td class="number">5</td>' in html
    assert 'aria-hidden="true"><div class="bar"' in html


def _channels(colour):
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def _contrast(one, other):
    lights = sorted(
        sum(a * b for a, b in zip((0.2126, 0.7152, 0.0722), _channels(c), strict=True)) for c in (one, other)
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def test_the_colours_can_be_read_in_light_and_dark():
    _, html = both(FULL)
    light, dark = html.split("@media", 1)
    for style, ground in ((light, "#ffffff"), (dark, "#14181f")):
        assert f"background: {ground}" in style
        colours = re.findall(r"(?<!-)color: (#[0-9a-f]{6})", style)
        assert len(colours) >= 2 and all(_contrast(colour, ground) >= 7 for colour in colours)


def test_plain_text_says_all_that_html_says():
    plain, html = both(FULL)
    words = re.sub(r"[\u201c\u201d]|(?<!\S)[>-] ", "", " ".join(plain.split()))
    texts = [" ".join(unescape(text).split()) for text in re.findall(r">([^<>]+)<", html.split("</head>")[1])]
    said = [
        re.sub(r"[\u201c\u201d]", "", text) for text in texts if text and text not in {"Stage", "Applications", "Share"}
    ]
    assert len(said) > 40 and [text for text in said if text not in words] == []
    assert all(len(line) <= 72 for line in plain.splitlines())


def test_the_subject_is_numbers_and_no_mail_speaks_in_it():
    assert (
        digest_words.subject(FULL)
        == "Your search: 1 account needs you, 1 draft out of date, 2 drafts waiting, 4 questions"
    )
    assert digest_words.subject(QUIET) == "Your search: what came"
    for text in HOSTILE:
        assert re.fullmatch(r"[A-Za-z0-9 ,:]+", digest_words.subject(spoken(text)))


def test_what_is_not_there_has_no_heading():
    plain, _ = both(QUIET)
    assert re.findall(r"\n(.+)\n-{3,}\n", plain) == []
    assert "nothing new came about your search. Nothing is urgent." in " ".join(plain.split())
    for field in fields(QUIET):
        if field.name in {"now", "since", "private_notes", "remembered", "letters", "lying"}:
            continue
        plain, _ = both(replace(QUIET, **{field.name: getattr(FULL, field.name)}))
        assert len(re.findall(r"\n.+\n-{3,}\n", plain)) >= 1, field.name


@pytest.mark.parametrize(("count", "picture"), [(0, False), (1, False), (19, False), (20, True), (400, True)])
def test_a_picture_of_shares_only_where_there_are_enough_to_tell(count, picture):
    found = replace(QUIET, momentum=Momentum(count, min(count, 2), count // 2, count // 5))
    plain, html = both(found)
    assert ("%" in plain, "\u2587" in plain, "<table>" in html) == (picture,) * 3
    assert (f"of {count}" in plain) == bool(count)


def test_how_to_answer_names_the_folders_only_where_they_are_used():
    plain, _ = both(FULL)
    assert "`highroad review` asks one by one." in plain and "Move the mail" not in plain
    moved, _ = both(FULL, replace(WORDING, folders=("Highroad/Rejection", "Highroad/Not a rejection")))
    assert "Move the mail to Highroad/Rejection or to Highroad/Not a rejection" in " ".join(moved.split())


def test_there_are_at_most_three_next_actions_the_most_urgent_first():
    steps = next_steps(FULL, WORDING.zone)
    assert len(steps) == 3 and "doctor" in steps[0] and "out of date" in steps[1] and "Nordlicht" in steps[2]
    calm = replace(FULL, troubles=(), interviews=(), questions=(), held=0, homeless=0, waiting=FULL.waiting[:2])
    assert [step.split()[0] for step in next_steps(calm, WORDING.zone)] == ["Read", "Fill", "Is"]
    assert next_steps(QUIET, WORDING.zone) == ()
    stopped = replace(QUIET, momentum=Momentum(5, 0, 2))
    assert "none has gone out for four weeks" in next_steps(stopped, WORDING.zone)[0]


def test_notes_of_what_was_talked_about_are_asked_for_once_there_was_a_talk_in_words_that_can_be_copied():
    silent, met = (replace(QUIET, momentum=Momentum(5, 5, 2, talks)) for talks in (0, 1))
    assert next_steps(silent, WORDING.zone) == ()
    assert '`highroad note APP "..."`' in next_steps(met, WORDING.zone)[0]


def test_long_lists_end_with_how_many_more_there_are():
    many = replace(QUIET, news=tuple(News("rejection", ago(hours=n), f"Company {n}") for n in range(50)))
    plain, _ = both(many)
    assert plain.count("- Rejection:") == 8 and "And 42 more." in plain


def test_what_became_of_drafts_is_counted_over_all_letters():
    counts = {
        Step.THANK_YOU: Tally(3, 1, 2, 1, 1),
        Step.FOLLOW_UP: Tally(1, 0, 0, 1, 0),
        Step.REFLECTION: Tally(9, 9, 0, 9, 0),
    }
    assert letters(counts) == Tally(4, 1, 2, 2, 1)
    assert "12 drafts to others so far: 7 sent, 2 of these answered, 3 deleted." in " ".join(both(FULL)[0].split())
