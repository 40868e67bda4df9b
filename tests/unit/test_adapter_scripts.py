"""Any order of untagged answers in any pieces, with faults anywhere: the result is right, or the connection is lost.

Reads and waits are counted, so that neither a hang nor a spin goes unseen.
"""

import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imapclient.response_parser import parse_fetch_response
from support.canned import EOF, Canned, Script, client_over, cut_up

from daemon.adapters.imap.asking import examine, fetch, search
from daemon.adapters.imap.fetched import date_of, read_fetch
from daemon.adapters.imap.folders import Place, list_all
from daemon.adapters.imap.session import _FAULTS

NOISE = [
    b"* 7 RECENT\r\n",
    b"* 3 EXPUNGE\r\n",
    b"* OK Still here\r\n",
    b"* OK [ALERT] Gr\xfc\xdfe\r\n",
    b"* NO [ALERT] the disk is nearly full\r\n",
    b"* 5 FETCH (FLAGS (\\Seen $x]))\r\n",
    b"* 6 FETCH (MODSEQ (12) FLAGS ())\r\n",
    b"* 2 FETCH (UID 99 BODY[] {9}\r\n)\r\nA0 OK\x00 FLAGS ())\r\n",
    b"* FLAGS (\\Answered $Forwarded)\r\n",
    b"* VANISHED (EARLIER) 41,43:116\r\n",
    b"* STATUS Sent (MESSAGES 3)\r\n",
    b"* 4 exists\r\n",
]
AT = datetime(2026, 3, 1, 10, tzinfo=UTC)
noise = st.lists(st.sampled_from(NOISE), max_size=5)
sizes = st.lists(st.integers(1, 40), max_size=30)
order = st.randoms(use_true_random=False)
bodies = st.dictionaries(st.integers(1, 98), st.binary(max_size=40), max_size=4)
garbage = st.sampled_from([b"nonsense\r\n", b"* BYE gone\r\n", b"ZZZZ9 OK who?\r\n", b"\r\n", b"* \xff\r\n", b"+ \r\n"])


def mixed(order, lines, noise):
    together = [*lines, *noise]
    order.shuffle(together)
    return together


def run(act, lines, sizes, end=b" OK done\r\n"):
    """What `act` makes of an answer of these lines in these pieces, and the connection."""
    whole = b"".join(lines)
    line = Canned(Script(lambda tag: [*cut_up(whole + tag + end, sizes), EOF]))
    with contextlib.closing(line):
        client = client_over(line)
        before = line.reads
        try:
            return act(client), line
        finally:
            assert line.reads - before <= len(sizes) + 3
            assert line.waits <= 2


def fetched(uid, body, spelling=b"BODY[]<0>"):
    told = b'UID %d RFC822.SIZE %d INTERNALDATE "01-Mar-2026 10:00:00 +0000"' % (uid, len(body))
    return b"* %d FETCH (%s %s {%d}\r\n%s)\r\n" % (uid, told, spelling, len(body), body)


@given(bodies, noise, sizes, order)
def test_a_fetch_finds_its_mails_among_anything_else(bodies, noise, sizes, order):
    lines = mixed(order, [fetched(uid, body) for uid, body in bodies.items()], noise)
    found, _ = run(lambda client: fetch(client, "1:98", "(X)"), lines, sizes)
    whole = {uid: item for uid, item in found.items() if uid != 99 and b"BODY[]<0>" in item}
    assert {uid: item[b"BODY[]<0>"] for uid, item in whole.items()} == bodies
    assert all((item[b"INTERNALDATE"], item[b"RFC822.SIZE"]) == (AT, len(bodies[uid])) for uid, item in whole.items())


@given(st.lists(st.sets(st.integers(1, 2**32 - 1), max_size=9), max_size=3), noise, sizes, order)
def test_a_search_finds_its_numbers_among_anything_else(parts, noise, sizes, order):
    lines = mixed(order, [b"* SEARCH %s\r\n" % b" ".join(b"%d" % uid for uid in part) for part in parts], noise)
    found, _ = run(lambda client: search(client, "ALL"), lines, sizes)
    assert found == set().union(*parts)


@given(st.integers(0, 10**6), st.integers(1, 2**32 - 1), st.none() | st.integers(1, 2**63 - 1), noise, sizes, order)
def test_a_folder_is_told_among_anything_else(exists, validity, modseq, noise, sizes, order):
    told = [b"* %d EXISTS\r\n" % exists, b"* OK [UIDVALIDITY %d] x\r\n" % validity]
    told += [b"* OK [NOMODSEQ] no\r\n" if modseq is None else b"* OK [HIGHESTMODSEQ %d] x\r\n" % modseq]
    lines = mixed(order, told, [line for line in noise if b"exists" not in line])
    found, _ = run(lambda client: examine(client, "INBOX"), lines, sizes, b" OK [READ-ONLY] done\r\n")
    expected = {"EXISTS": exists, "UIDVALIDITY": validity} | ({"HIGHESTMODSEQ": modseq} if modseq else {})
    assert found == expected


@given(noise, sizes, order)
def test_folders_are_listed_among_anything_else(noise, sizes, order):
    told = [b'* LIST (\\Drafts) "/" "Entw&APw-rfe"\r\n', b'* LIST () "/" {5}\r\nA (B)\r\n', b"* LIST () NIL INBOX\r\n"]
    whole = b"".join(mixed(order, told, noise))
    names = b'* NAMESPACE (("" "/")) NIL (("Shared/" "/" "X-PARAM" ("a" "b")))\r\n'
    script = Script(
        lambda tag: cut_up(whole + tag + b" OK done\r\n", sizes), lambda tag: [names, tag + b" OK done\r\n"]
    )
    with contextlib.closing(Canned(script)) as line:
        found = list_all(client_over(line))
    assert {name for _, name in found} == {"Entwürfe", "A (B)", "INBOX"}
    assert found.places == (Place("", "/"), Place("Shared/", "/", personal=False))


@given(bodies, noise, sizes, order, st.integers(0, 400), garbage | st.none())
def test_with_a_fault_anywhere_it_is_the_right_answer_or_none(bodies, noise, sizes, order, at, fault):
    """Cut off at any octet, or something in between that is no answer."""
    lines = mixed(order, [fetched(uid, body) for uid, body in bodies.items()], noise)
    if fault is None:
        lines, end = [b"".join(lines)[:at]], b"" if at < len(b"".join(lines)) else b" OK done\r\n"
    else:
        lines, end = [*lines[:at], fault, *lines[at:]], b" OK done\r\n"
    try:
        found, _ = run(lambda client: fetch(client, "1:98", "(X)"), lines, sizes, end)
    except _FAULTS:
        return
    assert all(
        item[b"BODY[]<0>"] == bodies[uid] for uid, item in found.items() if uid in bodies and b"BODY[]<0>" in item
    )


@given(st.binary(max_size=300), sizes)
def test_whatever_octets_come_the_connection_is_lost_and_nothing_else(octets, sizes):
    for act in (lambda client: fetch(client, "1:98", "(X)"), lambda client: search(client, "ALL"), list_all):
        with contextlib.suppress(*_FAULTS):
            run(act, [octets], sizes)


@pytest.mark.parametrize(
    "told",
    [
        b"* 1 FETCH " + b"(" * 50_000 + b"\r\n",
        b'* 1 FETCH (UID 5 INTERNALDATE "01-Mar-2026 10:00:00 +999999999999" FLAGS ())\r\n',
        b"* 1 FETCH (UID 5 FLAGS (\r\n",
        b"* 1 FETCH (UID x)\r\n",
        b"* 1 FETCH 5\r\n",
        b"* 99999999999999999999 FETCH (UID " + b"9" * 5000 + b" RFC822.SIZE 1)\r\n",
    ],
)
def test_what_the_parser_stumbles_over_is_a_lost_connection_at_worst(told):
    with contextlib.suppress(*_FAULTS):
        found, _ = run(lambda client: fetch(client, "1:98", "(X)"), [told], [])
        assert set(found) <= {5, int(b"9" * 4000)}


USUAL = b'"01-Mar-2026 10:00:00 +0000"'
words = st.sampled_from([b"UID 5", b"RFC822.SIZE 3", b"INTERNALDATE " + USUAL, b"INTERNALDATE NIL", b"FLAGS (\\Seen)"])


@given(
    st.lists(words, max_size=5, unique_by=lambda word: word.split()[0]),
    st.sampled_from([b")", b" UID 7)", b" FLAGS ())"]),
)
def test_the_quick_way_reads_as_the_parser_does(words, end):
    data = [(b"1 (" + b"".join(word + b" " for word in words) + b"BODY[]<0> {3}", b"a)c"), end]
    expected = {uid: dict(item) for uid, item in parse_fetch_response(data, normalise_times=False).items()}
    found = read_fetch(data)
    assert [item.pop(b"SEQ") for item in expected.values()] == [1]
    assert {
        uid: {key: value for key, value in item.items() if key != b"SEQ"} for uid, item in found.items()
    } == expected


ZONES = st.builds(lambda n: timezone(timedelta(minutes=n)), st.integers(-1439, 1439))


@given(st.datetimes(min_value=datetime(1000, 1, 1), timezones=ZONES), st.booleans())  # noqa: DTZ001  (the zone is drawn)
def test_every_internaldate_is_read(at, padded):
    at = at.replace(microsecond=0)
    text = format_date(at) if padded else format_date(at).replace(b"0", b" ", 1) if at.day < 10 else format_date(at)
    assert date_of(text) == at


def format_date(at):
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return f"{at.day:02d}-{months[at.month - 1]}-{at.year:04d} {at:%H:%M:%S} {at:%z}".encode()


@given(st.binary(max_size=30))
def test_what_is_no_internaldate_is_none(text):
    assert date_of(text) is None or len(text) == 26
    assert date_of(b"31-Feb-2026 10:00:00 +0000") is date_of(b"01-Mar-2026 10:00:00 +2500") is None
