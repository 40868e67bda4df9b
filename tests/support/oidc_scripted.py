"""A provider that says what the test tells it to, octet by octet: for what no honest one would say."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections.abc import Callable
from urllib.parse import parse_qsl

from daemon.adapters.oauth.values import Client


def answer(said, status: int = 200, *headers: str) -> bytes:
    """An HTTP answer; what is said goes as JSON unless it is octets already."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    head = [f"HTTP/1.1 {status} So", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def tokens(number: int = 1, **more) -> bytes:
    """An answer with tokens."""
    said = {"access_token": f"access-{number}", "refresh_token": f"refresh-{number}", "token_type": "Bearer"}
    return answer(said | {"expires_in": 3600} | more)


def error(code: str, status: int = 400, **more) -> bytes:
    """An answer that refuses (RFC 6749, 5.2)."""
    return answer({"error": code} | more, status)


class ScriptedProvider:
    """A context manager. Answers are given in their order, the last one again and again.

    An answer is octets, a list of (pause in s, octets), or a function of the form that gives one of these.
    """

    def __init__(self, *answers: bytes | list | Callable) -> None:
        self._answers, self.forms, self.heads = list(answers), [], []
        self._taking, self._stop = threading.Lock(), threading.Event()

    def __enter__(self) -> ScriptedProvider:
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer._handle(self.rfile, self.connection)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, *_arguments) -> None:
                """The client may hang up: that is what some tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_exc) -> None:
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/token"

    def client(self, **more) -> Client:
        """A client of this provider, for the account "main"."""
        auth, device = f"http://127.0.0.1:{self.port}/auth", f"http://127.0.0.1:{self.port}/device"
        return Client(**{"account": "main", "provider": "Example", "token": self.url, "client_id": "me",
                         "authorization": auth, "device": device, "scope": "mail"} | more)  # fmt: skip

    def _handle(self, rfile, connection) -> None:
        head = []
        while (line := rfile.readline().strip()) != b"":
            head.append(line.decode())
        length = next((int(line.split(":")[1]) for line in head if line.lower().startswith("content-length:")), 0)
        form = dict(parse_qsl(rfile.read(length).decode()))
        with self._taking:
            self.heads.append(head)
            self.forms.append(form)
            chosen = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        chosen = chosen(form) if callable(chosen) else chosen
        for pause, octets in [(0, chosen)] if isinstance(chosen, bytes) else chosen:
            if self._stop.wait(pause):
                return
            connection.sendall(octets)


def grown(path, seconds: float = 20) -> bool:
    """Wait until a file is there."""
    end = time.monotonic() + seconds
    while not path.exists() and time.monotonic() < end:
        time.sleep(0.01)
    return path.exists()
