"""When an interview is set for, as its mail says it. Unsure is no moment at all."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.interviews import NAMED, UNNAMED, at, mail, told

from classifiers.days import LANGUAGES, days_in
from classifiers.features import view
from classifiers.hours import hour_in
from classifiers.interview import interview_of
from classifiers.invitation import When, begins
from classifiers.mail import Mail, read_mail
from classifiers.values import Headers

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(("language", "text", "when"), NAMED)
def test_the_day_and_the_hour_of_an_interview_are_read(language, text, when):
    assert told(text, language) == when


@pytest.mark.parametrize(("language", "text"), UNNAMED)
def test_what_is_unsure_past_or_a_choice_is_no_interview(language, text):
    assert told(text, language) is None


@pytest.mark.parametrize("weekday", range(7))
def test_a_lone_weekday_is_the_coming_one_and_never_the_day_of_the_mail(weekday):
    written = date(2026, 3, 2) + timedelta(days=weekday)
    (found,) = days_in("our interview is on friday", written, "en")
    expected = written + timedelta(days=(4 - weekday) % 7)
    assert found.day == (expected if expected != written else None)


@pytest.mark.parametrize(
    ("weekday", "day"), [(0, None), (2, None), (3, None), (4, date(2026, 3, 12)), (6, date(2026, 3, 12))]
)
def test_next_thursday_is_sure_only_after_this_weeks_thursday(weekday, day):
    (found,) = days_in("on next thursday", date(2026, 3, 2) + timedelta(days=weekday), "en")
    assert found.day == day


@pytest.mark.parametrize("offset", [-5, 0, 5.5, 5.75, 13])
def test_tomorrow_is_the_day_after_the_senders_own(offset):
    sent = datetime(2026, 3, 2, 23, 30, tzinfo=timezone(timedelta(hours=offset)))
    seen = mail("Your interview is tomorrow at 10:00.", sent)
    assert interview_of(seen, view(seen), "interview", "en") == at(3, 3, 10)


def test_a_mail_without_a_date_is_believed_only_when_it_names_the_year():
    for text, day in [("Interview on 10 March 2026.", at(3, 10)), ("Interview on 10 March.", None)]:
        seen = mail(text, None)
        found = interview_of(seen, view(seen), "interview", "en")
        assert found == day


def test_an_hour_that_is_past_on_the_mails_own_day_is_no_interview():
    sent = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
    seen = mail("Your interview on 10 March 2026 at 14:00.", sent)
    assert interview_of(seen, view(seen), "interview", "en") is None


def test_only_mails_about_an_interview_are_asked():
    seen = mail("Your interview is on 10 March 2026 at 14:00.")
    for label in ("rejection", "acknowledgement", "offer", "job_alert", "other"):
        assert interview_of(seen, view(seen), label, "en") is None


EVENT = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:16010101T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY:Interview
{}
END:VEVENT
END:VCALENDAR
"""
AT_TWO = at(3, 10, 14).at


@pytest.mark.parametrize(
    ("lines", "when"),
    [
        ("DTSTART;TZID=Europe/Berlin:20260310T140000", When(AT_TWO.replace(tzinfo=BERLIN), timed=True)),
        ('DTSTART;TZID="Europe/Berlin":20260310T140000', When(AT_TWO.replace(tzinfo=BERLIN), timed=True)),
        ("DTSTART;TZID=W. Europe Standard Time:20260310T140000", When(AT_TWO.replace(tzinfo=BERLIN), timed=True)),
        ("DTSTART:20260310T140000Z", When(AT_TWO.replace(tzinfo=UTC), timed=True)),
        ("DTSTART:20260310T140000", When(AT_TWO, timed=True)),
        ("DTSTART;VALUE=DATE:20260310", at(3, 10)),
        ("DTSTART;TZID=Mars/Olympus:20260310T140000", at(3, 10)),
        ("DTSTART;TZID=Europe\n /Berlin:20260310T140000", When(AT_TWO.replace(tzinfo=BERLIN), timed=True)),
        ("DTSTART:20260310T140000\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART:20260311T140000", None),
        ("DTSTART:20260310T140000\nRRULE:FREQ=WEEKLY", None),
        ("DTSTART:20260310T140000\nSTATUS:CANCELLED", None),
        ("DTSTART:20260230T140000", None),
        ("DTSTART:20260310T250000", None),
        ("DTSTART;TZID=../../etc/passwd:20260310T140000", at(3, 10)),
        ("", None),
    ],
)
def test_the_calendar_part_tells_when(lines, when):
    assert begins(EVENT.format(lines)) == when


@pytest.mark.parametrize("method", ["CANCEL", "REPLY", "COUNTER"])
def test_a_calendar_part_that_asks_to_nothing_tells_nothing(method):
    text = EVENT.format("DTSTART:20260310T140000").replace("REQUEST", method)
    assert begins(text) is None


def test_the_calendar_part_goes_before_the_text():
    raw = (
        "From: Dana Whitfield <dana@acme.example>\r\nDate: Mon, 2 Mar 2026 09:00:00 +0100\r\nSubject: Interview\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="part-of-the-invitation"\r\n\r\n'
        "--part-of-the-invitation\r\nContent-Type: text/plain\r\n\r\nOur interview is on 12 March at 9:00.\r\n"
        "--part-of-the-invitation\r\nContent-Type: text/calendar; method=REQUEST\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        + EVENT.format("DTSTART;TZID=3DEurope/Berlin:20260310T140000").replace("\n", "\r\n")
        + "\r\n--part-of-the-invitation--\r\n"
    )
    seen = read_mail(raw.encode())
    found = interview_of(seen, view(seen), "interview", "en")
    assert found == When(AT_TWO.replace(tzinfo=BERLIN), timed=True)
    assert seen.sent == datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=1)))


_PIECES = """
    interview on at the tuesday dienstag mardi martes 10 3 31 2026 99 march märz mars marzo 10.03. 10/03/2026 14:00 2pm
    14 uhr next week tomorrow morgen demain by bis - to und oder , . : ( ) /
"""
pieces = st.sampled_from([*_PIECES.split(), " "])


@given(st.lists(pieces, max_size=14).map(" ".join) | st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_whatever_a_sentence_says_no_past_day_and_no_impossible_hour_is_read(text, language):
    written = date(2026, 3, 2)
    low = text.lower()
    for found in days_in(low, written, language):
        assert low[found.begin : found.end]
        assert found.limit or found.day is None or written <= found.day <= written + timedelta(days=400)
    hour = hour_in(text)
    assert hour is None or time(0) <= hour.at <= time(23, 59)


@given(st.text(max_size=200) | st.lists(pieces, max_size=20).map(" ".join))
def test_any_calendar_part_is_read(text):
    found = begins(EVENT.format(text))
    assert found is None or isinstance(found.at, datetime)


@pytest.mark.parametrize(
    "hostile", ["1" * 5000, "10 march " * 800, "at " * 2000, "monday, " * 900, "1-" * 3000, "10.03." * 900]
)
def test_hostile_text_is_read_quickly(hostile):
    seen = Mail(Headers(subject=hostile), hostile, sent=datetime(2026, 3, 2, tzinfo=UTC))
    for language in LANGUAGES:
        interview_of(seen, view(seen), "interview", language)
