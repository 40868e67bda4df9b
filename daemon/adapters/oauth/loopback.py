"""A redirect address on this machine (RFC 8252, 7.3): 127.0.0.1, one accepted redirect, five minutes at most."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable
from typing import Final, Self
from urllib.parse import urlsplit

from daemon.core.errors import HighroadError, NeedsOperator

SECONDS: Final = 300.0
_LINE_SECONDS: Final = 10.0
_MOST_STRAYS: Final = 50
_PAGE: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Highroad</title>
<body style="font:1.1rem/1.6 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem">
<h1 style="font-size:1.4rem">{title}</h1><p>{text}</p></body></html>
"""
_DONE: Final = _PAGE.format(title="Thank you", text="Highroad has what it needs. You can close this page.")
_DECLINED: Final = _PAGE.format(
    title="Nothing was changed", text="The log-in was not given. The terminal says more; you can close this page."
)
_STRAY: Final = _PAGE.format(title="Not here", text="This page belongs to a log-in of Highroad, and this is not it.")


class Loopback:
    """A context manager that listens. `redirect` is its address: the one given, or a free port of `host`."""

    def __init__(self, redirect: str = "", host: str = "127.0.0.1") -> None:
        wanted = urlsplit(redirect or f"http://{host}/")
        try:
            self._server = _Server(("127.0.0.1", wanted.port or 0), _Handler)
        except OSError as error:
            raise NeedsOperator(
                f"This machine gives no port for the browser to come back to ({error.strerror}). Use --paste instead."
            ) from error
        self._server.path = wanted.path or "/"
        port = self._server.server_address[1]
        self.redirect = wanted._replace(netloc=f"{wanted.hostname}:{port}", path=self._server.path).geturl()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.1,), name="loopback", daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def code(self, accept: Callable[[str], str | None], seconds: float = SECONDS) -> str:
        """Wait for the browser to bring what `accept` takes: it gives the code of an address, None for a stray one.

        Raises the HighroadError that `accept` raised, and NeedsOperator when nobody came in time.
        """
        server = self._server
        server.accept = accept
        server.ready.set()
        if not server.done.wait(seconds) or not (server.found or server.failure):
            raise NeedsOperator(
                "No browser came back from the log-in; nothing was changed. Try again, or with --paste."
            )
        if server.failure is not None:
            raise server.failure
        return server.found


class _Server(http.server.ThreadingHTTPServer):
    """Holds what its handlers found. Each request has a thread, since browsers open connections they may never use."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = False

    def __init__(self, address: tuple[str, int], handler: type[http.server.BaseHTTPRequestHandler]) -> None:
        self.accept: Callable[[str], str | None] = lambda _address: None
        self.path, self.found, self.strays = "/", "", 0
        self.failure: HighroadError | None = None
        self.taking, self.ready, self.done = threading.Lock(), threading.Event(), threading.Event()
        super().__init__(address, handler)

    def handle_error(self, *_arguments: object) -> None:
        """A browser that hangs up in between is nothing to tell."""

    def judged(self, target: str) -> tuple[int, str]:
        """The answer to one request: status and page. One redirect is accepted, and none after it."""
        with self.taking:
            if self.found or self.failure or urlsplit(target).path != self.path:
                return self._stray(404)
            try:
                self.found = self.accept(f"http://127.0.0.1{target}") or ""
            except HighroadError as error:
                self.failure = error
                return 200, _DECLINED
            except ValueError:
                return self._stray(400)
            return (200, _DONE) if self.found else self._stray(400)

    def _stray(self, status: int) -> tuple[int, str]:
        self.strays += 1
        return status, _STRAY

    def settle(self) -> None:
        """Called when an answer is out: whether the waiting is over."""
        if self.found or self.failure or self.strays > _MOST_STRAYS:
            self.done.set()


class _Handler(http.server.BaseHTTPRequestHandler):
    timeout = _LINE_SECONDS
    server: _Server
    server_version = "highroad"
    sys_version = ""

    def do_GET(self) -> None:
        """Judge a redirect, and answer with a page that says what comes next."""
        status, page = self.server.judged(self.path) if self.server.ready.wait(1.0) else (404, _STRAY)
        try:
            self._answer(status, page.encode())
        finally:
            self.server.settle()

    def _answer(self, status: int, page: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_arguments: object) -> None:
        """The address holds the code: not for any log."""
