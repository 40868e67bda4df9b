"""Which folder is Drafts, Sent or Trash: SPECIAL-USE first (RFC 6154, case-blind), then the usual names."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from daemon.core.errors import NeedsOperator

Listing = Sequence[tuple[tuple[bytes, ...], str]]

USUAL: Final[dict[str, tuple[str, ...]]] = {
    "drafts": (
        "drafts", "draft", "entwürfe", "brouillons", "borradores", "bozze", "concepten", "rascunhos", "utkast",
        "kladder", "wersje robocze", "koncepty", "[gmail]/drafts",
    ),
    "sent": (
        "sent", "sent items", "sent messages", "sent mail", "gesendet", "gesendete elemente", "gesendete objekte",
        "envoyés", "messages envoyés", "enviados", "elementos enviados", "inviata", "posta inviata", "verzonden",
        "verzonden items", "itens enviados", "skickat", "sendt", "wysłane", "[gmail]/sent mail",
    ),
    "trash": (
        "trash", "deleted items", "deleted messages", "bin", "papierkorb", "gelöschte elemente", "corbeille",
        "papelera", "cestino", "prullenbak", "lixeira", "lixo", "papperskorg", "kosz", "[gmail]/trash",
    ),
}  # fmt: skip


def special_folder(listing: Listing, use: str) -> str | None:
    """The folder of that use (drafts, sent, trash), or None. INBOX never stands in for one."""
    flag = b"\\" + use.encode()
    others = [(flags, name) for flags, name in listing if name.upper() != "INBOX"]
    marked = [name for flags, name in others if flag in {item.lower() for item in flags}]
    return marked[0] if marked else _by_name(others, USUAL[use])


def _by_name(listing: Listing, usual: tuple[str, ...]) -> str | None:
    """The first folder of a usual name, at the top or right below INBOX, where some servers keep the personal ones."""
    names = {_bare(name): name for _, name in reversed(listing)}
    return next((names[name] for name in usual if name in names), None)


def _bare(name: str) -> str:
    lower = unicodedata.normalize("NFC", name).casefold()
    for prefix in ("inbox.", "inbox/"):
        lower = lower.removeprefix(prefix)
    return lower


def chosen(listing: Listing, use: str, setting: str, account: str) -> str | None:
    """The folder for a use by the account's setting ("auto" or a name). Raises NeedsOperator, listing the folders."""
    there = [name for _, name in listing]
    if setting != "auto" and setting not in there:
        raise NeedsOperator(
            f'Account "{account}" has no folder {setting!r}, which config.toml names as its {use} folder. '
            f"It has: {', '.join(sorted(there))}."
        )
    return special_folder(listing, use) if setting == "auto" else setting


def drafts_folder(listing: Listing, setting: str, account: str) -> str:
    """The Drafts folder. Raises NeedsOperator, listing what is there, when none can be told."""
    found = chosen(listing, "drafts", setting, account)
    if found is None:
        raise NeedsOperator(
            f'Account "{account}" has no folder that is plainly Drafts. It has: '
            f'{", ".join(sorted(name for _, name in listing))}. Name it in config.toml, e.g. drafts = "Drafts".'
        )
    return found
