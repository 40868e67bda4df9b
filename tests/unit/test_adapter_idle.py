"""Waiting for news, without a network: IDLE and its oddities, renewal, and the pause where there is no IDLE."""

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.canned import EOF, Canned, client_over, cut_up

from daemon.adapters.imap import idle, line
from daemon.adapters.imap.idle import Waiting
from daemon.adapters.imap.session import _FAULTS
from daemon.adapters.imap.wire import Answered, Bye

CAPABILITY = b"* CAPABILITY IMAP4rev1 IDLE\r\n"


class Server:
    """Says `told` as answer to each IDLE (after "+ idling" unless it holds one), `late` after DONE; counts verbs."""

    def __init__(self, told=b"", late=b"", end=b"{tag} OK done\r\n", noop=b"", sizes=()):
        self.told, self.late, self.end, self.noop, self.sizes = told, late, end, noop, sizes
        self.verbs, self.idling = [], b""

    def __call__(self, data):
        words = data.split()
        verb = words[0] if words[0] == b"DONE" else words[1]
        self.verbs.append(verb.decode())
        return cut_up(self._answer(verb, words[0]), self.sizes)

    def _answer(self, verb, tag):
        if verb == b"CAPABILITY":
            self.verbs.pop()
            return CAPABILITY + tag + b" OK done\r\n"
        if verb == b"IDLE":
            self.idling = tag
            begun = b"" if b"+ " in self.told or b"{tag}" in self.told else b"+ idling\r\n"
            return (begun + self.told).replace(b"{tag}", tag)
        if verb == b"DONE":
            return (self.late + self.end).replace(b"{tag}", self.idling)
        return self.noop + tag + b" OK done\r\n"


@pytest.fixture
def clock(monkeypatch):
    """Time goes by only where something waits for it."""

    class Clock:
        now = 0.0

        def monotonic(self):
            return self.now

    clock = Clock()
    for module in (idle, line):
        monkeypatch.setattr(module, "time", clock)
    return clock


@contextlib.contextmanager
def over(server, clock=None):
    class Timed(Canned):
        def _wait(self, event, until, *, heed=False):
            if clock is not None and heed:
                clock.now = max(clock.now, until)
            return super()._wait(event, until, heed=heed)

    with contextlib.closing(Timed(server)) as line:
        yield client_over(line).wire


def waited(server, seconds=0.0, idles=True):
    """What one wait told, and whether IDLE is still trusted."""
    with over(server) as wire:
        waiting = Waiting(wire, seconds, idles=idles)
        told = waiting.news()
        assert wire.line.until == math.inf
        assert not wire.line.pieces  # nothing of it is taken for the answer to the next command
        return told, waiting.idles


NEWS = [b"* 3 EXISTS\r\n", b"* 2 EXPUNGE\r\n", b"* 1 FETCH (FLAGS (\\Seen))\r\n", b"* VANISHED 4:7\r\n",
        b"* 1 FETCH (UID 5 BODY[HEADER] {15}\r\nA1 OK fake\r\n)\r\n FLAGS ())\r\n"]  # fmt: skip
ODD = [b"nonsense\r\n", b"+ again\r\n", b"* BYE so long\r\n", b"A7 OK x\r\n"]
CHAT = [b"* OK Still here\r\n", b"* NO disk is nearly full\r\n", b"* BAD what was that?\r\n"]


@pytest.mark.parametrize("news", NEWS)
def test_news_end_the_wait(news):
    server = Server(told=news)
    assert waited(server, 3600) == (True, True)
    assert server.verbs == ["IDLE", "DONE"]


def test_without_news_it_is_over_when_the_time_is_up():
    server = Server()
    assert waited(server) == (False, True)
    assert server.verbs == ["IDLE", "DONE"]


def test_small_talk_is_no_news():
    assert waited(Server(told=b"".join(CHAT))) == (False, True)


@pytest.mark.parametrize("told", [b"* 3 EXISTS\r\n+ idling\r\n", b"+ \r\n* 3 EXISTS\r\n", b"+\r\n* 3 EXISTS\r\n"])
def test_news_before_the_plus_or_glued_to_it_count(told):
    assert waited(Server(told=told)) == (True, True)


def test_news_between_done_and_the_end_count():
    assert waited(Server(late=b"* OK one moment\r\n* 3 EXISTS\r\n")) == (True, True)


@given(st.lists(st.integers(1, 7), max_size=60), st.lists(st.sampled_from(NEWS + CHAT), max_size=6))
def test_however_the_lines_are_cut_the_wait_tells_the_same(sizes, lines):
    server = Server(told=b"".join(lines), sizes=sizes)
    assert waited(server) == (any(line in NEWS for line in lines), True)
    assert server.verbs == ["IDLE", "DONE"]


@given(
    st.lists(
        st.sampled_from([*NEWS, *CHAT, b"nonsense\r\n", b"+ again\r\n", b"* BYE so long\r\n", b"A7 OK x\r\n", EOF])
    ),
    st.lists(st.integers(1, 50), max_size=9),
    st.integers(0, 200),
)
def test_whatever_comes_the_wait_ends_and_reads_no_more_than_there_is(lines, sizes, end):
    server = Server(told=b"+ idling\r\n" + b"".join(lines), sizes=sizes)
    pieces = len(lines) + len(sizes) + 4
    with over(server) as wire:
        answer = wire.line.answer
        wire.line.answer = lambda data: [*answer(data)][:end] if b"IDLE" in data else answer(data)
        with contextlib.suppress(*_FAULTS):
            assert Waiting(wire, 0, idles=True).news() in (True, False)
        assert wire.line.reads <= 2 * pieces + 60
        assert wire.line.waits <= 4


@pytest.mark.parametrize("told", [b"+ idling\r\n* 1 EXI", b"+ idl", b""])
def test_a_line_that_never_ends_is_a_lost_connection(told):
    server = Server(told=told, end=b"")
    with over(server) as wire, pytest.raises(TimeoutError):
        Waiting(wire, 0, idles=True).news()


@pytest.mark.parametrize("told", [b"+ idling\r\n", b"* 1 EXISTS\r\n+ idling\r\n", b"+ idling\r\n* 1 FET", b""])
def test_a_server_that_hangs_up_is_a_lost_connection_at_once(told):
    with over(Server(told=told)) as wire:
        answer = wire.line.answer
        wire.line.answer = lambda data: [*answer(data), EOF]
        with pytest.raises(EOFError):
            Waiting(wire, 3600, idles=True).news()
        assert wire.line.reads < 9


def test_a_goodbye_is_passed_on():
    with (
        over(Server(told=b"* BYE [UNAVAILABLE] Server shutting down.\r\n")) as wire,
        pytest.raises(Bye, match="shutting"),
    ):
        Waiting(wire, 3600, idles=True).news()


@pytest.mark.parametrize("kind", [b"NO", b"BAD"])
def test_who_says_no_to_idle_is_not_asked_again_but_listened_to(kind, clock):
    server = Server(told=b"{tag} " + kind + b" what?\r\n")
    with over(server, clock) as wire:
        waiting = Waiting(wire, 1200, idles=True)
        assert not waiting.news()
        assert not waiting.idles
    assert server.verbs == ["IDLE", "NOOP", "NOOP"]


def test_who_says_that_it_is_too_much_is_left_alone():
    with over(Server(told=b"{tag} NO [LIMIT] Rate limit hit\r\n")) as wire, pytest.raises(Answered, match="LIMIT"):
        Waiting(wire, 1200, idles=True).news()


@pytest.mark.parametrize("told", [b"+ idling\r\n{tag} OK Idle terminated\r\n", b"{tag} OK done\r\n"])
def test_who_ends_idle_by_itself_is_asked_what_is_new_and_not_at_once_to_idle(told):
    server = Server(told=told)
    assert waited(server, 3600) == (True, True)
    assert server.verbs == ["IDLE"]


def test_endless_small_talk_is_reason_to_look_and_not_listened_to_for_ever():
    server = Server(told=b"* OK and another thing\r\n" * 1000, late=b"")
    with over(server) as wire:
        assert Waiting(wire, 3600, idles=True).news()
        assert wire.line.reads < 5


def test_idle_is_begun_anew_before_ten_minutes(clock):
    server = Server()
    with over(server, clock) as wire:
        assert not Waiting(wire, 3600, idles=True).news()
    assert server.verbs == ["IDLE", "DONE"] * 8
    assert 3600 <= clock.now < 3601
    assert idle.RENEW_SECONDS <= 540


def test_without_idle_a_noop_keeps_the_connection_and_tells_of_news(clock):
    server = Server()
    with over(server, clock) as wire:
        assert not Waiting(wire, 1200, idles=False).news()
    assert server.verbs == ["NOOP"] * 2
    server = Server(noop=b"* 5 EXISTS\r\n* 0 RECENT\r\n")
    with over(server, clock) as wire:
        assert Waiting(wire, 1200, idles=False).news()
        assert wire.untagged_responses == {}
    assert server.verbs == ["NOOP"]


@pytest.mark.parametrize("idles", [True, False])
def test_a_wake_ends_it_and_keeps_the_connection(idles, clock):
    server = Server()
    with over(server, clock) as wire:
        wire.line.wake()
        assert not Waiting(wire, 3600, idles=idles).news()
        wire.noop()
        assert clock.now < 600
    assert server.verbs == (["IDLE", "DONE"] if idles else []) + ["NOOP"]


def test_without_idle_a_server_that_goes_is_noticed_at_once():
    with over(Server()) as wire:
        wire.line.pieces.append(b"* BYE Disconnected for inactivity.\r\n")
        with pytest.raises(Bye, match="inactivity"):
            Waiting(wire, 3600, idles=False).news()
    with over(Server()) as wire:
        wire.line.pieces.append(EOF)
        with pytest.raises(EOFError):
            Waiting(wire, 3600, idles=False).news()
