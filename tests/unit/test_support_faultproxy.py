"""The proxy that goes wrong at an exact octet, in front of a server that says back what it hears."""

import socket
import socketserver
import threading
import time

import pytest
from support.faultproxy import Fault, FaultProxy


@pytest.fixture
def echo():
    """A server that sends everything back; `.heard` is what came, connection by connection."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            heard = bytearray()
            self.server.heard.append(heard)
            try:
                while data := self.request.recv(65536):
                    heard.extend(data)
                    self.request.sendall(data)
                self.server.ends.append("fin")
            except OSError:
                self.server.ends.append("rst")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        heard, ends = [], []

    with Server(("127.0.0.1", 0), Handler) as server:
        server.heard, server.ends = [], []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def proxy(echo):
    with FaultProxy(*echo.server_address) as proxy:
        yield proxy


def talk(proxy, octets, seconds=5):
    """Send, then read until the end; what came, and how it ended: fin, rst or silence."""
    came = b""
    try:
        with socket.create_connection((proxy.host, proxy.port), timeout=seconds) as client:
            client.sendall(octets)
            while len(came) < len(octets):
                data = client.recv(65536)
                if not data:
                    return came, "fin"
                came += data
    except TimeoutError:
        return came, "silence"
    except OSError:
        return came, "rst"
    return came, "whole"


def heard(echo, wanted):
    """Whether the server's first connection heard just that; its thread may still be about to."""
    end = time.monotonic() + 5
    while bytes(echo.heard[0]) != wanted and time.monotonic() < end:
        time.sleep(0.005)
    return bytes(echo.heard[0]) == wanted


WORDS = b"one two three four"


def test_without_a_fault_all_passes_and_is_counted(proxy):
    assert talk(proxy, WORDS) == (WORDS, "whole")
    assert proxy.links[0].passed == {"to_server": len(WORDS), "to_client": len(WORDS)}


@pytest.mark.parametrize("kind", ["rst", "fin"])
@pytest.mark.parametrize("after", [0, 1, 7, len(WORDS)])
def test_a_cut_lets_so_many_octets_pass_and_not_one_more(proxy, echo, kind, after):
    proxy.fault = Fault(kind, "to_server", after)
    came, end = talk(proxy, WORDS)
    assert end == ("whole" if len(came) == len(WORDS) else kind)
    assert proxy.links[0].passed["to_server"] == after
    assert proxy.links[0].struck
    assert proxy.fault is None
    assert talk(proxy, WORDS) == (WORDS, "whole")
    assert heard(echo, WORDS[:after])


@pytest.mark.parametrize("kind", ["rst", "fin"])
def test_a_cut_on_the_way_back_leaves_the_server_with_all_of_it(proxy, echo, kind):
    proxy.fault = Fault(kind, "to_client", 5)
    came, end = talk(proxy, WORDS)
    assert (came, end) in {(WORDS[:5], kind), (b"", "rst")}  # an RST may overtake what lies unread
    assert heard(echo, WORDS)


def test_octets_count_from_a_mark_also_when_it_comes_in_pieces(proxy, echo):
    proxy.fault = Fault("fin", "to_server", 9, b"three")
    with socket.create_connection((proxy.host, proxy.port), timeout=5) as client:
        for piece in (b"one two th", b"ree fo", b"ur five"):
            client.sendall(piece)
            if piece != b"ur five":
                assert client.recv(100)
        while client.recv(100):
            pass
    assert heard(echo, b"one two three fou")
    assert proxy.links[0].since_mark("to_server") == 9


def test_a_black_hole_keeps_the_connection_and_swallows_everything(proxy, echo):
    proxy.fault = Fault("blackhole", "to_server", 4)
    came, end = talk(proxy, WORDS, 0.3)
    assert (came, end) == (b"", "silence")
    assert heard(echo, WORDS[:4])
    assert echo.ends == []


@pytest.mark.parametrize("kind", ["dribble", "delay"])
def test_what_is_slow_comes_all_the_same(proxy, kind):
    proxy.fault = Fault(kind, "to_client", 3, seconds=0.05)
    assert talk(proxy, WORDS) == (WORDS, "whole")


def test_every_connection_may_have_its_own_fault_and_all_can_be_dropped(proxy):
    proxy.choose = lambda number: Fault("fin", "to_server", number)
    assert [talk(proxy, WORDS)[1] for _ in range(2)] == ["fin", "fin"]
    assert [link.passed["to_server"] for link in proxy.links] == [1, 2]
    proxy.choose = lambda _number: None
    with socket.create_connection((proxy.host, proxy.port), timeout=5) as client:
        client.sendall(b"x")
        assert client.recv(1) == b"x"
        proxy.drop_all()
        with pytest.raises(ConnectionResetError):
            client.recv(1)


def test_where_nobody_listens_the_client_hears_of_it():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = free.getsockname()
    with FaultProxy(*address) as proxy:
        assert talk(proxy, WORDS)[0] == b""
