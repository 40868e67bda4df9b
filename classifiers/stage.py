"""What a rejection says besides no: whether it came after an interview, why, and whether the door stays open."""

from __future__ import annotations

import re
from typing import Final

from classifiers.features import View
from classifiers.signs import found_signs

_NO_INTERVIEW: Final = re.compile(
    r"\b(?:not|un\w+|won't|cannot|can't|n't|unable)\b[^.]{0,60}\b(?:invit\w+ (?:you )?(?:to|for)|shortlist\w*|selected for (?:an? )?|call(?:ing)? you (?:to|for|in)|offer(?:ing)? you an?|progress\w* to|to)\b[^.]{0,25}"
    r"\b(?:interview|conversation)|\b(?:not|n't)\b[^.]{0,40}\bshortlist\w*|nicht zu einem (?:vorstellungs)?gespräch|keine einladung|pas (?:vous )?(?:recevoir|convier|proposer)[^.]{0,20}entretien"
    r"|niet uit te nodigen|niet uitnodigen|no (?:le|te) (?:invitaremos|citaremos)|non (?:la|ti) convoch",
    re.IGNORECASE,
)
_INTERVIEWED: Final = re.compile(
    r"\b(?:thank(?:s| you)|appreciate|enjoy\w*|pleasure|great|good|nice|lovely|wonderful|glad)\b[^.!?]{0,70}\b(?:interview(?:ing|ed)?\b(?! process)|meet(?:ing)? (?:with )?(?:you|us|our|the team|me)|met\b|speak(?:ing)? (?:with|to)|spoke|"
    r"talk(?:ing|ed)? (?:with|to)|chat\w*|convers\w+|com(?:e|ing) in\b|com(?:e|ing) (?:to|by|over|all|out|down|up)\b|visit\w*|get(?:ting)? to know you)"
    r"|\b(?:after|following|since|from|at|in|during|with) (?:our|your|the|yesterday's|last week's|today's|both|all)(?: \w+){0,3} (?:interviews?|conversations?|call|chat|meeting|visit|talk|panel|trial)\b(?! process)"
    r"|\byou(?:'ve| have)? (?:interviewed|came (?:in|to)|met|spoke)\b|\bwe (?:met|spoke|talked)\b|\bour (?:interview|conversation|chat|talk|call|meeting)s?\b"
    r"|\b(?:für das|nach (?:dem|unserem)|im|vom) (?:\w+ )?(?:gespräch|vorstellungsgespräch|kennenlernen|telefonat|probetag)|\b(?:ihren|deinen) besuch|kennengelernt|kennenzulernen"
    r"|\b(?:suite à|après|lors de|pour) (?:notre|votre|l['’]) ?(?:entretien|échange|rencontre|entrevue)|\b(?:nuestra|tu|su|la) (?:entrevista|conversación|charla)\b|\b(?:del|nostro|tuo|suo|il) (?:colloquio|incontro)\b"
    r"|\b(?:het|ons|je|uw|jouw) (?:prettige |fijne |leuke )?(?:gesprek|kennismakingsgesprek|bezoek)\b|\b(?:nossa|sua|da|na|tua) (?:entrevista|conversa)\b",
    re.IGNORECASE,
)
_REASONS: Final = (
    ("location_or_visa", re.compile(
        r"\b(?:sponsor\w*|work permit|right to work|work authori[sz]ation|visa\b|relocat\w*|time ?zone|commut\w*|on-?site only|not (?:able to )?(?:hire|employ)[^.]{0,30}(?:country|state|region)|"
        r"arbeitserlaubnis|umzug|wohnort|permis de travail|titre de séjour|mobilité|permiso de trabajo|trasferiment|permesso di soggiorno|werkvergunning|autorização de trabalho)", re.IGNORECASE)),
    ("position_filled", re.compile(
        r"\b(?:position|role|job|vacancy|post|opening|seat|place|one|it|that)\b[^.!?]{0,30}\b(?:(?:has|have|had)(?: now| already| since| recently)* been filled|(?:is|was|are)(?: now| already)* (?:filled|taken)|"
        r"been (?:filled|taken)|gone already)|\bfilled (?:the|this|that|our|internally)|\b(?:stelle|position|vakanz)\b[^.]{0,40}\b(?:besetzt|vergeben)\b|\bposte\b[^.]{0,40}\bpourvu|\b(?:puesto|vacante|plaza)\b[^.]{0,40}\bcubiert|"
        r"\bposizione\b[^.]{0,40}\b(?:coperta|ricoperta|occupata)|\b(?:functie|vacature|plek)\b[^.]{0,40}\b(?:vervuld|ingevuld|vergeven)|\b(?:vaga|posição|lugar)\b[^.]{0,40}\bpreenchid", re.IGNORECASE)),
    ("position_closed", re.compile(
        r"\b(?:cancel\w*|frozen|freeze|paus\w+|closed?|clos(?:ing)|withdrawn|discontinu\w+|put on hold|scrapped|shelved|pulled|not (?:to )?(?:be )?fill(?:ed|ing)?|stopp\w+|no longer (?:exist\w*|hir\w+|recruit\w+|available|need\w*))\b[^.!?]{0,40}"
        r"\b(?:position|role|job|vacancy|post|opening|search|requisition|recruitment|hiring|headcount|project|programme|program)\b|\b(?:position|role|job|vacancy|post|opening|search|requisition|recruitment|hiring|headcount|project)\b[^.!?]{0,40}"
        r"\b(?:cancel\w*|frozen|freeze|paus\w+|closed|closing|withdrawn|discontinu\w+|on hold|scrapped|shelved|pulled|not (?:to )?be filled|stopped|no longer (?:exist\w*|available|open|needed))\b|\bhiring freeze|"
        r"einstellungsstopp|\bstelle\b[^.]{0,50}\b(?:gestrichen|nicht (?:mehr|nach)?besetz\w*|eingefroren|zurückgezogen|entfällt)|\b(?:recrutement|poste)\b[^.]{0,40}\b(?:annulé|suspendu|gelé|supprimé|abandonné|clos)|"
        r"\b(?:vacante|proceso|puesto)\b[^.]{0,40}\b(?:cancelad|congelad|suspendid|paralizad|cerrad)|\b(?:posizione|selezione|ricerca)\b[^.]{0,40}\b(?:annullat|sospes|congelat|chius|bloccat)|"
        r"\b(?:vacature|functie|procedure)\b[^.]{0,40}\b(?:ingetrokken|vervallen|stopgezet|bevroren|komt te vervallen)|vacaturestop|\b(?:vaga|processo|posição)\b[^.]{0,40}\b(?:cancelad|suspens|congelad|encerrad|fechad)", re.IGNORECASE)),
    ("not_qualified", re.compile(
        r"\b(?:not|n't|no|lack\w*|insufficient|without)\b[^.!?]{0,40}\b(?:meet\w* (?:the|our|all)|qualif\w+|(?:required|necessary|enough|relevant|sufficient) (?:experience|skills|years)|requirements|the (?:\w+ )?experience)|\b(?:too (?:junior|senior|green)|over-?qualified|under-?qualified)\b"
        r"|\black(?:s|ed|ing)?\b[^.!?]{0,30}\b(?:experience|depth|skills|knowledge)|\b(?:looking for|need|require)\w*[^.!?]{0,30}\bmore (?:\w+ )?experience|anforderungen[^.]{0,30}nicht|nicht[^.]{0,40}(?:anforderung|qualifikation)|ne correspond\w* pas|"
        r"no (?:cumple|reúne|se ajusta)[^.]{0,30}requisitos|non (?:possied|soddisf|corrispond)\w*[^.]{0,30}requisit|niet aan de eisen|não (?:cumpre|atende|preenche)[^.]{0,30}requisitos", re.IGNORECASE)),
)  # fmt: skip
_OTHERS: Final = frozenset(("to-other", "other-candidate", "selected-who"))
_OTHER_TEXT: Final = re.compile(
    r"\b(?:another|other|different|stronger|internal|someone|somebody|one of)\b[^.!?]{0,25}\b(?:candidate|applicant|person|people|else|who|colleague)|\b(?:andere|anderen|anderer)n? (?:bewerb|kandidat|person)|mitbewerber"
    r"|\b(?:autre|d'autres) (?:candidat|profil|personne)|\b(?:otr[oa]s?) (?:candidat|perfil|persona)|\baltr[oiae] (?:candidat|profil|person)|\bandere (?:kandida|sollicitant|persoon)|\boutr[oa]s? (?:candidat|perfil|pessoa)",
    re.IGNORECASE,
)
_OPEN_DOOR: Final = re.compile(
    r"\b(?:encourage|invite|welcome|urge|hope|feel free|please|would love|love)\b[^.!?]{0,60}\b(?:apply|re-?apply|application|check|visit|keep an eye|stay in touch|keep in touch|again)\b|\b(?:keep|kept|retain|hold|hang on to|save)\w*\b[^.!?]{0,40}\b(?:on file|your (?:details|resume|résumé|cv|profile|application|information|number|papers))"
    r"|\b(?:future|other|similar) (?:roles?|positions?|opportunit\w+|openings?|vacanc\w+)\b|\bstay in touch\b|\bkeep in touch\b|\btalent (?:pool|community|network)\b|\b(?:come|write|get) back to (?:me|us)\b|\bapply again\b"
    r"|talentpool|bewerberpool|(?:erneut|wieder|jederzeit|gerne) (?:zu )?bewerben|in kontakt|vivier|nouvelle candidature|rester en contact|recontact|bolsa de (?:trabajo|empleo)|base de datos|futuras? (?:vacantes|oportunidades|convocatorias)"
    r"|banca dati|future (?:opportunità|posizioni|selezioni)|nuova candidatura|in portefeuille|opnieuw (?:te )?solliciteren|toekomstige vacatures|banco de talentos|base de dados|futuras (?:vagas|oportunidades)",
    re.IGNORECASE,
)


def after_interview(seen: View) -> bool | None:
    """True when the mail thanks for or looks back at a conversation, False when it denies one, else None."""
    plain = [sentence for sentence, ideas in zip(seen.sentences, seen.ideas[1:], strict=True) if not _conditional(ideas)]
    if any(_NO_INTERVIEW.search(sentence) for sentence in plain):
        return False
    return True if any(_INTERVIEWED.search(sentence) for sentence in plain) else None


def _conditional(ideas: list[str]) -> bool:
    return bool(ideas) and ideas[0].startswith("if:")


def reason(seen: View) -> str:
    """Why, as the mail says it; `unstated` when it does not say."""
    text = "\n".join((seen.subject or "", *seen.sentences))
    for name, pattern in _REASONS[:3]:
        if pattern.search(text):
            return name
    if _OTHERS.intersection(found_signs(seen.ideas)) and _OTHER_TEXT.search(text):
        return "other_candidate"
    return "not_qualified" if _REASONS[3][1].search(text) else "unstated"


def invites_future(seen: View) -> bool | None:
    """True when the mail keeps the door open in so many words, else None."""
    return True if any(_OPEN_DOOR.search(sentence) for sentence in seen.sentences) else None
