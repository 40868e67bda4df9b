"""The learning folders: found by their name, or made. CREATE is the only verb here that changes anything."""

from __future__ import annotations

from daemon.adapters.imap.folders import namespaces
from daemon.adapters.imap.gateway import clean
from daemon.adapters.imap.session import SaidNo, SaidWait, Session
from daemon.adapters.imap.wire import Client
from daemon.core.errors import NeedsOperator
from daemon.core.quoting import quoted


class ServerShelves:
    """core.ports.Shelves over one Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def ready(self, wanted: str) -> str:
        """See core.ports.Shelves. Raises NeedsOperator when the server refuses to make it."""
        there = await self._session.folders()
        if wanted in there:
            return wanted
        name = await self._named(clean(wanted, "folder name"))
        if name not in there:
            await self._make(name)
        return name

    async def _named(self, wanted: str) -> str:
        """The name as the server writes it: below the personal namespace (RFC 2342), with its own separator."""
        prefix, separator = await self._session.call("asking where folders lie", _namespace)
        if prefix and wanted.startswith(prefix):
            return wanted
        return prefix + (wanted.replace("/", separator) if separator else wanted)

    async def _make(self, name: str) -> None:
        try:
            await self._session.call(f"making {quoted(name)}", lambda client: client.create_folder(name))
        except SaidWait:
            raise
        except SaidNo as error:
            if error.code != "ALREADYEXISTS":  # RFC 5530
                raise NeedsOperator(
                    f"{error} Make the folder {quoted(name)} yourself, or name another one under [learn] in "
                    "config.toml."
                ) from error
        self._session.look_anew()


def _namespace(client: Client) -> tuple[str, str]:
    """Prefix and hierarchy separator of the person's own folders; empty where there is none."""
    own = next((place for place in namespaces(client) if place.personal), None)
    if own is not None:
        return own.prefix, own.separator
    listed = client.list_folders("", "INBOX")
    return "", _text(listed[0][1]) if listed else "/"


def _text(separator: bytes | str | None) -> str:
    return separator.decode("ascii", "replace") if isinstance(separator, bytes) else str(separator or "")
