"""A real OAuth 2.0 provider (oidc-provider on Node) on loopback, and a person who uses it with a browser of few words.

tools/ensure_oidc.sh installs it into the tests' cache folder.
"""

from __future__ import annotations

import contextlib
import html
import http.cookiejar
import json
import os
import re
import shutil
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from functools import cache
from pathlib import Path

HERE = Path(__file__).with_name("oidc")
HOW = "sh tools/ensure_oidc.sh"
DOVECOT = """
auth_mechanisms = plain login xoauth2 oauthbearer
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {path}
}}
"""
INTROSPECTION = """
introspection_mode = post
introspection_url = http://dovecot:introspect@127.0.0.1:{port}/token/introspection
active_attribute = active
active_value = true
username_attribute = sub
scope =
"""


def why_not() -> str | None:
    """Why no provider can be started here, as a half-sentence; None when one can."""
    if shutil.which("node") is None:
        return "no Node is installed"
    return None if _modules() else "no oidc-provider is installed in the tests' cache folder"


@cache
def _modules() -> Path | None:
    """As in tools/ensure_oidc.sh."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    usual = Path("/var/cache/highroad-tests") if os.geteuid() == 0 else home / "highroad-tests"
    folder = Path(os.environ.get("HIGHROAD_TEST_CACHE") or usual)
    with (HERE / "package-lock.json").open() as lock:
        locked = subprocess.run(["cksum"], stdin=lock, capture_output=True, check=True, text=True).stdout
    modules = folder / f"oidc-{'-'.join(locked.split())}" / "node_modules"
    return modules if modules.is_dir() else None


class Oidc:
    """A context manager: the provider. `access` and `device` are lives in s; without `refresh` it gives no such tokens.

    Access tokens of the client highroad-desktop (its secret is "not-so-secret") live for an hour all the same.

    `interval` is how often a device may ask, in s.
    """

    def __init__(self, access: int = 3600, device: int = 300, *, refresh: bool = True, interval: float = 0.2) -> None:
        self._settings = json.dumps({"access": access, "device": device, "refresh": refresh, "interval": interval})

    def __enter__(self) -> Oidc:
        command = ["node", "--no-warnings", str(HERE / "provider.mjs"), str(_modules()), self._settings]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        if not line.strip().isdigit():
            self._process.kill()
            raise RuntimeError(f"oidc-provider did not start: {line}{self._process.communicate()[1][-2000:]}")
        self.port = int(line)
        return self

    def __exit__(self, *_exc) -> None:
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._process.stderr.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self, client_id: str = "highroad", **more) -> dict:
        """What stands under `oauth` in config.toml."""
        return {
            "provider": "custom",
            "client_id": client_id,
            "scope": "openid offline_access mail",
            "authorization_endpoint": f"{self.url}/auth",
            "token_endpoint": f"{self.url}/token",
            "device_endpoint": f"{self.url}/device/auth",
            **more,
        }

    def asked(self) -> list[list]:
        """[grant type, HTTP status] of every request to the token endpoint so far."""
        with urllib.request.urlopen(f"{self.url}/test/asked", timeout=10) as answer:
            return json.load(answer)

    def refreshes(self) -> list[int]:
        """The HTTP status of every refresh so far."""
        return [status for kind, status in self.asked() if kind == "refresh_token"]

    def revoke(self, refresh_token: str, client_id: str = "highroad") -> None:
        """As the person does on the provider's own page: the whole grant ends."""
        form = urllib.parse.urlencode({"token": refresh_token, "client_id": client_id}).encode()
        urllib.request.urlopen(f"{self.url}/token/revocation", form, timeout=10).close()

    def dovecot(self, folder: Path) -> str:
        """Configuration that lets a Dovecot take this provider's tokens."""
        path = folder / "oauth2.conf.ext"
        path.write_text(INTROSPECTION.format(port=self.port))
        path.chmod(0o644)
        return DOVECOT.format(path=path)


class Person:
    """Somebody at a browser who agrees to everything, or to nothing."""

    def __init__(self, login: str, *, agrees: bool = True) -> None:
        self._login, self._agrees = login, agrees
        self._came_to, self._declined = "", False
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies, _Watching(self))

    def saw(self, address: str) -> None:
        self._came_to = address

    def opens(self, address: str) -> str:
        """Open an address and go through all pages; the address that it ends at."""
        page = self._get(address)
        for _ in range(8):
            form = _form(page)
            if form is None or self._declined:
                return self._came_to
            page = self._get(*self._filled(*form))
        raise AssertionError(page)

    def types(self, address: str, code: str) -> None:
        """Type a device code at an address, and go through all pages."""
        self._get(address)
        self.opens(f"{address}?{urllib.parse.urlencode({'user_code': code})}")

    def _filled(self, action: str, fields: dict[str, str], page: str):
        target = urllib.parse.urljoin(self._came_to, action)
        if "login" in fields:
            fields |= {"login": self._login, "password": "any"}
        if not self._agrees and 'name="abort"' in page:
            fields["abort"], self._declined = "yes", True
        return target, urllib.parse.urlencode(fields).encode()

    def _get(self, address: str, data: bytes | None = None) -> str:
        self._came_to = address
        try:
            with self._opener.open(address, data, timeout=20) as answer:
                self._came_to = answer.geturl()
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.read().decode()
        except urllib.error.URLError:
            return ""  # nobody listens where the browser was sent: the address is what counts


class _Watching(urllib.request.HTTPRedirectHandler):
    """Notes where the browser is sent, also if nobody is there."""

    def __init__(self, person: Person) -> None:
        self._person = person

    def redirect_request(self, request, *arguments):
        self._person.saw(arguments[-1])
        return super().redirect_request(request, *arguments)


def _form(page: str):
    """The first form of a page: action, fields, and the page."""
    found = re.search(r"<form([^>]*)>(.*?)</form>", page, re.S)
    if found is None:
        return None
    action = re.search(r'action="([^"]*)"', found[1])
    fields = {}
    for tag in re.findall(r"<input[^>]*>", found[2]):
        name, value = (re.search(rf'\b{key}="([^"]*)"', tag) for key in ("name", "value"))
        with contextlib.suppress(TypeError):
            fields[name[1]] = html.unescape(value[1]) if value else ""
    return html.unescape(action[1]), fields, page
