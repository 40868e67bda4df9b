"""Facts about addresses and domains: application tracking systems, job boards, free mail, addresses nobody reads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from classifiers.values import Address
from classifiers.wordset import word_set

ATS_DOMAINS: Final = word_set(
    "greenhouse.io greenhouse-mail.io lever.co hire.lever.co myworkday.com workday.com myworkdayjobs.com"
    " smartrecruiters.com icims.com taleo.net"
    " successfactors.com successfactors.eu sapsf.com sapsf.eu ashbyhq.com workable.com workablemail.com"
    " teamtailor.com teamtailor-mail.com personio.com"
    " personio.de m.personio.de bamboohr.com jobvite.com recruitee.com breezy.hr breezy-mail.com join.com"
    " softgarden.io softgarden.de rexx-systems.com"
    " rexx-recruitment.com jazzhr.com jazz.co applytojob.com avature.net brassring.com kenexa.com ultipro.com"
    " ukg.com adp.com paylocity.com paycomonline.com"
    " dayforce.com oraclecloud.com cornerstoneondemand.com csod.com pinpointhq.com comeet.co"
    " comeet-notifications.com gem.com fountain.com hirebridge.com"
    " hiringthing.com jobscore.com newtonsoftware.com zohorecruit.com zoho.com freshteam.com factorialhr.com"
    " homerun.co welcomekit.co"
    " welcometothejungle.com talentsoft.com cegid.com digitalrecruiters.com flatchr.io taleez.com beetween.com"
    " umantis.com haufe.de d-vinci.de concludis.de"
    " prescreen.io onlyfy.io jobylon.com reachmee.com varbi.com emply.com hr-manager.net easycruit.com eploy.net"
    " tribepad.com networxrecruitment.com"
    " jobtrain.co.uk hireful.co.uk applicantpro.com governmentjobs.com neogov.com usajobs.gov hirevue.com"
    " hackerrank.com codility.com testgorilla.com"
    " hirevue-app.com phenompeople.com eightfold.ai beamery.com talentlyft.com dover.com wellfound.com angel.co"
    " rippling.com gusto.com deel.com"
    " kandidat.io gupy.io kenoby.com inrecruiting.com altamiraweb.com arcaplanet.it zucchetti.it afas.nl"
    " recruitnow.nl carerix.com otys.com hirehive.io"
    " occupop.com manatal.com bullhornmail.com bullhorn.com vincere.io trakstar.com clearcompany.com silkroad.com"
    " peoplefluent.com"
)
BOARD_DOMAINS: Final = word_set(
    "linkedin.com indeed.com indeedemail.com glassdoor.com stepstone.de stepstone.com stepstone.at stepstone.nl"
    " stepstone.be xing.com monster.com monster.de"
    " monster.fr ziprecruiter.com careerbuilder.com dice.com simplyhired.com totaljobs.com reed.co.uk"
    " cv-library.co.uk jobsite.co.uk seek.com.au seek.co.nz"
    " infojobs.net infojobs.it tecnoempleo.com computrabajo.com bumeran.com apec.fr hellowork.com cadremploi.fr"
    " regionsjob.com francetravail.fr pole-emploi.fr"
    " pole-emploi.net arbeitsagentur.de jobware.de kimeta.de adzuna.com adzuna.co.uk jooble.org talent.com jora.com"
    " hired.com otta.com nationalevacaturebank.nl"
    " werkzoeken.nl jobbird.com intermediair.nl net-empregos.com sapo.pt catho.com.br vagas.com.br infojobs.com.br"
    " jobs.ac.uk civilservicejobs.service.gov.uk"
    " subito.it handshake.com joinhandshake.com ripplematch.com jobteaser.com welcometothejungle.com builtin.com"
    " themuse.com flexjobs.com snagajob.com"
)
FREE_DOMAINS: Final = word_set(
    "gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.es outlook.it hotmail.com hotmail.co.uk"
    " hotmail.fr hotmail.de hotmail.it hotmail.es"
    " live.com live.nl live.fr msn.com yahoo.com yahoo.co.uk yahoo.de yahoo.fr yahoo.es yahoo.it yahoo.com.br"
    " ymail.com gmx.de gmx.net gmx.com gmx.at gmx.ch web.de"
    " t-online.de freenet.de mail.de posteo.de mailbox.org icloud.com me.com mac.com aol.com proton.me"
    " protonmail.com pm.me tutanota.com tuta.io fastmail.com"
    " hey.com zoho.eu orange.fr wanadoo.fr free.fr sfr.fr laposte.net libero.it virgilio.it tiscali.it alice.it"
    " hotmail.nl ziggo.nl kpnmail.nl planet.nl xs4all.nl"
    " telenet.be skynet.be sapo.pt uol.com.br bol.com.br terra.com.br terra.es telefonica.net btinternet.com sky.com"
    " ntlworld.com comcast.net verizon.net att.net"
    " sbcglobal.net mail.com mail.ru yandex.com yandex.ru qq.com 163.com bluewin.ch"
)
RELAY_BRANDS: Final = word_set(
    "greenhouse lever workday myworkday smartrecruiters icims taleo successfactors ashby ashbyhq workable teamtailor"
    " personio bamboohr jobvite recruitee"
    " breezy breezyhr join softgarden rexx jazzhr avature brassring kenexa ultipro paylocity paycom dayforce oracle"
    " cornerstone pinpoint comeet fountain"
    " hiringthing jobscore zoho zohorecruit freshteam factorial homerun welcomekit talentsoft digitalrecruiters"
    " flatchr taleez umantis concludis prescreen"
    " onlyfy jobylon reachmee varbi emply easycruit eploy tribepad networx applicantpro governmentjobs neogov"
    " hirevue hackerrank codility testgorilla"
    " phenom eightfold beamery rippling gupy inrecruiting carerix otys bullhorn linkedin indeed glassdoor stepstone"
    " xing monster ziprecruiter careerbuilder"
    " dice simplyhired totaljobs reed infojobs tecnoempleo apec hellowork cadremploi handshake jobteaser wellfound"
    " angellist adzuna jooble seek gmail outlook"
    " hotmail yahoo gmx calendly zoom doodle docusign hellosign mailchimp sendgrid"
)
_NO_REPLY: Final = re.compile(
    r"no[-_.]?(?:t[-_.]?)?repl(?:y|ies)|do[-_.]?no[t]?[-_.]?(?:reply|respond|answer)|dont[-_.]?reply"
    r"|never[-_.]?reply|no[-_.]?response|noanswer"
    r"|mailer[-_.]?daemon|postmaster|bounces?\b|bounce[-+_]|(?:^|[-_.+])notif(?:y|ication|ications|icaciones|iche"
    r"|icacao)?(?:$|[-_.+\d])|(?:^|[-_.])alerts?(?:$|[-_.])"
    r"|(?:^|[-_.])auto(?:mated|mailer|reply|responder|message|confirm)?(?:$|[-_.])|nicht[-_.]?antworten"
    r"|keine?[-_.]?antwort|ne[-_.]?pas[-_.]?repondre|nepasrepondre"
    r"|no[-_.]?responder|no[-_.]?contestar|non[-_.]?rispondere|noreplica|niet[-_.]?(?:be)?antwoorden"
    r"|geen[-_.]?antwoord|nao[-_.]?respond(?:a|er)|naoresponda"
    r"|unmonitored|unattended|invitations?-noreply|inmail-hit-reply|^jobs-listings$|^jobalerts?|newsletter"
    r"|^system(?:$|[-_.])|^robot(?:$|[-_.])|^daemon$",
    re.IGNORECASE,
)
_CLAIM: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_NAME_MAX: Final = 2_000


def claimed(sender: Address | None, pairs: Sequence[tuple[str, str]]) -> str | None:
    """Another address than the sender's that stands where their name belongs, given the names and addresses of From."""
    name = pairs[0][0][:_NAME_MAX] if pairs and sender else ""
    if sender is None or (name.isascii() and "@" not in name):
        return None
    found = _CLAIM.search(unicodedata.normalize("NFKC", name))
    return found[0] if found and found[0].casefold() != sender.address.casefold() else None


def domain_in(domain: str, known: frozenset[str]) -> bool:
    """Whether a domain or one of its parents is in a table."""
    parts = domain.lower().split(".")
    return any(".".join(parts[at:]) in known for at in range(len(parts) - 1))


@lru_cache(maxsize=1024)
def is_relay(domain: str) -> bool:
    """Whether mail from this domain is sent on behalf of employers: an ATS or a job board."""
    return domain_in(domain, ATS_DOMAINS) or domain_in(domain, BOARD_DOMAINS)


@lru_cache(maxsize=1024)
def is_free(domain: str) -> bool:
    """Whether anybody can have an address at this domain."""
    return domain_in(domain, FREE_DOMAINS)


def is_no_reply(address: str) -> bool:
    """Whether the address says that nobody reads what is sent to it."""
    local, _, domain = address.lower().partition("@")
    return (
        _NO_REPLY.search(local) is not None
        or re.match(r"(?:no-?reply|bounces?|mailer-daemon|notifications?)\b", domain) is not None
    )
