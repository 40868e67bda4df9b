"""Tables of facts for extraction: words around company names, words of role titles, generic mailboxes."""

from __future__ import annotations

import re
from typing import Final

_TAILS: Final = (
    r"(?:global |graduate |campus |early |technical |group )?(?:talent(?: acquisition)?|recruit(?:ing|ment|er|ers)|hiring|hr|human resources|people(?: ?(?:&|and|\+) ?culture|"
    r" operations| ops)?|careers?|jobs?|staffing|personnel|personalabteilung|personal|bewerbermanagement|karriere|recrutement|ressources humaines|rh|"
    r"recursos humanos|rrhh|selección|empleo|talento|risorse umane|selezione(?: del personale)?|carriere|lavora con noi|werving(?: (?:&|en) selectie)?|vacatures|"
    r"personeelszaken|recrutamento|candidaturas|carreiras|applications?|candidates?|candidate experience|interviews?|admin(?:istration)?|office|notifications?|"
    r"no-?reply|team|services?|support|portal|updates?|automated|system|department|committee|panel|community|"
    r"mailer|online|info|workforce|employment|recruiting team|human capital|onboarding|bewerbungen?|bewerbung)"
)
COMPANY_TAIL: Final = re.compile(rf"(?:[\s,|:·–-]+|\s*\(){_TAILS}(?:[ -](?:team|department|dept\.?|office|desk|partners?|service|center|centre|abteilung))?\)?$", re.IGNORECASE)
_HEADS: Final = (
    r"(?:talent(?: acquisition)?|recruit(?:ing|ment|er)|hiring|hr|human resources|people|careers?|jobs?|personalabteilung|personal|karriere|recrutement|service recrutement|"
    r"ressources humaines|rh|recursos humanos|rrhh|selección|reclutamiento|empleo|risorse umane|selezione|ufficio (?:selezione|personale)|werving|vacatures|recrutamento|candidaturas|"
    r"direction des ressources humaines|dirección de recursos humanos|équipe|equipo|equipa|equipe|team)"
)
COMPANY_HEAD: Final = re.compile(
    rf"^(?:the |das |l['’]|el |il |het )?{_HEADS}(?:[- ](?:team|équipe|equipo))?(?:\s*[@|:–]\s*|\s+-\s+|\s+(?:at|of|for|from|with|bei(?: der| dem)?|von|der|chez|de|del|di|da|van|bij|presso|na|no|em|en)\s+|\s+(?=[A-ZÀ-Þ]))",
    re.IGNORECASE,
)
VIA: Final = re.compile(r"\s*(?:\(?\b(?:via|through|über|par|tramite|por|powered by|on behalf of)\b.*|\(.*\))$", re.IGNORECASE)
LEGAL_FORM: Final = re.compile(
    r"[\s,]+(?:gmbh(?: & co\.? kg)?|ag|kg|se|e\.?v\.?|inc\.?|incorporated|llc|l\.l\.c\.|ltd\.?|limited|llp|plc|corp\.?|corporation|s\.?a\.?s?\.?|s\.?a\.?r\.?l\.?|s\.?l\.?u?\.?|"
    r"s\.?r\.?l\.?|s\.?p\.?a\.?|b\.?v\.?|n\.?v\.?|lda\.?|as|ab|oy|aps|pty)\.?$",
    re.IGNORECASE,
)
NOT_A_COMPANY: Final = frozenset(
    "screening campus early medical civil security employment employments personnel portal fellowships fellowship admissions admission exam exams headteacher principal"
    " assessment day volunteer volunteers resource humaines ressources direction des de la del della tribunal soporte empleo empleos selección reclutamiento seleção"
    " afdeling personeelszaken ufficio selezione dezernat hochschulverwaltung verwaltung bewerbermanagement personalabteilung bewerbung bewerbungen karriere recrutement"
    " recursos humanos rrhh rh risorse umane werving selectie vacatures recrutamento candidaturas equipo équipe equipa equipe graduate graduates executive local staff"
    " section embassy group global international central regional service services board governors trustees partner partners account accounts access field store stores"
    " clinical technical nursing teaching academic faculty professional customer business operations sales marketing finance engineering product design data legal"
    " contact centre center desk front workforce planning relations internal external senior junior and of the for & + und et y e en di da do"
    " hr team careers career jobs job recruiting recruitment recruiter talent hiring people us our your my the this that company organisation organization employer"
    " client noreply no-reply notifications info admin office support human resources interview interviews application applications position role opening vacancy you"
    " we i it all each dear hello hi thanks thank best regards kind unfortunately candidate applicant sir madam monday tuesday wednesday thursday friday saturday"
    " sunday january february march april may june july august september october november december zoom teams google microsoft skype phone video home remote"
    " english german french spanish italian dutch portuguese university school hospital uns ihnen sie wir nous vous ustedes nosotros noi voi ons u university's time"
    " department institute faculty board committee panel council manager director reception feedback today tomorrow".split()
)
ROLE_WORDS: Final = frozenset(
    # English
    "engineer developer programmer manager director head lead analyst scientist designer architect administrator consultant specialist coordinator co-ordinator"
    " assistant associate officer executive representative advisor adviser technician operator operative driver nurse teacher lecturer professor researcher fellow"
    " postdoc intern internship trainee apprentice apprenticeship graduate clerk accountant bookkeeper auditor controller buyer planner scheduler supervisor"
    " foreman superintendent cashier barista chef cook waiter waitress server bartender housekeeper cleaner caretaker janitor guard electrician plumber welder"
    " carpenter joiner mechanic machinist fitter painter bricklayer roofer gardener landscaper farmer hand worker labourer laborer picker packer loader handler"
    " agent broker underwriter actuary actuarial adjuster paralegal solicitor lawyer attorney counsel barrister secretary receptionist typist translator interpreter"
    " editor writer copywriter journalist reporter author producer photographer videographer animator illustrator artist musician actor curator archivist librarian"
    " therapist physiotherapist psychologist counsellor counselor pharmacist dentist hygienist doctor physician surgeon veterinarian vet midwife paramedic carer"
    " caregiver nanny tutor coach trainer instructor educator principal dean recruiter sourcer partner strategist evangelist advocate owner master founder president"
    " vp cto cfo ceo coo cio ciso chief staff member ranger pilot steward stewardess conductor dispatcher courier postman inspector surveyor estimator merchandiser"
    " stylist hairdresser beautician buyer fundraiser organizer organiser host hostess ambassador moderator tester qa sre devops hacker modeler modeller statistician"
    " economist biologist chemist physicist geologist ecologist crew attendant concierge porter butler sommelier baker butcher tailor seamstress advisor salesperson"
    " salesman adviser sales marketing student aide helper volunteer specialist expert generalist practitioner investigator detective fellow architect decorator"
    # German
    " entwickler entwicklerin softwareentwickler softwareentwicklerin ingenieur ingenieurin leiter leiterin projektleiter projektleiterin sachbearbeiter"
    " sachbearbeiterin referent referentin mitarbeiter mitarbeiterin assistenz assistent assistentin kaufmann kauffrau bürokauffrau bürokaufmann fachkraft"
    " pflegefachkraft werkstudent werkstudentin praktikant praktikantin praktikum ausbildung volontariat techniker technikerin mechaniker industriemechaniker"
    " mechatroniker elektroniker lagerist erzieher erzieherin koch köchin fahrer busfahrer berater beraterin kundenberater verkäufer verkäuferin buchhalter"
    " buchhalterin controllerin designerin managerin produktmanagerin administratorin systemadministrator konstrukteur redakteur redakteurin lehrer lehrerin"
    " rezeptionistin steuerfachangestellte mediengestalter qualitätsingenieur personalreferent personalreferentin vertriebsmitarbeiter architektin trainee"
    # French
    " développeur développeuse ingénieur ingénieure chargé chargée chef cheffe responsable assistante assistant comptable technicien technicienne infirmier infirmière"
    " vendeur vendeuse conseiller conseillère commercial commerciale cuisinier cuisinière graphiste enseignant enseignante juriste acheteur acheteuse stagiaire"
    " alternant alternante conducteur préparateur contrôleur gestionnaire analyste directeur directrice"
    # Spanish
    " desarrollador desarrolladora ingeniero ingeniera técnico técnica administrativo administrativa responsable dependiente dependienta jefe jefa enfermero enfermera"
    " recepcionista analista diseñador diseñadora comercial profesor profesora operario operaria camarero camarera abogado abogada arquitecto arquitecta conductor"
    " becario becaria consultor consultora cocinero cocinera auxiliar contable director directora gerente"
    # Italian
    " sviluppatore sviluppatrice impiegato impiegata ingegnere addetto addetta infermiere infermiera contabile tecnico analista grafico grafica capo cuoco cuoca"
    " magazziniere consulente insegnante stagista operaio architetto architetta farmacista autista commerciale educatore educatrice responsabile"
    # Dutch
    " ontwikkelaar softwareontwikkelaar medewerker marketingmedewerker magazijnmedewerker klantenservicemedewerker beleidsmedewerker projectleider verpleegkundige"
    " accountmanager data-analist docent monteur receptioniste adviseur hr-adviseur boekhouder kok vormgever stagiair stagiaire chauffeur werkvoorbereider"
    " productmanager inkoper constructeur leraar"
    # Portuguese
    " programador programadora engenheiro engenheira contabilista gestor gestora enfermeiro enfermeira rececionista recepcionista cozinheiro cozinheira operador"
    " advogado advogada estagiário estagiária motorista gerente arquiteto arquiteta assistente consultor".split()
)
REQUISITION: Final = re.compile(
    r"\s*[(\[#–:,/|-]*\s*\b(?:(?:req(?:uisition)?|job|ref(?:erence)?|vacancy|position|posting|ID|VAC|JR|REQ|R|kennziffer|referenz|réf(?:érence)?|referencia|rif\.?|stellen?nummer)"
    r"[\s.:#-]*(?:id|no\.?|number|nr\.?|code)?[\s.:#-]*)?#?[A-Z]{0,4}-?\d[\d/.-]{2,}[A-Z]?\b\s*[)\]]*",
    re.IGNORECASE,
)
GENDERS: Final = re.compile(r"\s*[(\[]\s*(?:[mwfdxhi](?:\s*[/|,*.]\s*(?:[mwfdxhi]|div(?:ers)?|gn|all genders|alle))+|all genders|gn|m/w)\s*[)\]]|\s+[mwfhd]/[mwfdhx](?:/[dxwi])?\b", re.IGNORECASE)
GENERIC_LOCAL: Final = re.compile(
    r"^(?:hr|jobs?|careers?|recruit\w*|talent\w*|hiring|people|team|info|office|admin\w*|hello|contact|kontakt|applications?|bewerbung(?:en)?|karriere|personal\w*|rh|"
    r"recrutement|emploi|empleo|seleccion|rrhh|talento|lavoro|selezione|risorseumane|werving|vacatures?|personeel|recrutamento|candidaturas?|carreiras|personnel|"
    r"human[._-]?resources|staffing|notifications?|mail|service|support|hub|humanresources|enquiries|reception|workplace|people[._-]?ops|interviews?)(?:[._+-].*)?$",
    re.IGNORECASE,
)
NAME_WORDS_NOT: Final = frozenset(
    "team hr recruiting recruitment careers career jobs hiring talent human resources support service services office department group inc ltd llc gmbh ag the of and at via for noreply"
    " reply notification notifications news newsletter alert alerts digest company university school hospital bank council institute college labs systems solutions"
    " consulting partners studio studios bureau agency ministry committee panel personnel people operations admin acquisition staffing application applications automated"
    " system desk customer account accounts billing sales marketing info regards best kind thanks dear hello hi sincerely yours cheers personalabteilung abteilung"
    " équipe equipo équipo ressources humaines recursos humanos risorse umane recrutement selezione selección karriere bewerbermanagement manager director engineer"
    " head officer coordinator specialist assistant lead partner recruiter chief president".split()
)
