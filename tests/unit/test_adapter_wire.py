"""The transport under imapclient: bounded, whole lines; every NO with its words; nothing before TLS counts after it."""

import contextlib
import socket
import ssl
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.canned import EOF, Canned, Script, client_over, cut_up

from daemon.adapters.imap import line as line_module
from daemon.adapters.imap.asking import examine, fetch, quoted, search, uid_sets
from daemon.adapters.imap.gateway import ForbiddenWord
from daemon.adapters.imap.line import Cut, Line, TooMuch
from daemon.adapters.imap.wire import Answered, Bye, Client


@pytest.fixture
def client():
    """Makes clients whose server gives these answers, one after the other."""
    with contextlib.ExitStack() as stack:

        def made(*answers, **options):
            canned = stack.enter_context(contextlib.closing(Canned(Script(*map(answer, answers)))))
            return client_over(canned, **options)

        yield made


def answer(text):
    """An answer of one piece; {tag} is the command's."""
    return lambda tag: [text.encode("latin-1").replace(b"{tag}", tag)] if isinstance(text, str) else text


# --- reading ---


@given(st.lists(st.integers(1, 9), max_size=40))
def test_lines_and_literals_come_whole_however_they_are_cut(sizes):
    whole = b"one\r\ntwo {5}\r\nab\r\nc)\r\n" + b"three\r\n"
    with contextlib.closing(Canned(lambda _: [])) as line:
        line.pieces.clear()
        line.pieces.extend(cut_up(whole, sizes))
        assert line.readline() == b"one\r\n"
        assert line.readline() == b"two {5}\r\n"
        assert line.read(5) == b"ab\r\nc"
        assert line.await_line(0)
        assert (line.readline(), line.readline()) == (b")\r\n", b"three\r\n")
        assert line.reads <= len(sizes) + 1
        assert not line.await_line(0)


@pytest.mark.parametrize("end", [EOF, None])
def test_half_a_line_is_none(end):
    with contextlib.closing(Canned(lambda _: [])) as line:
        line.pieces.extend([b"* OK and half a li", end] if end is not None else [b"* OK and half a li"])
        line.readline()
        with pytest.raises(EOFError if end == EOF else TimeoutError):
            line.readline()


def test_a_line_without_end_is_given_up():
    with contextlib.closing(Canned(lambda _: [])) as line:
        line.pieces.extend([b"x" * 65536] * 100)
        line.readline()
        with pytest.raises(TooMuch, match="line of more than"):
            line.readline()
        assert line.reads <= 20
        with pytest.raises(TooMuch):
            line.await_line(time.monotonic() + 60)


@pytest.mark.parametrize("size", [2 * 10**8, 10**18])
def test_a_literal_that_nobody_should_hold_is_not_even_begun(client, size):
    one = client(f"* 1 FETCH (BODY[] {{{size}}}\r\n" + "x" * 1000)
    with pytest.raises(TooMuch, match=str(size)):
        fetch(one, "1", "(BODY[])")
    assert one.wire.line.reads < 20


def test_many_small_answers_are_bounded_as_well(client, monkeypatch):
    monkeypatch.setattr(line_module, "HELD_OCTETS", 100_000)
    with pytest.raises(TooMuch, match="answers one command with more than"):
        search(client("* 1 EXISTS\r\n" * 5000), "ALL")
    calm = client(*["* 1 EXISTS\r\n" * 500 + "{tag} OK done\r\n"] * 10)
    for _ in range(10):  # counted anew for each command
        search(calm, "ALL")


def test_a_flood_is_given_up_in_time(client, monkeypatch):
    """A server that talks without a pause is never waited for: the deadline counts all the same."""
    one = client("")
    ticks = iter(range(10**6))
    monkeypatch.setattr(line_module.time, "monotonic", lambda: next(ticks))
    one.wire.line.until = 50
    one.wire.line.pieces.extend([b"* 1 EXISTS\r\n" * 100] * 1000)
    with pytest.raises(TimeoutError, match="did not end in time"):
        search(one, "ALL")
    assert one.wire.line.reads < 60


# --- what servers answer ---


def test_verbs_are_read_in_any_case(client):
    one = client("* 3 exists\r\n* ok [uidvalidity 7] x\r\n* Ok [UIDNEXT 9] x\r\n{tag} ok [READ-ONLY] done\r\n")
    assert examine(one, "INBOX")["EXISTS"] == 3
    two = client("* Search 5 6\r\n{tag} Ok done\r\n")
    assert search(two, "ALL") == {5, 6}


def test_a_search_in_several_lines_is_one_answer(client):
    one = client("* SEARCH 1 2\r\n* 9 EXISTS\r\n* SEARCH\r\n* SEARCH 4 (MODSEQ 917)\r\n{tag} OK done\r\n")
    assert search(one, "ALL") == {1, 2, 4}


def test_what_came_before_a_command_is_no_answer_to_it(client):
    late = "* SEARCH 77\r\n* 1 FETCH (UID 77 RFC822.SIZE 5)\r\n"
    one = client(late + "{tag} OK done\r\n", "* SEARCH 5\r\n{tag} OK done\r\n", "{tag} OK done\r\n")
    one.wire.noop()
    assert search(one, "ALL") == {5}
    assert fetch(one, "1:*", "(RFC822.SIZE)") == {}


@pytest.mark.parametrize("kind", ["NO", "BAD"])
def test_a_no_keeps_its_words_and_the_connection(client, kind):
    one = client("{tag} " + kind + " [NOPERM] gr\xfc\xdfe\r\n", "* SEARCH 5\r\n{tag} OK done\r\n")
    with pytest.raises(Answered) as caught:
        search(one, "ALL")
    assert (caught.value.kind, caught.value.said[:9]) == (kind, "[NOPERM] ")
    assert search(one, "ALL") == {5}


def test_a_goodbye_is_passed_on_with_what_comes_after_it(client):
    one = client("* BYE Connection closed. 14\r\n{tag} NO [LIMIT] SEARCH Rate limit hit.\r\n")
    with pytest.raises(Bye, match=r"Connection closed. 14; .* NO \[LIMIT\] SEARCH Rate limit hit"):
        search(one, "ALL")


def test_a_folder_that_was_refused_is_not_selected(client):
    one = client("{tag} NO [NONEXISTENT] no\r\n")
    with pytest.raises(Answered):
        examine(one, "Nope")
    assert one.wire.state == "AUTH"


def test_condstore_is_left_out_for_a_server_that_offers_and_does_not_take_it(client):
    one = client("{tag} BAD what?\r\n", "* 2 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n{tag} OK done\r\n")
    assert examine(one, "INBOX") == {"EXISTS": 2, "UIDVALIDITY": 7}
    assert [line.split(b" ", 1)[1] for line in one.wire.line.answer.lines] == [
        b'EXAMINE "INBOX" (CONDSTORE)\r\n',
        b'EXAMINE "INBOX"\r\n',
    ]


@pytest.mark.parametrize(
    ("told", "found"),
    [("[HIGHESTMODSEQ 715194045007]", 715194045007), ("[NOMODSEQ]", None), ("[HIGHESTMODSEQ 0]", None)],
)
def test_the_highest_modseq_is_told_where_there_is_one(client, told, found):
    one = client("* 2 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK " + told + " x\r\n{tag} OK done\r\n")
    assert examine(one, "INBOX").get("HIGHESTMODSEQ") == found


# --- what is sent ---


@given(st.sets(st.integers(1, 2**32 - 1) | st.integers(1, 400), max_size=900), st.integers(1, 700))
def test_uids_are_asked_for_in_short_lines_and_all_of_them_once(uids, most):
    sets = list(uid_sets(sorted(uids), most))
    asked = [uid for part in sets for span in part.split(",") for uid in _span(span)]
    assert asked == sorted(uids)
    assert all(len(part) <= 7000 for part in sets)


def _span(span):
    first, _, last = span.partition(":")
    return range(int(first), int(last or first) + 1)


def test_neighbours_are_one_range():
    assert list(uid_sets(range(1, 20001), 50_000)) == ["1:20000"]
    assert list(uid_sets([7, 1, 3, 2, 9], 50)) == ["1:3,7,9"]
    assert list(uid_sets([], 50)) == []


@given(st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=30))
def test_a_folder_of_any_name_is_sent_in_one_quoted_word_of_ascii(name):
    word = quoted(name)
    inner = word[1:-1].replace("\\\\", "").replace('\\"', "")
    assert word.isascii() and word[0] == word[-1] == '"' and '"' not in inner and "\\" not in inner


def test_whatever_a_caller_passes_on_the_gate_stops_it_and_the_line_is_cut(client):
    one = client("{tag} OK done\r\n")
    with pytest.raises(ForbiddenWord):
        one.wire.create('"x"\r\na1 DELETE INBOX')
    assert one.wire.line.answer.lines == []
    with pytest.raises(one.AbortError):
        one.wire.noop()


def test_a_literal_waits_to_be_asked_for_even_where_it_need_not(client):
    one = client("+ go on\r\n")
    one._cached_capabilities = (b"IMAP4REV1", b"LITERAL+")
    with pytest.raises(TimeoutError):  # the script has no more to say
        one.search(["SUBJECT", "grüße"], "UTF-8")
    sent = one.wire.line.answer.lines
    assert sent[0].endswith(b"UID SEARCH CHARSET UTF-8 SUBJECT {7}\r\n")
    assert sent[1:] == ["grüße".encode(), b"\r\n"]


def test_a_no_instead_of_a_plus_sends_nothing_of_the_message(client):
    one = client("{tag} NO [OVERQUOTA] full\r\n", "{tag} OK done\r\n")
    with pytest.raises(Answered, match="OVERQUOTA"):
        one.append("Drafts", b"Subject: x\r\n\r\n")
    one.wire.noop()
    assert len(one.wire.line.answer.lines) == 2
    assert b"Subject" not in b"".join(one.wire.line.answer.lines)


def test_nothing_of_it_is_kept_or_logged(client, caplog):
    one = client("{tag} OK LOGIN done\r\n", "* OK gr\xfc\xdfe\r\n{tag} NO gr\xfc\xdfe\r\n", state="NONAUTH")
    with caplog.at_level("DEBUG"):
        one.wire.login('"sam"', "pl4nted-s3cret")
        with pytest.raises(Answered):
            one.wire.noop()
    assert caplog.records == []
    assert "s3cret" not in repr(one.wire.__dict__)


# --- TLS ---


def test_what_was_said_before_tls_does_not_count_after_it(client):
    one = client("{tag} OK go on\r\n* CAPABILITY IMAP4rev1 AUTH=EVIL\r\n", state="NONAUTH")
    one.wire.capabilities = ("IMAP4REV1", "STARTTLS")
    with pytest.raises(OSError, match="before TLS was set up"):
        one.starttls(ssl.create_default_context())
    assert len(one.wire.line.answer.lines) == 1


# --- a real socket ---


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def connected(listener):
    line = Line()
    line.connect(*listener.getsockname(), 5)
    peer, _ = listener.accept()
    return line, peer


def test_a_cut_ends_a_read_at_once_and_hangs_up(listener):
    line, peer = connected(listener)
    with contextlib.closing(line), peer:
        threading.Timer(0.1, line.cut).start()
        began = time.monotonic()
        with pytest.raises(Cut):
            line.readline()
        assert time.monotonic() - began < 5
        peer.settimeout(5)
        assert peer.recv(1) == b""
        with pytest.raises(Cut):
            line.write(b"x")


def test_a_cut_ends_a_handshake_with_who_says_nothing(listener):
    line, peer = connected(listener)
    with contextlib.closing(line), peer:
        threading.Timer(0.1, line.cut).start()
        with pytest.raises(Cut):
            line.secure(ssl.create_default_context(), "localhost")


def test_a_cut_before_the_connection_lets_none_come_about(listener):
    with contextlib.closing(Line()) as line:
        line.cut()
        with pytest.raises(Cut):
            line.connect(*listener.getsockname(), 5)


def test_who_does_not_answer_in_time_is_given_up(listener):
    line, peer = connected(listener)
    with contextlib.closing(line), peer:
        line.silence = 0.05
        with pytest.raises(TimeoutError, match="silent"):
            line.readline()
        line.silence, line.until = 60, time.monotonic() + 0.05
        with pytest.raises(TimeoutError, match="silent"):
            line.readline()


def test_who_does_not_read_is_given_up_too(listener):
    line, peer = connected(listener)
    with contextlib.closing(line), peer:
        line.silence = 0.2
        with pytest.raises(TimeoutError):
            line.write(b"x" * 50_000_000)


def test_waiting_for_a_line_ends_when_woken_and_only_then(listener):
    line, peer = connected(listener)
    with contextlib.closing(line), peer:
        line.wake()
        assert not line.await_line(time.monotonic() + 60)
        line.heed()
        assert not line.await_line(time.monotonic() + 0.05)
        threading.Timer(0.1, line.wake).start()
        assert not line.await_line(time.monotonic() + 60)
        assert line.woken
        line.heed()
        peer.sendall(b"* 1 EXI")
        threading.Timer(0.1, peer.sendall, (b"STS\r\n",)).start()
        assert line.await_line(time.monotonic() + 60)
        assert line.readline() == b"* 1 EXISTS\r\n"


def test_it_is_this_side_of_imapclient_that_it_is_written_for():
    """Should imapclient make its connection in another way one day, this is where it shows."""
    assert {"_create_IMAP4", "_set_read_timeout", "_send_literal"} <= set(dir(Client.__base__))
    wire = Client.__base__.__init__.__code__.co_names
    assert {"_create_IMAP4", "_set_read_timeout"} <= set(wire)
