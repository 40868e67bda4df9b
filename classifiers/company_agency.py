"""Whether an agency writes on behalf of a client: then its own name is not the employer's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from classifiers.names import key
from classifiers.pieces import Piece
from classifiers.wordlists import AGENCY_WORDS

_CLIENT: Final = re.compile(
    r"\b(?:our|my|the|this|a|another|your) (?:[\w-]+ ){0,2}?client(?:'s)?\b|^client(?:'s)?\b"
    r"|\b(?:unser\w*|mein\w*|ein\w*|d(?:er|en|em|es)|vom|beim) (?:[\wäöüß]+ )?"
    r"(?:kund(?:e|en)|mandant\w*|auftraggeber\w*)\b"
    r"|\b(?:mon|notre|un|le|du) client\b|\b(?:mi|nuestro|un|el|del|al) cliente\b"
    r"|\b(?:il|un|mio|nostro|nostra|del|al|dal) (?:nostro |mio )?(?:cliente|azienda cliente)\b"
    r"|\b(?:onze|mijn|een|de) (?:klant|opdrachtgever)\b|\b(?:o|um|meu|nosso|do|ao) (?:nosso |meu )?cliente\b"
)
_HIRES: Final = re.compile(
    r"decid|select|cho(?:se|ice|osing)|interview|hir(?:e|ing)|offer|candidat|\brole|position|profile?|\bcv\b|feedback|applica"
    r"|looking|search|\bjob\b|vacanc|recruit|entschied|bewerb|stelle|gespräch|such|poste|entretien|retenu|retour|puesto|perfil|busca"
    r"|cerca|posizione|colloquio|scelto|zoekt|functie|gesprek|gekozen|vaga|procura|escolh|next|board|stop"
)
_AGENCY: Final = re.compile(
    r"\b(?:employment|recruitment) agency\b|\bretained by\b|\bput you forward\b"
    r"|\bplaced? (?:candidates|people)\b|\blonglist\b"
)
_CUES: Final = (
    "client",
    "kund",
    "mandant",
    "auftraggeber",
    "klant",
    "opdrachtgever",
    "agency",
    "retained",
    "put you",
    "place",
    "longlist",
)


def on_behalf(body: Sequence[Piece]) -> bool:
    """Whether the mail speaks of a client for whom somebody is sought."""
    cued = (" ".join(one.text.lower().split()) for one in body if _cued(one.text.lower()))
    return any(_AGENCY.search(low) or (_CLIENT.search(low) and _HIRES.search(low)) for low in cued)


def _cued(low: str) -> bool:
    return any(map(low.__contains__, _CUES))


def is_agency(name: str) -> bool:
    """Whether a name is one that agencies have: "Meridian Search", "Talentgrove", "Keystone Personalberatung"."""
    words = name.lower().replace("-", " ").split()
    if words[-1] == "llp":
        return False
    joined = key(name)
    return any(word in AGENCY_WORDS for word in words) or joined.endswith(_ENDINGS)


_ENDINGS: Final = (
    "search",
    "talent",
    "staffing",
    "recruitment",
    "recruiting",
    "personal",
    "headhunting",
    "resourcing",
    "jobs",
)
