"""Which folder is Drafts, Sent or Trash: SPECIAL-USE first (RFC 6154, case-blind), then the usual names.

Other people's folders and shared ones of the same name never count.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from daemon.adapters.imap.folders import Listing, Place
from daemon.core.errors import NeedsOperator
from daemon.core.quoting import quoted

USUAL: Final[dict[str, tuple[str, ...]]] = {
    "drafts": (
        "drafts", "draft", "draft messages", "entwürfe", "entwurf", "brouillons", "brouillon", "borradores", "borrador",
        "bozze", "concepten", "concept", "rascunhos", "rascunho", "utkast", "kladder", "kopie robocze",
        "wersje robocze", "szkice", "koncepty", "rozepsané", "черновики", "下書き", "草稿", "草稿箱",
    ),
    "sent": (
        "sent", "sent items", "sent messages", "sent mail", "gesendet", "gesendete elemente", "gesendete objekte",
        "gesendete nachrichten", "envoyés", "messages envoyés", "éléments envoyés", "enviados", "elementos enviados",
        "mensajes enviados", "inviata", "posta inviata", "messaggi inviati", "verzonden", "verzonden items",
        "verzonden berichten", "itens enviados", "mensagens enviadas", "skickat", "skickade objekt", "sendt",
        "sendte elementer", "sendt post", "wysłane", "elementy wysłane", "odeslané", "odeslaná pošta",
        "отправленные", "送信済み", "已发送",
    ),
    "trash": (
        "trash", "deleted items", "deleted messages", "deleted", "bin", "papierkorb", "gelöschte elemente",
        "gelöschte objekte", "gelöscht", "corbeille", "éléments supprimés", "papelera", "elementos eliminados",
        "cestino", "posta eliminata", "prullenbak", "verwijderde items", "lixeira", "lixo", "itens excluídos",
        "itens eliminados", "papperskorg", "papperskorgen", "borttaget", "borttagna objekt", "papirkurv",
        "slettet post", "slettede elementer", "kosz", "elementy usunięte", "koš", "odstraněná pošta", "корзина",
        "ゴミ箱", "已删除",
    ),
}  # fmt: skip
"""What clients and servers name them in English, German, French, Spanish, Italian, Dutch, Portuguese, the Scandinavian
languages, Polish, Czech, and in what some of the large ones besides."""

_ABOVE: Final = re.compile(r"\A(?:inbox[./]|\[(?:gmail|google mail)\]/)")
"""Where servers keep the person's folders without naming it a namespace."""


def special_folder(listing: Listing, use: str) -> str | None:
    """The folder of that use (drafts, sent, trash), or None. INBOX never stands in for one."""
    flag = b"\\" + use.encode()
    own = [(flags, name) for flags, name in listing if name.upper() != "INBOX" and listing.place_of(name).personal]
    marked = [name for flags, name in own if flag in {item.lower() for item in flags}]
    return marked[0] if marked else _by_name(listing, [name for _, name in own], USUAL[use])


def all_mail(listing: Listing) -> str | None:
    """The folder that shows the mails of all others once more (RFC 6154: All), where the server marks one."""
    return next((name for flags, name in listing if b"\\all" in {item.lower() for item in flags}), None)


def _by_name(listing: Listing, own: list[str], usual: tuple[str, ...]) -> str | None:
    """The first folder of a usual name at the top of a namespace of the person's own."""
    names = {_bare(name, listing.place_of(name)): name for name in reversed(own)}
    return next((names[name] for name in usual if name in names), None)


def _bare(name: str, place: Place) -> str:
    """A name without the namespace it lies in, as names are compared."""
    rest = name[len(place.prefix) :].removeprefix(place.separator)
    return _ABOVE.sub("", unicodedata.normalize("NFC", rest).casefold())


def chosen(listing: Listing, use: str, setting: str, account: str) -> str | None:
    """The folder for a use by the account's setting ("auto" or a name). Raises NeedsOperator, listing the folders."""
    there = [name for _, name in listing]
    if setting != "auto" and setting not in there:
        raise NeedsOperator(
            f'Account "{account}" has no folder {quoted(setting)}, which config.toml names as its {use} folder. '
            f"It has: {quoted(', '.join(sorted(there)))}."
        )
    return special_folder(listing, use) if setting == "auto" else setting


def drafts_folder(listing: Listing, setting: str, account: str) -> str:
    """The Drafts folder. Raises NeedsOperator, listing what is there, when none can be told."""
    found = chosen(listing, "drafts", setting, account)
    if found is None:
        raise NeedsOperator(
            f'Account "{account}" has no folder that is plainly Drafts. It has: '
            f'{quoted(", ".join(sorted(name for _, name in listing)))}. Name it in config.toml, e.g. drafts = "Drafts".'
        )
    return found
