"""Others' words inside our sentences: marked where they come in, so that a log can leave them out."""

from __future__ import annotations

import re
from typing import Final

_MARKS: Final = str.maketrans({"“": "'", "”": "'"})
_QUOTED: Final = re.compile(r"“([^”]*)(?:”|$)")
_KNOWN: Final = re.compile(
    r"\[?(ALERT|ALREADYEXISTS|AUTHENTICATIONFAILED|AUTHORIZATIONFAILED|BADCHARSET|CANNOT|CLIENTBUG|CONTACTADMIN"
    r"|CORRUPTION|EXPIRED|INUSE|LIMIT|NONEXISTENT|NOPERM|OVERQUOTA|PRIVACYREQUIRED|SERVERBUG|THROTTLED|TRYCREATE"
    r"|UNAVAILABLE|WEBALERT)\b"
)
"""Response codes (RFC 9051, 7.1; RFC 5530): they say what is wrong, and nothing of anybody."""


def quoted(words: str) -> str:
    """The words of a server, of a folder's name, of a command: shown to the person, and left out of every log."""
    return f"“{words.translate(_MARKS)}”"


def without_quotes(sentence: str) -> str:
    """A sentence without what is quoted in it; a response code, which anybody may know, stays, and so does INBOX."""
    return _QUOTED.sub(lambda found: f"“{_known(found[1])}”", sentence)


def _known(words: str) -> str:
    if words.upper() == "INBOX":
        return words
    found = _KNOWN.match(words)
    return f"[{found[1]}] ..." if found else "..."
