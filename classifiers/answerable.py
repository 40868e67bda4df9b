"""Whether a human could read a reply: what header, address and the mail's own words say about it."""

from __future__ import annotations

import re
from typing import Final

from classifiers.history import new_text
from classifiers.mail import Mail
from classifiers.senders import domain_in, is_no_reply
from classifiers.text import folded
from classifiers.values import Headers

UNREAD_DOMAINS: Final = frozenset("myworkday.com invalidemail.com otp.workday.com".split())
"""Domains of application systems whose addresses carry the employer's name and are read by nobody."""

_BULK: Final = frozenset(("bulk", "list", "junk"))
_BEFORE, _AFTER = 110, 130
_CUE: Final = re.compile(
    r"repl(?:y|ies)|respond|respons|not be |monitored|unattended|antwort|postfach|répon|repondre|n'est pas (?:lue|rele|consult|surveill|suivi)"
    r"|respuesta|contest|buzón|antwoord|rispo(?:nd|st)|casella|reageer|reager|reacties|mailbox wordt|mailadres wordt|respost|responda"
    r"|caixa de (?:correio|email|e-mail)"
)
_NOT_READ_EN: Final = r"(?:not|never) (?:be |being |actively |regularly )?(?:read|monitored|answered|received|delivered|checked|attended|accepted|processed|seen|reviewed)"
_PHRASES: Final = re.compile(
    # English
    r"(?<!you )(?<!we )(?<!they )(?<!who )\b(?:do not|don't|not to|cannot|can't|can not|unable to) (?:directly )?(?:reply|respond)(?: directly)?"
    r"(?: (?:back )?(?:to|via|by|using|on) (?:this|the|it|our|that|e-?mail|message|me)\b| ?[.!;,(-]| ?$| here\b| as\b| because\b| with\b)"
    r"|\byou (?:cannot|can't|can not|are not able to|will not be able to) (?:reply|respond) to this"
    r"|\b(?:repl(?:y|ies)|responses|messages|e-?mails?|answers) (?:sent |made )?(?:to|at) (?:this|that|the above) [^.!?]{0,50}?\b(?:are|is|will|cannot|can)\b "
    + _NOT_READ_EN
    + r"|\brepl(?:y|ies) (?:are|will|is) "
    + _NOT_READ_EN
    + r"|\b(?:mailbox|inbox|address|account|e-?mail|alias)(?: \(?\S+@\S+\)?)?,? (?:is|are|isn't|aren't)(?: an?)? (?:"
    + _NOT_READ_EN
    + r"|un-?(?:monitored|attended))"
    r"|\b(?:mailbox|inbox|address|account|e-?mail) (?:isn't|aren't) (?:actively |regularly )?(?:monitored|attended|checked|read)"
    r"|\b(?:un-?(?:monitored|attended)|send-only|outgoing-only|no-reply|do-not-reply) (?:e-?mail|mail|inbox|address|account|message)"
    r"|(?:\b(?:does|do|can|could) ?(?:not|n't)|\bcannot|\bunable to|\bnot able to) (?:accept|receive) (?:incoming |inbound )?(?:repl|responses|e-?mails|messages|mail)"
    # German
    r"|\bbitte (?:antworten sie |antworte |antwortet )?(?:daher |deshalb )?nicht (?:direkt )?(?:auf (?:diese|die)|antworten|darauf)"
    r"|\bantworten sie (?:bitte |daher |deshalb |daher bitte )?nicht|\bantworte (?:bitte |daher bitte )?nicht auf|\bbitte nicht (?:\w+ ){1,5}antworten"
    r"|\bauf diese \S{3,20} (?:kann|können|ist) (?:\w+ ){0,3}(?:nicht|keine)[^.!?]{0,20}(?:ge)?antwort"
    r"|\bantworten (?:auf|an) (?:diese|dieses|die)[^.!?]{0,50}\b(?:nicht|keine)\b[^.!?]{0,20}(?:gelesen|bearbeitet|beantwortet|empfangen|zugestellt|berücksichtigt|überwacht|abgerufen)"
    r"|\b(?:postfach|mail-?adresse|absenderadresse|mailkonto)\b[^.!?]{0,20}\b(?:nicht|kein\w*) (?:\w+ )?(?:gelesen|überwacht|betreut|bearbeitet|abgerufen|empfang|kontrolliert|für den empfang|eingehende)"
    r"|\bvon antworten\b[^.!?]{0,40}\babzusehen|\bkeine antworten (?:empfangen|gelesen)"
    # French
    r"|\bne (?:pas (?:y )?r[ée]pondre|r[ée]pondez pas|r[ée]ponds pas)|\bimpossible de r[ée]pondre à ce"
    r"|\bréponses? (?:à|envoyées? à) (?:ce|cet|cette)\b[^.!?]{0,50}\bne (?:sont|seront|sera|peuvent|pourra|pourront)\b[^.!?]{0,12}\bpas\b"
    r"|\b(?:boîte|boite|adresse|messagerie)\b[^.!?]{0,40}\bn'est (?:pas|ni) (?:\w+ment )?(?:consult|relev|lue|surveill|suivi|gér)"
    # Spanish
    r"|(?<!que )(?<!si )(?<!quien )\bno (?:responda|respondas|respondan|conteste|contestes|contesten|responder|contestar)(?: directamente)?(?: (?:a|al|por|este|esta)\b| ?[.!,;(-]| ?$)"
    r"|\brespuestas? (?:a|al|enviadas a) (?:est[ae]|la presente)\b[^.!?]{0,50}\bno (?:serán?|son|se|pued|podrá)"
    r"|\b(?:buzón|dirección|cuenta|correo)\b[^.!?]{0,30}\bno (?:está|es|se|recibe|admite) ?(?:\w+ )?(?:atendid|supervis|monitor|revis|le[eí]|gestion|atiende|respuestas|mensajes)"
    r"|\bno admite respuestas"
    # Italian
    r"|(?<!può )\bnon (?:rispondere|risponda|rispondete)(?: direttamente)?(?: (?:a|alla|al|direttamente)\b| ?[.!,;(-]| ?$)"
    r"|\brispost[ea] (?:a|inviate a) quest[aeo]\b[^.!?]{0,50}\bnon (?:saranno|sarà|verranno|vengono|sono|è)"
    r"|\b(?:casella|indirizzo|account)\b[^.!?]{0,30}\bnon (?:è|viene|sono)? ?(?:\w+mente )?(?:monitorat|presidiat|controllat|lett[ao]|abilitat)"
    # Dutch
    r"|\b(?:gelieve|verzoek\w*|vragen|kunt|kan|kun|verzocht) (?:\S+ ){0,7}niet (?:\S+ ){0,6}(?:antwoorden|reageren|beantwoord\w*|geantwoord|gereageerd)"
    r"|\b(?:reageer|antwoord|beantwoord) (?:\S+ ){0,4}niet\b(?: op)?|\bniet (?:te )?(?:reageren|antwoorden) op (?:deze|dit)|\bdeze \S{3,12} niet (?:te )?beantwoorden"
    r"|\b(?:reacties|antwoorden) (?:op|aan|naar) (?:deze|dit)\b[^.!?]{0,40}\bniet\b[^.!?]{0,16}(?:gelezen|beantwoord|verwerkt|ontvangen|behandeld|bekeken)"
    r"|\b(?:mailbox|mailadres|postbus|e-mailbox|inbox)\b[^.!?]{0,20}\bniet (?:\w+ )?(?:gelezen|gemonitord|beheerd|bekeken|gecontroleerd|bemand|uitgelezen)"
    # Portuguese
    r"|(?<!que )(?<!caso )(?<!se )\bnão (?:responda|respondas|respondam|responder)(?: diretamente| directamente)?(?: (?:a|ao|à|est[ae]|por)\b| ?[.!,;(-]| ?$)"
    r"|\b(?:pedimos|solicitamos|agradecemos) que não (?:responda|respondas|respondam)"
    r"|\brespostas? (?:a|ao|enviadas? (?:a|para)|para) (?:est[ae])\b[^.!?]{0,50}\bnão (?:serão|será|são|é)"
    r"|\b(?:caixa|endereço|conta|email|e-mail)\b[^.!?]{0,40}\bnão (?:é|está|são|recebe|aceita) ?(?:\w+ )?(?:monitor|lid[ao]|consultad|verificad|acompanhad|respostas|mensagens|a ser)"
)


# Whatever refuses replies holds one of these; looking for them is cheap.
_HINTS: Final = (
    "repl", "respond", "respon", "not be ", "monitored", "unattended", "antwort", "postfach", "répon", "repondre", "n'est pas", "n’est pas",
    "respuesta", "contest", "buzón", "antwoord", "rispo", "casella", "reageer", "reager", "reacties", "mailbox wordt", "mailadres wordt", "respost",
    "caixa de", "mail-adresse", "mailadresse", "indirizzo", "dirección",
)  # fmt: skip


def answerable(mail: Mail) -> bool:
    """Whether a reply to this mail could be read by a human: neither header nor address nor text says otherwise."""
    headers = mail.headers
    return _sent_by_one(headers) and _has_reader(headers) and not _refuses_replies(mail)


def _sent_by_one(headers: Headers) -> bool:
    """Neither a machine (RFC 3834, 5) nor a list (RFC 2919, RFC 2369) sent it."""
    if headers.auto_submitted not in (None, "", "no") or headers.precedence in _BULK:
        return False
    return not (headers.list_id or headers.list_unsubscribe)


def _has_reader(headers: Headers) -> bool:
    """A reply goes to Reply-To where there is one (RFC 5322, 3.6.2), so its addresses count before the sender's."""
    if headers.sender is None:
        return False
    return any(_is_read(target.address) for target in headers.reply_to or (headers.sender,))


def _is_read(address: str) -> bool:
    return not is_no_reply(address) and not domain_in(address.rpartition("@")[2], UNREAD_DOMAINS)


def _refuses_replies(mail: Mail) -> bool:
    low = mail.text.lower()
    if not any(hint in low for hint in _HINTS) or not _refusal(mail.text):
        return False
    # Seldom enough that cutting the quoted history a second time costs nothing.
    return _refusal(new_text(mail.text, mail.headers.subject))


def _refusal(text: str) -> bool:
    flat = " ".join(folded(text).lower().split())
    seen = -1
    for cue in _CUE.finditer(flat):
        if cue.start() < seen:
            continue
        seen = cue.end() + _AFTER
        if _PHRASES.search(flat, max(0, cue.start() - _BEFORE), min(len(flat), seen)):
            return True
    return False
