"""The words and domains that tell people from machines, teams and companies."""

from __future__ import annotations

from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


TEAM: Final = _set("""
    team teams career careers karriere carrieres carriere job jobs stelle stellen work recruiting recruitment recruiter
    recruiters talent talents talento hr human people hiring acquisition resources personal personalabteilung bewerbung
    bewerbungen bewerbermanagement application applications applicant candidate candidates candidature candidatures
    support office info contact kontakt hello service services notification notifications noreply reply admin
    administration department dept group gruppe gmbh mbh ag se kg ohg ev inc llc llp ltd limited plc corp corporation
    company co sa sas sarl srl spa bv nv oy ab aps labs lab studio studios system systems technologies technology tech
    solutions software consulting partners holding holdings university universitat college institute bank foundation
    agency staffing bot assistant mail mailer the and und et of for bei from my our your google linkedin indeed workday
    greenhouse lever ashby smartrecruiters workable teamtailor personio recruitee stepstone xing glassdoor
""")
"""Words (folded) that no person is called: a display name with one of them is a team's or a company's."""

ATS: Final = _set("""
    greenhouse greenhouse-mail lever hire ashbyhq myworkday workday smartrecruiters icims workable workablemail
    teamtailor teamtailor-mail personio recruitee taleo successfactors jobvite bamboohr breezy softgarden jazzhr
    applytojob linkedin indeed indeedemail xing stepstone pinpointhq comeet rippling
""")
"""Domain labels of applicant tracking systems and job boards, where a local part may be the customer's name."""

LEGAL: Final = _set(
    "gmbh mbh ag se kg ohg ev inc llc llp ltd limited plc corp corporation sa sas sarl srl spa bv nv oy ab aps"
)
"""Words (folded) for what a company is in law."""

TITLES: Final = _set("dr prof mr mrs ms miss mx herr frau dipl ing mag")
SUFFIXES: Final = _set("phd msc mba ma ba bsc md jr sr ii iii he she they him her them")

FAMILY_FIRST: Final = _set("""
    nguyen tran le pham hoang phan vu vo dang bui do ngo duong ly wang li zhang liu chen yang huang zhao wu zhou xu sun
    ma zhu hu guo he lin luo gao liang zheng xie tang feng deng cao peng zeng xiao tian dong pan yuan cai jiang kim lee
    park choi jung kang cho yoon jang lim han shin seo kwon hwang ahn song hong tanaka suzuki sato ito watanabe yamamoto
    nakamura kobayashi kato yoshida yamada sasaki nagy kovacs toth szabo horvath varga kiss molnar nemeth farkas
""")
"""Family names that come first in the order of their languages: "Nguyen Van An" is not greeted as Nguyen."""

UNREAD: Final = _set("""
    notification notifications notify notice notices alert alerts bounces mailer daemon newsletter newsletters digest
    automated automation automatic auto system systems robot bot unsubscribe marketing root nobody devnull
""")
"""Parts of a local part that tell that nobody reads the mail sent there."""

SHARED_DOMAINS: Final = _set("""
    gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com icloud.com me.com aol.com proton.me
    protonmail.com gmx.de gmx.net gmx.com web.de t-online.de posteo.de mailbox.org fastmail.com orange.fr free.fr
    laposte.net libero.it hotmail.fr yahoo.fr yahoo.de outlook.de hotmail.de uol.com.br zoho.com
""")
"""Domains of mail providers: two people there need not have anything to do with each other."""
