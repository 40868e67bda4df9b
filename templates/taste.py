"""What no letter of ours says, by language: words that beg, flatter or sound like a machine, and words with a gender.

Patterns are searched in lower case. `GENDERED` holds forms that would tell (or guess) whether somebody is a man or a
woman, of the one who writes and of the one who reads; the mails do not say it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b", re.IGNORECASE)


BANNED: Final[Mapping[str, re.Pattern[str]]] = {
    "en": _any(
        r"disappoint\w*", "unfortunately", "sadly", r"regret\w*", "heartbroken", "sorry", "amazing", "incredible",
        "dream", "great company", r"hono(?:u)?red", r"passion\w*", r"thrilled", r"excit\w+", r"delve\w*", "leverage",
        "invaluable", "truly", "deeply", "journey", "reach(?:ing)? out", "finds you well", "testament", "landscape",
        "synergy", "rockstar", "utmost", "esteemed", "prestigious", "impressive", "inspiring", "at your convenience",
    ),
    "de": _any(
        r"entt[äa]usch\w*", "leider", r"bedauer\w*", "traurig", "schade", r"großartig\w*", r"fantastisch\w*",
        r"beeindruck\w*", r"traum\w*", r"leidenschaft\w*", r"begeister\w*", "zutiefst", "wahrhaft", r"inspirier\w*",
        r"renommiert\w*", r"einzigartig\w*", r"unschätzbar\w*",
        "diese mail erreicht",
    ),
    "fr": _any(
        r"déç\w+", r"décept\w+", "malheureusement", "hélas", r"regrett\w*", "triste", "formidable", "incroyable",
        r"impressionn\w*", r"rêv\w+", r"passion\w*", "profondément", "vraiment", r"prestigieu\w*", r"inspirant\w*",
        "inestimable", r"exceptionnel\w*",
    ),
    "es": _any(
        r"decepci\w+", "desafortunadamente", "lamentablemente", r"lament\w*", "por desgracia", "triste", "increíble",
        r"impresion\w*", "sueño", r"pasión|apasion\w*", "profundamente", "realmente", r"prestigios\w*",
        r"inspirador\w*", "inestimable", r"maravillos\w*",
    ),
    "it": _any(
        r"delus\w+", "purtroppo", r"dispiac\w*", r"rammaric\w*", "triste", "incredibile", r"impression\w*", "sogno",
        r"passion\w*|appassion\w*", "profondamente", "davvero", r"prestigios\w*", r"ispirator\w*", "inestimabile",
        r"straordinari\w*",
    ),
    "nl": _any(
        r"teleurgesteld\w*|teleurstell\w*", "helaas", "jammer", r"betreur\w*", r"spijt\w*", r"geweldig\w*",
        "ongelooflijk", r"indrukwekkend\w*", r"droom\w*", r"passie\w*|gepassioneerd", "enorm", "oprecht",
        r"inspirerend\w*", r"onschatbar\w*", r"fantastisch\w*",
    ),
    "pt": _any(
        r"dece(?:p)?cion\w*|decepç\w+|desilu\w+", "infelizmente", r"lament\w*", "triste", "incrível",
        r"impressionant\w*", "sonho", r"paixão|apaixon\w*", "profundamente", "realmente", r"prestigi\w+",
        r"inspirador\w*", "inestimável", r"maravilhos\w*",
    ),
}  # fmt: skip
GENDERED: Final[Mapping[str, re.Pattern[str]]] = {
    "en": _any("sir", "madam", "mr", "mrs", "ms", "miss", "guys", "he", "she", "his", "her", "himself", "herself"),
    "de": _any("herr(?:n|en)?", "frau(?:en)?", "lieber", "liebe", r"geehrte[rn]?", "bewerber", "kandidat"),
    "fr": _any(
        "monsieur", "messieurs", "madame", "mesdames", "chers?", "chères?", "ravie?", "heureuse?", "heureux",
        "enchantée?", "désolée?", "reconnaissante?", "intéressée?", "contente?", "(?:suis|être) prête?", "sûre?",
        "certaine?", "motivée?", "convaincue?", "venue?", "allée?", "disponibles? tou(?:s|tes)", "tous", "candidate?",
    ),
    "es": _any(
        r"encantad[oa]s?", r"agradecid[oa]s?", r"interesad[oa]s?", r"estimad[oa]s?", r"querid[oa]s?",
        r"content[oa]s?", r"segur[oa]", r"dispuest[oa]s?", r"señor(?:a|es|as)?", "sr", "sra", r"tod[oa]s",
        r"invitad[oa]s?", r"preparad[oa]s?", r"motivad[oa]s?", r"candidat[oa]s?", r"convencid[oa]s?",
    ),
    "it": _any(
        r"grat[oaie]", r"liet[oaie]", r"content[oaie]", r"interessat[oaie]", r"car[oaie](?! salut)", "signor(?:a|e|i)?",
        r"sicur[oa]", r"dispost[oaie]", r"sono (?:stat|rimast|venut|andat)[oa]", "dott(?:oressa|ore)?", r"tutt[ie]",
        r"convint[oa]", r"candidat[oa]", r"motivat[oa]", r"egregi[oa]", r"riconoscente",
    ),
    "nl": _any("heer", "heren", "mevrouw", "meneer", "dames", "hij", "zijn collega", "kandidate"),
    "pt": _any(
        r"obrigad[oa]s?", r"grat[oa]s?", r"interessad[oa]s?", r"car[oa]s?", r"prezad[oa]s?", r"senhor(?:a|es|as)?",
        "sr", "sra", r"content[ea]", r"segur[oa]", r"dispost[oa]", r"tod[oa]s", r"convidad[oa]", r"motivad[oa]",
        r"querid[oa]s?", r"candidat[oa]s?", r"convencid[oa]",
    ),
}  # fmt: skip
FAMILIAR: Final[Mapping[str, re.Pattern[str]]] = {
    "de": re.compile(r"\b(?:[Dd]u|[Dd]ich|[Dd]ir|[Dd]ein\w*|[Ee]uch|[Ee]uer\w*|[Ee]ur(?:e|em|en|er|es))\b"),
    "fr": _any("tu", "te", "toi", "ton", "ta", "tes", r"t['\u2019]\w+"),
    "es": _any("tú", "te", "ti", "tu", "tus", "contigo", "vosotr[oa]s", "os", r"vuestr[oa]s?"),
    "it": _any("tu", "ti", "te", r"tu[oae]|tuoi", r"t['\u2019]\w+"),
    "nl": _any("je", "jij", "jou", "jouw", "jullie"),
}
"""Words of those who are on familiar terms, which a formal letter does not hold."""
FORMAL: Final[Mapping[str, re.Pattern[str]]] = {
    "de": re.compile(r"(?<![.?!:]\s)(?<!\A)(?<!\n)\b(?:Sie|Ihnen|Ihr(?:e|em|en|er|es)?)\b"),
    "es": _any("usted"),
    "it": re.compile(r"\b(?:Lei|La|Le|Suo|Sua|Suoi|Sue)\b(?<![.?!:]\s)"),
    "nl": _any("u", "uw"),
}
"""Words of those who are not, which a familiar letter to one person does not hold."""
DANGLING: Final[Mapping[str, re.Pattern[str]]] = {
    language: re.compile(rf"\b(?:{words})[.,;?!]", re.IGNORECASE)
    for language, words in {
        "en": "at|for|with|about|to|the|an?|of",
        "de": "als|bei|für|mit|über|um|zu|der|die|dem|den|im|am",
        "fr": "chez|pour|avec|de|du|des|à|au|la|le|les|un|une",
        "es": "en|para|con|de|del|a|al|el|la|los|un|una|por",
        "it": "in|per|con|di|del|della|a|al|il|un|una|da",
        "nl": "bij|voor|met|van|de|het|een|als",
        "pt": "em|para|com|de|da|do|na|no|o|um|uma|por",
    }.items()
}
"""A word that waits for another one, and then the sentence ends: a fact is missing."""
DOUBLED: Final[Mapping[str, frozenset[str]]] = {
    "fr": frozenset({"nous", "vous"}),
    "de": frozenset({"die", "das", "sie", "der"}),
}
"""Words that may stand twice side by side."""
