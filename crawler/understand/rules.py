"""What speaks for which doctype? The one table of rules, as data.

A rule looks at one place of the page (view.Look) for a regular expression, or for words of which `at_least` so
many different ones must stand there, and adds its weight to the score of its doctype. The doctype with the
highest score wins (doctype.py). Weights: 1 a hint, 2 to 3 likely, 4 to 5 strong, 6 and more nearly certain; a
negative weight speaks against. Every place is in lower case. A list of minutes, news, events or jobs counts as
minutes, news, event or job itself: what it leads to is that, and it must not stand before services either.

Sources: how Swedish municipalities, regions and state agencies build and word their sites (Sitevision,
Optimizely, WordPress, Open ePlatform, Abou, Artvise), Kommunallag (2017:725) 5 kap. for minutes and notices,
schema.org's types, and the usual wording of English-language agencies.
"""

from dataclasses import dataclass

from crawler.record import Doctype
from crawler.understand.view import Look


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: what it is called, where it looks, for what, what that says and how much, and why."""

    name: str
    look: Look
    doctype: Doctype
    weight: float
    reason: str
    pattern: str = ""
    words: tuple[str, ...] = ()
    at_least: int = 1


def _words(text: str) -> tuple[str, ...]:
    """The words between the bars, without those that hold another one: a rule counts different words."""
    words = [word.strip() for word in text.split("|")]
    return tuple(w for w in words if not any(other != w and other in w for other in words))


D, L = Doctype, Look

# Parts of patterns that several rules share.
_SERVICE_FOLDER = r"e-?tj[aä]nst(?:er)?|sj[aä]lvservice|e-?services?|digitala-tj[aä]nster|mina-?sidor"
_BOARD = (
    r"(?:kommun|region|förbunds|lands?tings)(?:fullmäktige|styrelsen?)\w*|fullmäktige|\w*nämnd(?:en|ens|s)?\b"
    r"|\w*utskott(?:et|ets)?\b|\w*beredning(?:en)?\b|(?:pensionärs|ungdoms|funktionshinder|tillgänglighets|näringslivs"
    r"|folkhälso|brottsförebyggande )\w*råd(?:et)?\b|direktion(?:en)?\b|\bk[fs]\b|\bksau\b|arbetsutskott"
)
_DAY = r"(?:(?:19|20)\d\d[-/.]?[01]\d[-/.]?[0-3]\d|[0-3]?\d (?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)\w*)"
_FACILITY = r"bibliotek(?:et)?|återvinningscentral(?:en)?|återvinningsgård|kretsloppspark|simhall(?:en)?|badhus(?:et)?|badplats(?:en)?|badet|sporthall(?:en)?|idrottsplats|ishall(?:en)?|idrottshall|fritidsgård(?:en)?|ungdomsgård|ungdomens hus|museum|museet|konsthall(?:en)?|kulturhus(?:et)?|medborgarkontor(?:et)?|servicekontor(?:et)?|medborgarhus(?:et)?|turistbyrå(?:n)?|turistinformation|besökscenter|digital servicekontor|familjecentral(?:en)?|öppna förskolan|träffpunkt(?:en)?|dagverksamhet(?:en)?|lekplats(?:en)?|utegym|elljusspår|naturreservat|vandringsled|spontanidrottsplats|motionsspår|skatepark|\bstadshus(?:et)?|kommunhus(?:et)?|\brådhus(?:et)?|vårdcentral(?:en)?|hälsocentral(?:en)?|sjukhus(?:et)?|lasarett(?:et)?|akutmottagning(?:en)?|jourcentral(?:en)?|barnmorskemottagning(?:en)?|ungdomsmottagning(?:en)?|miljöstation(?:en)?|småbåtshamn(?:en)?|gästhamn(?:en)?|äldreboende|särskilt boende|vård- och omsorgsboende|servicehus(?:et)?|gymnasium|gymnasiet|camping(?:en)?|stadsarkiv(?:et)?|kyrkogård(?:en)?|begravningsplats|ridhus|teater(?:n)?|biograf(?:en)?|library|museum|recycling cent(?:re|er)|service cent(?:re|er)|swimming pool|office locations?"
_PLAN = (
    r"(?:verksamhets|handlings|översikts|biblioteks|skolbiblioteks|kultur|jämställdhets|likabehandlings|mångfalds|kris"
    r"|krisberednings|avfalls|klimat|energi|trafik|cykel|miljö|naturvårds|grön|vatten|va-|strategi|investerings|ekonomi"
    r"|flerårs|utvecklings|bostadsförsörjnings|lokalförsörjnings|kommunikations|folkhälso|tillgänglighets|internkontroll"
    r"|intern kontroll|gestaltnings|kompetensförsörjnings|dokumenthanterings|informationshanterings|landsbygds|säkerhets"
    r"|rese|resultat|måltids|skogs|friluftslivs|idrotts|ung|lednings|upphandlings|beredskaps|pandemi|digitaliserings)plan"
    r"(?:en|er)?\b"
)

RULES: tuple[Rule, ...] = (
    # ---- e-service -------------------------------------------------------------------------------------------
    Rule(
        "service_platform_path",
        L.PATH,
        D.ESERVICE,
        7,
        "address form of an e-service platform's service page",
        r"/(?:oversikt/)?overview/\d+|/flowinstance/|/showflow/|/oversikt/flow/|/etjanst/\d+|/ext/formserver/"
        r"|/formserver/|/abou/|/web/formular|/e-?tjanst\.aspx|/service/start/|/start-?service\b",
    ),
    Rule(
        "service_folder",
        L.PATH,
        D.ESERVICE,
        3,
        "lies in a folder of e-services",
        rf"/(?:{_SERVICE_FOLDER})(?:-[a-z-]+)?/[^?]*[^/?]{{3}}",
    ),
    Rule(
        "service_folder_name",
        L.PATH,
        D.ESERVICE,
        1.5,
        "the address calls it an e-service",
        r"/[^/]*\be-?tj[aä]nst-[^/]{3,}/?$|/[^/]+-e-?tj[aä]nst(?:\.html?)?/?$",
    ),
    Rule(
        "service_host",
        L.HOST,
        D.ESERVICE,
        2.5,
        "the host is named for e-services",
        r"^(?:[a-z0-9-]+\.)?(?:e-?tj[aä]nst(?:er)?|sj[aä]lvservice|e-?services?|eservice|minasidor|mina-sidor|minsida"
        r"|tjanster|service|servicetjanster|ansokan|ansok|openeplatform|oep|portal|online)\.",
    ),
    Rule(
        "service_host_errand",
        L.PATH,
        D.ESERVICE,
        1,
        "the address's last step is an errand",
        r"/(?:ansok|anmal|bestall|boka|sok|begar|felanmal|sag-upp|registrera|lamna|andra|betala|apply|report|book)"
        r"[^/]*/?$",
    ),
    Rule(
        "service_host_help",
        L.PATH,
        D.ESERVICE,
        -4,
        "a help page, a list or a front page of the platform",
        r"^/(?:page|sida|om|info|hjalp|faq|support|kategorier?|category|amnen?|sok|search|start|oversikt)?(?:/[^/]*)?/?$"
        r"|/(?:fragor-och-svar|om-e-tj|om-e-leg|hjalp|support|kontakt|tillganglighet)[^/]*/?$",
    ),
    Rule(
        "service_folder_index",
        L.PATH,
        D.ESERVICE,
        -2,
        "the folder of e-services itself",
        rf"/(?:{_SERVICE_FOLDER})(?:-(?:och|a)-[a-z-]+)?/?(?:index\.html?)?$",
    ),
    Rule(
        "service_title",
        L.NAME,
        D.ESERVICE,
        4,
        "the title calls it an e-service",
        r"\be-tjänst(?!er)\b(?! för support)|^e-service\b|\(e-tjänst\)|\bdigital ansökan\b|^webbansökan|onlineansökan",
    ),
    Rule(
        "service_title_verb",
        L.NAME,
        D.ESERVICE,
        1,
        "names of e-services begin with a verb",
        r"^(?:ansök|anmäl|beställ|boka|sök|begär|felanmäl|säg upp|registrera|lämna|ändra|betala|skicka|rapportera|avsluta"
        r"|byt|förnya|hyr|köp|meddela|överklaga|ställ|tipsa|apply|report|book|request|order|register|renew)\b",
    ),
    Rule(
        "service_title_platform",
        L.NAME,
        D.ESERVICE,
        1.5,
        "how platforms sort names: errand first, verb last",
        r" - (?:ansökan|anmälan|beställning|begäran|ändring|uppsägning|rapportering)(?: om| av)?$",
    ),
    Rule(
        "service_steps",
        L.LEAD,
        D.ESERVICE,
        3,
        "words of an e-service's own start page",
        words=_words(
            "starta e-tjänst|starta tjänsten|starta ansökan|påbörja ansökan|öppna e-tjänsten"
            "|den här tjänsten kräver|denna tjänst kräver|den här e-tjänsten|denna e-tjänst|följande behövs för"
            "|du kommer att gå igenom följande steg|spara och fortsätt senare|steg 1 av|steg 1:|starta utan"
            "|starta med|logga in för att|när du har skickat in|logga in här"
            "|du måste logga in|välj inloggning|välj hur du vill logga in|e-tjänsten består av|i den här tjänsten"
            "|i tjänsten kan du|så här fungerar e-tjänsten|detta behöver du ha till hands"
            "|uppgifter om dig|obligatoriska fält|fält markerade med|granska och skicka|skicka in ärendet"
        ),
        at_least=2,
    ),
    Rule(
        "service_step",
        L.LEAD,
        D.ESERVICE,
        1.5,
        "a word of an e-service's own start page",
        words=_words(
            "starta e-tjänst|starta tjänsten|påbörja ansökan|den här tjänsten kräver|denna tjänst kräver"
            "|den här e-tjänsten|denna e-tjänst|följande behövs för e-tjänst|du kommer att gå igenom följande"
            "|spara och fortsätt senare|steg 1 av|starta utan inloggning"
            "|välj inloggning|granska och skicka|obligatoriska fält|fält markerade med|i den här tjänsten"
        ),
    ),
    Rule(
        "service_button",
        L.LINKS,
        D.ESERVICE,
        2.5,
        "a button that starts the service or logs in to it",
        r"(?m)^(?:starta (?:e-)?(?:tjänst|ansök|anmäl|ärende)|starta(?: nu| här)?$|starta (?:med|utan)\b|öppna e-tjänst|gå vidare till e-tjänst|påbörja"
        r"|logga in med|logga in och|fortsätt utan|till inloggning|(?:mobilt )?bankid\b|freja\b|start now|start e-service)",
    ),
    Rule(
        "service_application",
        L.PATH,
        D.ESERVICE,
        4,
        "the address is that of one application",
        r"/(?:application|apply|ansokan)/(?:form-)?[0-9]{2,5}[a-z]{0,3}(?:-[a-z-]+)?/?$"
        r"|/(?:application|apply/dependents|start-application)/?$|/(?:opt-out-)?form-\d[\w-]*/?$",
    ),
    Rule(
        "service_script",
        L.SHAPE,
        D.ESERVICE,
        4,
        "an errand's title above an empty page: scripts fill in the service",
        r"text:none.* title:errand",
    ),
    Rule("service_form", L.SHAPE, D.ESERVICE, 3, "a form that asks for personal details", r"form:personal"),
    Rule(
        "service_form_sent",
        L.SHAPE,
        D.ESERVICE,
        1.5,
        "the form's button sends it",
        r"form:personal[^/]*submit:send",
    ),
    Rule("service_form_upload", L.SHAPE, D.ESERVICE, 1, "the form takes attachments", r"form:upload"),
    Rule(
        "service_questions",
        L.SHAPE,
        D.ESERVICE,
        1.5,
        "a form with questions that is sent",
        r"form:questions submit:send",
    ),
    Rule("service_login_form", L.SHAPE, D.ESERVICE, 1, "a login form in the page", r"form:login"),
    Rule(
        "service_schema",
        L.SCHEMA,
        D.ESERVICE,
        3,
        "schema.org says that it is a service channel or an application",
        r" (?:webapplication|applyaction|servicechannel|softwareapplication|orderaction|registeraction) ",
    ),
    Rule(
        "service_schema_public",
        L.SCHEMA,
        D.ESERVICE,
        1,
        "schema.org says that it is about a public service",
        r" governmentservice ",
    ),
    Rule(
        "service_meta",
        L.META,
        D.ESERVICE,
        4,
        "the page's own metadata says e-service",
        r"e-?tj[aä]nst|e-?service",
    ),
    Rule(
        "service_trail",
        L.TRAIL,
        D.ESERVICE,
        1.5,
        "stands under e-services",
        r"(?:^|/ )(?:alla |våra )?(?:e-tjänster|självservice|digitala tjänster|mina sidor)",
    ),
    Rule(
        "service_inbound",
        L.INBOUND,
        D.ESERVICE,
        1.5,
        "links to it call it an e-service",
        r"\be-tjänst(?!er)|starta e-tjänst|\(e-tjänst\)|till e-tjänsten",
    ),
    Rule(
        "service_list",
        L.SHAPE,
        D.ESERVICE,
        -4,
        "a list of services is not one",
        r"links:services|links:listing",
    ),
    Rule(
        "service_document", L.SHAPE, D.ESERVICE, -6, "a document can be no e-service", r"type:(?:pdf|office)"
    ),
    Rule(
        "service_plural",
        L.NAME,
        D.ESERVICE,
        -2,
        "a page on e-services in general",
        r"\be-tjänster\b|^självservice$|^mina sidor$|om e-legitimation|^e-legitimation|frågor och svar|vanliga frågor",
    ),
    # ---- form ------------------------------------------------------------------------------------------------
    Rule(
        "form_title",
        L.NAME,
        D.FORM,
        4,
        "the title calls it a form",
        r"(?:^|\b)(?:\w*blankett|\w*formulär|svarstalong|ansökningshandling|\w*fullmakt)\b(?!er)"
        r"|^(?:va )?form \d|\bform [a-z]{0,3}\d[\w-]*\b",
    ),
    Rule(
        "form_title_errand",
        L.NAME,
        D.FORM,
        1,
        "the title is an errand as a noun",
        r"^(?:\w*ansökan|\w*anmälan|\w*begäran|medgivande|intyg|överklagan(?:de)?|samtycke|\w*beställning|\w*uppsägning"
        r"|försäkran|rekvisition|\w*fullmakt|läkarintyg|yttrande från|egenkontroll|kontrollplan|application)\b",
    ),
    Rule(
        "form_path",
        L.PATH,
        D.FORM,
        2.5,
        "lies among the forms",
        r"/(?:e-tj[aä]nster-och-)?blankett(?:er|arkiv)?(?:-och-[a-z-]+)?/[^?]*[^/?]{3}|/formular/|/(?:va-)?forms?/[^/?]{2,}",
    ),
    Rule(
        "form_file",
        L.PATH,
        D.FORM,
        2,
        "the file name calls it a form",
        r"/[^/]*(?:blankett|formular|formulär|(?<!e)ansokan|ansökan|anmalan|anmälan|fullmakt|begaran|uppsagning)[^/]*"
        r"\.(?:pdf|docx?|odt|rtf)\b",
    ),
    Rule("form_blanks", L.SHAPE, D.FORM, 3, "lines and boxes to fill in", r"blanks:many"),
    Rule(
        "form_document",
        L.TEXT,
        D.FORM,
        4,
        "what a paper form asks for",
        words=_words(
            "underskrift|namnförtydligande|namnteckning|personnummer|ort och datum|datum och underskrift"
            "|blanketten skickas|skickas till|skicka blanketten|skickas in till|fylls i av|fyll i|ifylld blankett"
            "|kryssa|sätt kryss|texta|sökande|sökandens|vårdnadshavare 1|postnummer|telefon dagtid|telefonnummer"
            "|e-postadress|fastighetsbeteckning|härmed|bifogas|bilagor|signature|date of birth|ssn|clearly print"
            "|blanketten lämnas|lämnas till|handläggarens anteckningar|kommunens anteckningar"
        ),
        at_least=5,
    ),
    Rule(
        "form_fields",
        L.LEAD,
        D.FORM,
        1.5,
        "fields of a paper form at its beginning",
        words=_words(
            "personnummer|postnummer|telefon|sökande|namnförtydligande|underskrift|fyll i|ansökan avser"
            "|anmälan avser|kryssa|blankett|fylls i|texta|förnamn|efternamn|adress|ifylld"
        ),
        at_least=4,
    ),
    Rule("form_office", L.SHAPE, D.FORM, 0.5, "forms are often documents", r"type:(?:pdf|office)"),
    Rule(
        "form_landing",
        L.LEAD,
        D.FORM,
        2,
        "a page that hands out a form",
        words=_words(
            "ladda ner blankett|ladda ned blankett|hämta blankett|skriv ut blankett|skriva ut blankett"
            "|blanketten skickas till|blanketten skickar du|blanketten lämnar du|skicka blanketten|öppna blankett"
            "|fyll i blanketten|lämna blanketten|den ifyllda blanketten|ifylld blankett|skicka in blanketten"
            "|download form|download va form|print the form"
        ),
        at_least=2,
    ),
    Rule(
        "form_trail", L.TRAIL, D.FORM, 1.5, "stands under forms", r"(?:^|/ )(?:alla )?(?:\w+ och )?blanketter"
    ),
    Rule("form_inbound", L.INBOUND, D.FORM, 1.5, "links to it call it a form", r"\bblankett\b|\bformulär\b"),
    Rule("form_meta", L.META, D.FORM, 3, "the page's own metadata says form", r"blankett|=form\b"),
    Rule("form_web", L.SHAPE, D.FORM, -2, "a form to fill in on the web is an e-service", r"form:personal"),
    Rule(
        "form_minutes",
        L.LEAD,
        D.FORM,
        -4,
        "a meeting's papers also carry signatures",
        words=_words(
            "sammanträdesprotokoll|beslutande|justerare|utses att justera|paragrafer|plats och tid|ledamöter"
            "|protokollsutdrag|tjänsteskrivelse|föredragningslista"
        ),
        at_least=3,
    ),
    # ---- contact ---------------------------------------------------------------------------------------------
    Rule(
        "contact_title",
        L.NAME,
        D.CONTACT,
        5,
        "the title says contact",
        r"^(?:kontakt\b|kontakta\b|kontakter\b|kontaktuppgifter|kontaktcenter|kundtjänst|kundcenter|servicecenter"
        r"|kontaktinformation|kontaktpersoner|telefon(?:nummer|katalog|tider)?\b|växel|hitta rätt person|personal\b"
        r"|medarbetare\b|contact|our staff|staff directory|medborgarservice|adresser|besök och kontakt)"
        r"|\bkontaktuppgifter\b|\bkontaktpersoner\b|- kontakt$|– kontakt$|: kontakt$|\bkontakta oss\b|\bcontact us\b",
    ),
    Rule(
        "contact_path",
        L.PATH,
        D.CONTACT,
        3,
        "the address says contact",
        r"/(?:kontakt(?:a|er|a-oss|uppgifter|personer)?|contact(?:-us)?|kontakta-[a-z-]+|personal|medarbetare|staff|telefonkatalog)"
        r"(?:\.html?|/|$|\?)|/kontakt(?!familj|person\b|lins)[^/]*/?$",
    ),
    Rule(
        "contact_trail",
        L.TRAIL,
        D.CONTACT,
        1.5,
        "stands under contact",
        r"(?:^|/ )(?:kontakt|kontakta (?:oss|kommunen|regionen)|contact(?: us)?)(?: /|$)",
    ),
    Rule(
        "contact_box",
        L.SHAPE,
        D.CONTACT,
        0.5,
        "a short text beside contact facts",
        r"text:short.*contacts:some",
    ),
    Rule(
        "contact_names_of",
        L.NAME,
        D.CONTACT,
        1,
        "the title is a post or a unit in general",
        r"(?:handläggare|handläggaren|konsulent(?:en)?|samordnare(?:n)?|rådgivare|rådgivarna|sekreterare|lotsen|inspektör(?:er|en)?|jouren|expeditionen|chef(?:en)?|ordförande|rektor(?:er)?|enheten|kansliet?|förvaltningen|kontoret|avdelningen)\b",
    ),
    Rule(
        "contact_role_title",
        L.NAME,
        D.CONTACT,
        2.5,
        "the title is a post that a person holds",
        r"\b(?:kommun|region|förvaltnings|social|skol|barn- och utbildnings|utbildnings|bygg|teknisk|miljö|kultur|fritids"
        r"|personal|hr-|ekonomi|enhets|avdelnings|sektors|räddnings|kansli|it-|stads|närings\w*|kommunikations)"
        r"(?:chef|direktör)(?:en|er|erna)?\b|\bkommunalråd|\brektor(?:er)?\b|\bregionråd|\bteknisk chef\b|\bstadsarkitekt"
        r"|\bgeneraldirektör|\blandshövding|\bdiarieför|\bregistrator|\bhandläggare\b|\bombudsman|\bledningsgrupp"
        r"|\bkommunens ledning\b|\bkommunledning|\bchefer\b|\bbyggnadsinspektör|\bdataskyddsombud|\bnämndsekreterare"
        r"|\bstudie- och yrkesvägledare|\bkurator",
    ),
    Rule("contact_schema", L.SCHEMA, D.CONTACT, 4, "schema.org says contact page", r" contactpage "),
    Rule(
        "contact_schema_person",
        L.SCHEMA,
        D.CONTACT,
        2,
        "the page describes a person",
        r" (?:person|profilepage|h-card) ",
    ),
    Rule("contact_meta", L.META, D.CONTACT, 3, "the page's own metadata says contact", r"kontakt|contact"),
    Rule("contact_dense", L.SHAPE, D.CONTACT, 1.5, "hardly anything but contact facts", r"contacts:dense"),
    Rule("contact_many", L.SHAPE, D.CONTACT, 2, "many people or units with their numbers", r"contacts:many"),
    Rule(
        "contact_labels",
        L.LEAD,
        D.CONTACT,
        2,
        "labels of contact facts",
        words=_words(
            "besöksadress|postadress|telefontid|växel|e-post:|telefon:|mobil:|fax|fakturaadress|org.nr"
            "|organisationsnummer|öppettider|besökstid|e-postadress|telefonnummer|mailing address|phone:|email:"
            "|titel:|befattning|visiting address"
        ),
        at_least=3,
    ),
    Rule(
        "contact_unit_title",
        L.NAME,
        D.CONTACT,
        1.5,
        "the title is the name of a unit",
        r"(?:enheten|avdelningen|förvaltningen|kontoret|kansliet|sektionen|mottagningen|växeln|receptionen|kontoret)$",
    ),
    Rule(
        "contact_none",
        L.SHAPE,
        D.CONTACT,
        -2.5,
        "no phone number or e-mail address stands in it",
        r"^(?!.*contacts:some)",
    ),
    Rule(
        "contact_errand",
        L.NAME,
        D.CONTACT,
        -3,
        "an errand or a question, not a contact",
        r"^(?:begär|ansök|anmäl|lämna|beställ|boka|så |hur |vad |när |felanmäl|rapportera|överklaga)|\?$|vart ska jag",
    ),
    Rule("contact_document", L.SHAPE, D.CONTACT, -3, "documents carry letterheads", r"type:(?:pdf|office)"),
    Rule(
        "contact_inbound",
        L.INBOUND,
        D.CONTACT,
        1.5,
        "links to it say contact",
        r"(?m)^kontakt|\bkontakta oss\b|^contact",
    ),
    # ---- place -----------------------------------------------------------------------------------------------
    Rule(
        "place_title",
        L.NAME,
        D.PLACE,
        3.5,
        "the title is a place that people go to",
        rf"(?m)^[^\n,:]{{0,40}}(?:{_FACILITY})(?:,[^\n]{{0,40}}| i \w+| \w+strand)?$|^(?:{_FACILITY}) (?!(?:och|för|med|som|om|på)\b)\w|\b(?:vårdcentralen|folktandvården|förskolan|akutmottagningen) [a-zåäö]{{3}}",
    ),
    Rule(
        "place_titles",
        L.NAME,
        D.PLACE,
        2,
        "the title is a kind of places",
        r"^(?:våra |kommunens |kommunala |alla |hitta )?(?:\w+ och |\w+, )*(?:förskolor|grundskolor|gymnasieskolor|badplatser|återvinningscentraler|återvinningsstationer|simhallar|fritidsgårdar"
        r"|lekplatser|sporthallar|idrottsanläggningar|idrottshallar|motionsspår|skidspår|vandringsleder|naturreservat|äldreboenden|servicepunkter|medborgarkontor"
        r"|akutmottagningar|barnmorskemottagningar|ungdomsmottagningar|mötesplatser|träffpunkter|vårdcentraler|museer|bibliotek|öppna förskolor|kyrkogårdar|utegym|ishallar|elljusspår|servicekontor|parker|hundrastgårdar|toaletter|laddplatser)\b",
    ),
    Rule(
        "place_school",
        L.NAME,
        D.PLACE,
        2,
        "the title is the name of a school",
        r"^(?!(?:\w*(?:förskolan|grundskolan|grundsärskolan|gymnasieskolan|kulturskolan|musikskolan|särskolan|sommarskolan|skolskjuts\w*)|i skolan|börja i \w+|.*\b(?:i|om|till|från|byta|välja|söka|anpassade)\b.*)$)"
        r"(?:\w{3,} ?skolan|[\w ]{3,30}(?:s|ns) (?:skola|förskola|gymnasium)|förskolan \w+|\w{3,}gymnasiet)$",
    ),
    Rule(
        "place_errand",
        L.NAME,
        D.PLACE,
        -4,
        "an errand, not a place",
        r"^(?:hyr|boka|ansök|sök|beställ|anmäl|lån|felanmäl|lämna|regler|avgift|taxa|bygg|välj|byt|börja)",
    ),
    Rule(
        "place_hours_title",
        L.NAME,
        D.PLACE,
        4,
        "the title says opening hours or how to get there",
        r"\böppettider\b|\bhitta hit\b|\bopening hours\b|\bbesök oss\b|\bhitta till\b",
    ),
    Rule("place_hours", L.SHAPE, D.PLACE, 1, "weekdays with clock times", r"hours:some"),
    Rule(
        "place_visit",
        L.LEAD,
        D.PLACE,
        2,
        "what a visitor asks",
        words=_words(
            "öppettider|hitta hit|besöksadress|välkommen till|öppet|parkering|buss|hållplats|entréavgift|inträde"
            "|adress:|entré|tillgänglighet|karta|stängt|bemannat|meröppet|opening hours|faciliteter|lokaler"
            "|omklädningsrum|avdelningar|vi har plats för|på skolan|på förskolan|hos oss"
        ),
        at_least=3,
    ),
    Rule(
        "place_opening", L.LEAD, D.PLACE, 1.5, "tells when it is open", words=("öppettider", "opening hours")
    ),
    Rule(
        "place_schema",
        L.SCHEMA,
        D.PLACE,
        4,
        "schema.org says that it is a place",
        r" (?:library|place|localbusiness|school|preschool|elementaryschool|highschool|sportsactivitylocation|museum"
        r"|recyclingcenter|publicswimmingpool|civicstructure|touristinformationcenter|park|playground|hospital"
        r"|medicalclinic|governmentbuilding|beach|cityhall|landmarksorhistoricalbuildings|touristattraction"
        r"|stadiumorarena|icerink|sportsclub|dentist) ",
    ),
    Rule(
        "place_path",
        L.PATH,
        D.PLACE,
        1.5,
        "lies among places",
        r"/(?:oppettider|hitta-hit|(?:vara-|vara_)?(?:bibliotek|skolor|forskolor|badplatser|idrottsanlaggningar|museer"
        r"|atervinningscentraler|fritidsgardar|lekplatser|simhallar|vardcentraler|servicekontor|naturreservat|sevardheter"
        r"|anlaggningar|lokaler|enheter|aldreboenden|gymnasieskolor|grundskolor))/[^?]*[^/?]{3}|/oppettider|/hitta-hit",
    ),
    Rule(
        "place_meta",
        L.META,
        D.PLACE,
        3,
        "the page's own metadata says place",
        r"=(?:plats|anläggning|enhet|place|facility)\b",
    ),
    Rule("place_document", L.SHAPE, D.PLACE, -3, "a document is no place", r"type:(?:pdf|office)"),
    # ---- news ------------------------------------------------------------------------------------------------
    Rule(
        "news_path",
        L.PATH,
        D.NEWS,
        4,
        "lies among the news",
        r"/(?:nyhet(?:er|sarkiv|sartiklar)?|aktuellt(?:-arkiv)?|press(?:meddelanden?|rum|releaser?|releases)?|pressarkiv"
        r"|news(?:room)?|press-?releases?|media-?releases?|speeches|parliamentary-[a-z-]+|artiklar|blogg?|driftstorningar"
        r"|driftinformation|notiser|arkiv/nyheter|nyhetslista|senaste-nytt|debattartiklar)/[^/?]{2,}",
    ),
    Rule(
        "news_path_date",
        L.PATH,
        D.NEWS,
        2,
        "the address carries a day",
        r"/20\d\d[/-](?:0\d|1[0-2])[/-](?:[0-3]\d)?",
    ),
    Rule(
        "news_schema",
        L.SCHEMA,
        D.NEWS,
        5,
        "schema.org says news",
        r" (?:newsarticle|reportagenewsarticle|blogposting) ",
    ),
    Rule("news_schema_article", L.SCHEMA, D.NEWS, 1, "schema.org says article", r" article "),
    Rule(
        "news_meta",
        L.META,
        D.NEWS,
        3.5,
        "the page's own metadata says news",
        r"nyhet|pressmeddelande|=news|=press|article:section=.*(?:nyhet|aktuellt|press|news)",
    ),
    Rule(
        "news_trail",
        L.TRAIL,
        D.NEWS,
        3,
        "stands under news",
        r"(?:^|/ )(?:nyheter|aktuellt|nyhetsarkiv|press|pressmeddelanden|pressrum|news|newsroom|press releases)(?: /|$)",
    ),
    Rule(
        "news_title",
        L.NAME,
        D.NEWS,
        4,
        "the title says news",
        r"^(?:pressmeddelande|nyhet|pressinbjudan)\b|\bpressmeddelande\b(?!n)|\bpress release\b(?!s)",
    ),
    Rule(
        "news_speech",
        L.NAME,
        D.NEWS,
        5,
        "a speech or an answer in parliament",
        r"\b(?:written|oral) (?:repl(?:y|ies)|answers?)\b|\bspeech(?:es)?\b|\bsecond reading\b|\bremarks (?:by|at)\b"
        r"|\bkeynote\b|\bstatement (?:by|on)\b|^anförande|^tal (?:av|vid)\b|\bparliamentary question|\bministerial statement",
    ),
    Rule(
        "news_lead",
        L.LEAD,
        D.NEWS,
        3,
        "marked as a press release",
        words=(
            "pressmeddelande",
            "press release",
            "for immediate release",
            "media release",
            "presskontakt",
            "pressinbjudan",
            "media contact",
        ),
    ),
    Rule(
        "news_quotes",
        L.TEXT,
        D.NEWS,
        1.5,
        "quotes somebody",
        words=_words(
            "säger |berättar |, säger|– det |– vi |– jag |, berättar|kommenterar| said,| said that| said |, says"
        ),
        at_least=2,
    ),
    Rule(
        "news_tense",
        L.LEAD,
        D.NEWS,
        1,
        "tells what is new",
        words=_words(
            "nu är det klart|invigdes|invigs|i går|i dag |under tisdagen|under onsdagen|under torsdagen|har beslutat"
            "|har utsetts|har tilldelats|nu öppnar|nu startar|publicerad|publicerades|publicerat|uppdaterad:"
            "|i veckan|nyligen|i samband med|announced today|today announced|will be held|today"
        ),
        at_least=2,
    ),
    Rule(
        "news_posted",
        L.LEAD,
        D.NEWS,
        2,
        "says on which day it was published, at its beginning",
        r"\A(?:[^\n]{0,200}\n){0,4}?[^\n]{0,40}(?:publicerad(?:es)?|publicerat|posted(?: on)?)(?: den|:)? ?"
        r"(?:\d|mån|tis|ons|tor|fre|lör|sön)|\A(?:[^\n]{0,200}\n)?[^\n]{0,30}\d{4} posted in ",
    ),
    Rule(
        "news_title_verb",
        L.NAME,
        D.NEWS,
        1.5,
        "the title tells what happens",
        r"\b(?:invigs|inviger|invigning|öppnar|öppnas|startar|satsar|föreslår|presenterar|utsedd|utses|vinner|klart?\b.{0,12}$|byggs|stängs|avbryts|höjs|sänks|får ny|tar över"
        r"|nominera[ds]|söker synpunkter|firar|uppmanar|varnar|nu (?:är|kan|börjar|öppnar)|launch(?:es|ed| of)?|announces?|appointment of|appointed|seeks? (?:feedback|views|public)"
        r"|signs?\b|welcomes?|commence(?:s|ment)?|to be nominated|advisory on|official visit|addendum to)\b",
    ),
    Rule("news_document", L.SHAPE, D.NEWS, -1, "news are seldom documents", r"type:(?:pdf|office)"),
    Rule("news_index", L.SHAPE, D.NEWS, -3, "a list of news is none", r"links:(?:index|listing)"),
    # ---- event -----------------------------------------------------------------------------------------------
    Rule(
        "event_path",
        L.PATH,
        D.EVENT,
        4,
        "lies among the events",
        r"/(?:evenemang(?:skalender)?|kalender|kalendarium|kalenderhandelser?|events?|aktivitetskalender|aktiviteter|pa-gang"
        r"|hander|programblad)/[^/?]{2,}",
    ),
    Rule(
        "event_schema",
        L.SCHEMA,
        D.EVENT,
        5,
        "schema.org says event",
        r" (?:event|educationevent|musicevent|socialevent|sportsevent|theaterevent|exhibitionevent|childrensevent|literaryevent"
        r"|festival|courseinstance|h-event) ",
    ),
    Rule(
        "event_meta", L.META, D.EVENT, 3.5, "the page's own metadata says event", r"evenemang|kalender|=event"
    ),
    Rule(
        "event_trail",
        L.TRAIL,
        D.EVENT,
        3,
        "stands under events",
        r"(?:^|/ )(?:evenemang|evenemangskalender|kalender|kalendarium|på gång|events|händer)(?: /|$)",
    ),
    Rule(
        "event_facts",
        L.LEAD,
        D.EVENT,
        3,
        "when, where, by whom, for how much",
        words=_words(
            "arrangör|fri entré|entré:|inträde:|lokal:|plats:|tid:|datum:|när:|var:|pris:|kostnad:|biljett|anmälan senast"
            "|fritt inträde|föranmälan|drop-in|ingen anmälan|organizer|målgrupp:|ålder:|evenemang|för vem:"
        ),
        at_least=3,
    ),
    Rule(
        "event_title",
        L.NAME,
        D.EVENT,
        2.5,
        "the title is that of an event",
        r"\b(?:sagostund|konsert|föreläsning|vernissage|julmarknad|bokcirkel|filmvisning|teaterföreställning|loppis|prova[- ]på"
        r"|författarbesök|stickcafé|språkcafé|öppet hus|nationaldagsfirande|valborg|sommarlovsaktivitet)",
    ),
    # ---- job -------------------------------------------------------------------------------------------------
    Rule(
        "job_path",
        L.PATH,
        D.JOB,
        3.5,
        "lies among the vacancies",
        r"/(?:lediga-?(?:jobb|tjanster)|platsannonser?|jobbannonser|vacanc(?:y|ies)|job-?openings|annons(?:er)?/\d|jobba-(?:hos|med)-[a-z]+|arbeta-hos-[a-z]+|karriar|jobs|jobb)"
        r"/[^/?]{2,}",
    ),
    Rule("job_schema", L.SCHEMA, D.JOB, 7, "schema.org says job posting", r" jobposting "),
    Rule("job_meta", L.META, D.JOB, 3.5, "the page's own metadata says job", r"lediga jobb|platsannons|=job"),
    Rule(
        "job_trail",
        L.TRAIL,
        D.JOB,
        2.5,
        "stands under vacancies",
        r"lediga (?:jobb|tjänster)|vacancies|job openings",
    ),
    Rule(
        "job_title",
        L.NAME,
        D.JOB,
        4,
        "the title is that of a vacancy",
        r"\bsöker\b.*\b(?:till|med|för)\b|^vi söker|\bsökes\b|\bvikariat\b|\bsommarjobb(?:are)? (?:inom|som)"
        r"|\b(?:sjuksköterska|undersköterska|lärare|förskollärare|socialsekreterare|biståndshandläggare|rektor) till\b",
    ),
    Rule(
        "job_facts",
        L.TEXT,
        D.JOB,
        5,
        "what a vacancy says",
        words=_words(
            "sista ansökningsdag|anställningsform|vi söker dig|kvalifikationer|arbetsuppgifter|tillsvidareanställning"
            "|tillträde|lönesättning|individuell lön|sysselsättningsgrad|meriterande|personliga egenskaper|antal tjänster"
            "|antal platser|din profil|om tjänsten|facklig|referensnummer|provanställning|omfattning|varaktighet"
            "|om arbetsplatsen|välkommen med din ansökan|application deadline|qualifications|duties|salary"
        ),
        at_least=4,
    ),
    Rule(
        "job_facts_few",
        L.TEXT,
        D.JOB,
        2,
        "some of what a vacancy says",
        words=_words(
            "sista ansökningsdag|anställningsform|vi söker dig|kvalifikationer|arbetsuppgifter|tillsvidare|tillträde|individuell lön|meriterande|heltid|deltid"
            "|antal tjänster|provanställning|sök senast|dagtid|legitimation som|körkort|vikariat|annonsen|intervju"
        ),
        at_least=3,
    ),
    Rule(
        "job_occupation",
        L.NAME,
        D.JOB,
        1.5,
        "the title is an occupation",
        r"^(?:\w*sköterska|\w*läkare|\w*lärare|\w*pedagog|\w*sekreterare|\w*handläggare|\w*chef|\w*ingenjör|\w*tekniker|\w*assistent|\w*ledare|\w*inspektör|\w*vikarie\w*|kock|måltidsbiträde"
        r"|barnskötare|elevassistent|lokalvårdare|vaktmästare|kurator|psykolog|rektor|ekonom|controller|jurist|arkitekt|\w*strateg|\w*samordnare|\w*rådgivare|bibliotekarie|sommarvikarie"
        r"|\w*förare|\w*mästare|fysioterapeut|arbetsterapeut|logoped|biolog|brandman)\b",
    ),
    Rule(
        "job_apply",
        L.LINKS,
        D.JOB,
        1.5,
        "a button to apply for the post",
        r"(?m)^(?:sök (?:jobbet|tjänsten)|ansök (?:nu|här)$)",
    ),
    Rule("job_index", L.SHAPE, D.JOB, -3, "a list of vacancies is none", r"links:(?:index|listing)"),
    # ---- minutes ---------------------------------------------------------------------------------------------
    Rule(
        "minutes_title",
        L.NAME,
        D.MINUTES,
        5,
        "the title says minutes, notice or agenda of a meeting",
        r"\b(?:sammanträdes|nämnds?|styrelse|fullmäktige|mötes|förhandlings|års|presidie|beslutsprotokoll och |utskotts|\w{2})?"
        r"protokoll(?:et|en)?\b(?<!kontrollprotokoll)(?<!besiktningsprotokoll)|\bprotokollsutdrag\b|\bföredragningslist"
        r"|\bdagordning(?:ar)?\b|\bärendelist|\bsammanträdeshandling|\bnämndhandling|\bmöteshandling|\bkungörelse.*(?:fullmäktige|sammanträd)"
        r"|\bsammanträden?\b|\bsammanträdes(?:dagar|tider|datum|plan|kalender)",
    ),
    Rule(
        "minutes_title_notice",
        L.NAME,
        D.MINUTES,
        4,
        "a notice of a board's meeting",
        rf"\bkallelse(?:r)?\b.*(?:{_BOARD}|sammanträde|möte|protokoll|{_DAY})|(?:{_BOARD}).*\bkallelse|^kallelser\b",
    ),
    Rule(
        "minutes_title_board",
        L.NAME,
        D.MINUTES,
        3.5,
        "a board and a day",
        rf"(?:{_BOARD})[^\n]{{0,60}}{_DAY}|{_DAY}[^\n]{{0,60}}(?:{_BOARD})",
    ),
    Rule(
        "minutes_title_paragraphs",
        L.NAME,
        D.MINUTES,
        2.5,
        "the title names paragraphs of minutes",
        r"§§? ?\d+",
    ),
    Rule(
        "minutes_title_wrong",
        L.NAME,
        D.MINUTES,
        -5,
        "a protocol of something else than a meeting",
        r"\b(?:kontroll|besiktnings|ovk|prov|provtagnings|mät|mätnings|analys|radon|brandskydds|tillsyns|städ|vinter)-?protokoll"
        r"|\bkyoto|\binternet protocol|beställ\w* protokoll",
    ),
    Rule(
        "minutes_title_en",
        L.NAME,
        D.MINUTES,
        5,
        "the title says minutes, agenda or meetings of a board",
        r"\bminutes\b(?! (?:walk|drive|from))|\bagendas?\b|\bmeetings?\b|\bcommission meetings?\b|\bhearings?\b.*\b(?:schedule|notice)"
        r"|\bboard (?:calendar|schedule|of (?:directors|commissioners|trustees))\b",
    ),
    Rule(
        "minutes_path",
        L.PATH,
        D.MINUTES,
        2.5,
        "lies among minutes",
        r"(?:^|[/_-])(?:protokoll(?:en)?|sammantrad\w*|sammanträd\w*|kallels(?:e|er)|namndhandlingar|moteshandlingar|motesprotokoll"
        r"|handlingar-och-protokoll|meetings?|minutes|agendas?|meetingportal|netpublicator|dagordning\w*|foredragningslist\w*)"
        r"(?=$|[/_.?\d-])",
    ),
    Rule(
        "minutes_trail",
        L.TRAIL,
        D.MINUTES,
        2.5,
        "stands under minutes",
        r"protokoll|sammanträden|kallelser|möten och handlingar|minutes|agendas",
    ),
    Rule(
        "minutes_opening",
        L.LEAD,
        D.MINUTES,
        5,
        "the head of minutes or of a notice",
        words=_words(
            "sammanträdesprotokoll|sammanträdesdatum|plats och tid|beslutande|utses att justera|justerare|justerande"
            "|protokollsjusterare|närvarande|ej tjänstgörande ersättare|ersättare|övriga deltagare|paragrafer|ordförande"
            "|sekreterare|justering|anslagsbevis|underskrifter|mötet öppnas|val av justerare|upprop|godkännande av dagordning"
            "|fastställande av föredragningslista|föredragningslista|ärendelista|kallelse|kallas till|frånvarande"
            "|tid och plats|meddelanden|delegationsbeslut|tjänstgörande|§ 1|ledamöter"
        ),
        at_least=5,
    ),
    Rule(
        "minutes_opening_few",
        L.LEAD,
        D.MINUTES,
        2,
        "words of the head of minutes",
        words=_words(
            "sammanträdesprotokoll|sammanträdesdatum|plats och tid|beslutande|utses att justera|justerare"
            "|protokollsjusterare|ej tjänstgörande ersättare|paragrafer|anslagsbevis|val av justerare|upprop"
            "|fastställande av föredragningslista|föredragningslista|ärendelista|justering av protokoll"
        ),
        at_least=2,
    ),
    Rule(
        "minutes_decisions",
        L.TEXT,
        D.MINUTES,
        2,
        "decisions in the words of minutes",
        words=_words(
            "beslutsgång|yrkanden|yrkande|bifaller|reserverar sig|ajournering|propositionsordning|ärendebeskrivning"
            "|beslutsunderlag|sammanfattning av ärendet|beslut skickas till|protokollsutdrag|dnr |jäv|förslag till beslut"
            "|nämnden beslutar|kommunstyrelsen beslutar|fullmäktige beslutar|votering|omröstning"
        ),
        at_least=4,
    ),
    Rule(
        "minutes_paragraphs",
        L.SHAPE,
        D.MINUTES,
        1.5,
        "paragraph after paragraph",
        r"paragraphs:(?:some|many)",
    ),
    Rule(
        "minutes_often",
        L.SHAPE,
        D.MINUTES,
        2.5,
        "minutes and agendas named again and again",
        r"meetings:often",
    ),
    Rule("minutes_links", L.SHAPE, D.MINUTES, 4, "a list of minutes", r"links:meetings"),
    Rule(
        "minutes_link_paths",
        L.LINK_PATHS,
        D.MINUTES,
        3,
        "links to minutes' files",
        r"(?:minutes|agenda|protokoll|kallelse)[^\n]*\n(?:[^\n]*\n){0,4}?[^\n]*(?:minutes|agenda|protokoll|kallelse)[^\n]*\n"
        r"(?:[^\n]*\n){0,4}?[^\n]*(?:minutes|agenda|protokoll|kallelse)",
    ),
    Rule(
        "minutes_opening_en",
        L.TEXT,
        D.MINUTES,
        4,
        "the order of a meeting",
        words=_words(
            "call to order|roll call|approval of minutes|approval of the minutes|quorum|adjourn|seconded|motion to|public comment"
            "|meeting minutes|board meeting|meeting agenda|agenda item|open meetings act|public participation|special meeting"
            "|regular meeting|meeting notice|meeting schedule|closed session|executive session|public hearing|virtual meeting"
            "|meeting location|board of directors|commissioners|board members|old business|new business"
        ),
        at_least=3,
    ),
    Rule(
        "minutes_list_en",
        L.TEXT,
        D.MINUTES,
        2,
        "minutes and agendas are kept here",
        words=("minutes", "agenda", "meeting"),
        at_least=3,
    ),
    Rule(
        "minutes_lead",
        L.LEAD,
        D.MINUTES,
        2,
        "opens with minutes",
        words=_words(
            "meeting minutes|board minutes|minutes of the|agendas and minutes|minutes and agendas|justerade protokoll|kallelser och protokoll|protokoll och kallelser|kallelse och handlingar"
        ),
    ),
    Rule(
        "minutes_headings",
        L.HEADINGS,
        D.MINUTES,
        1.5,
        "a heading over minutes",
        r"(?m)meeting minutes|agendas? (?:and|&) minutes|^protokoll(?: 20\d\d)?$|kallelser|sammanträden 20\d\d|meeting (?:agendas|schedule)",
    ),
    Rule(
        "minutes_inbound",
        L.INBOUND,
        D.MINUTES,
        2,
        "links to it say minutes",
        r"\bprotokoll\b|\bkallelse\b|\bsammanträde|\bminutes\b|\bagenda\b|\bdagordning",
    ),
    # ---- decision --------------------------------------------------------------------------------------------
    Rule(
        "decision_title",
        L.NAME,
        D.DECISION,
        4.5,
        "the title calls it a decision or a notice of one",
        r"^(?:beslut\b|delegationsbeslut|delegationslista|tillkännagivande|kungörelse|underrättelse|föreläggande|anslag:? (?:om|av|justerat)\b"
        r"|laga kraft|detaljplan för .*(?:laga kraft|antag)|dom\b|dispens\b|tillstånd för|tjänsteskrivelse"
        r"|tjänsteutlåtande|ordförandebeslut|nämndbeslut|yttrande över|remissvar|allmän kungörelse|decision\b|order\b.*\bno\.)"
        r"|\bhar vunnit laga kraft|\bbeslut om (?:antagande|att anta|samråd|granskning)|\bsamrådshandling|\banslagsbevis|\bbeslutsdokument",
    ),
    Rule(
        "decision_path",
        L.PATH,
        D.DECISION,
        3,
        "lies among decisions",
        r"/(?:anslagstavla(?:n)?|digital-anslagstavla|beslut|kungorelser?|tillkannagivanden|delegationsbeslut|decisions)/[^/?]{2,}",
    ),
    Rule(
        "decision_words",
        L.TEXT,
        D.DECISION,
        3.5,
        "the parts of a decision",
        words=_words(
            "beslutsdatum|hur man överklagar|besvärshänvisning|överklagandehänvisning|skäl för beslutet|motivering till beslutet"
            "|skäl till beslutet|beslutet fattas med stöd|vunnit laga kraft|överklagas till|delegationsordning|på delegation"
            "|beslutet kan överklagas|detta beslut|upplysningar|förslag till beslut|har fattats av|ärendet|diarienummer|dnr"
            "|sökande:|fastighet:|avgift enligt taxa|lagrum|med stöd av|handlingar som ligger till grund"
        ),
        at_least=5,
    ),
    Rule(
        "decision_trail",
        L.TRAIL,
        D.DECISION,
        2,
        "stands under decisions",
        r"anslagstavla|(?:^|/ )beslut(?: /|$)|kungörelser",
    ),
    Rule(
        "decision_howto",
        L.NAME,
        D.DECISION,
        -4,
        "tells how to get or appeal a decision",
        r"överklaga|så (?:här )?(?:fattas|går)|^beslut och (?:insyn|rätt)|hur du|hur man",
    ),
    Rule(
        "decision_meeting",
        L.LEAD,
        D.DECISION,
        -3,
        "a meeting's papers, not a single decision",
        words=_words(
            "sammanträdesprotokoll|plats och tid|justerare|utses att justera|föredragningslista|ej tjänstgörande|paragrafer"
        ),
        at_least=2,
    ),
    # ---- steering --------------------------------------------------------------------------------------------
    Rule(
        "steering_title",
        L.NAME,
        D.STEERING,
        4.5,
        "the title is that of a steering document",
        rf"\b[a-zåäö]{(3,)}policy(?:n|er)?\b|\bpolicy (?:för|mot|om|gällande|avseende|vid|on|for)\b|^policy(?:n|er|\b$)|\b(?!rikt nivå)\w*riktlinjer?(?:na)?\b|\b\w*reglemente(?:t|n)?\b|\b\w*delegationsordning(?:en)?\b"
        rf"|\b(?:mål och |fler\w+|kommunens |regionens |drifts?|investerings|tilläggs)?budget(?:en)?\b(?!.*rådgiv)(?! och skuld)"
        rf"|{_PLAN}|\b\w*strategi(?:n|er)?\b|\b(?:bostadsförsörjnings|partnerskaps|handlings|åtgärds|miljö|folkhälso|energi|idé|kultur"
        rf"|personal|landsbygds|närings\w*|integrations|kvalitets|tillgänglighets|mål|trafiksäkerhets|arkitektur)program(?:met)?\b"
        rf"|\b\w*taxebestämmelser|\barbetsordning(?:en)?\b|\brenhållningsordning"
        rf"|\bägardirektiv|\bbolagsordning|\bförbundsordning|\bfirmateckning|\breservationsplan"
        rf"|\bgemensamma regler för\b|\bbestämmelser för\b|\bregler för (?:bidrag|föreningsbidrag|kommunalt)|\bbidragsbestämmelser"
        rf"|\bvision \d{{4}}|\bmåldokument|\bplan för .*(?:20\d\d|likabehandling|kränkande)|(?<!med )\binstruktion för\b",
    ),
    Rule(
        "steering_taxa",
        L.NAME,
        D.STEERING,
        2,
        "the title is that of a table of fees that the council decides on",
        r"\b\w*taxa(?:n)?\b(?<!maxtaxa)(?<!maxtaxan)|\btaxor\b",
    ),
    Rule(
        "steering_title_guide",
        L.NAME,
        D.STEERING,
        -2.5,
        "wording of advice, not of a steering document",
        r"^(?:så |hur |vad |när |avgift|ansök|anmäl|sök |behöver|om |frågor|personlig|cookie|kakor|privacy|integritets)"
        r"|hushållsbudget|budgetrådgivning|bygga|din \w*plan|individuell",
    ),
    Rule(
        "steering_path",
        L.PATH,
        D.STEERING,
        2.5,
        "lies among steering documents",
        r"/(?:styrdokument|styrande-dokument|policy(?:er)?|policyer-och-[a-z-]+|riktlinjer|reglementen?|forfattningssamling"
        r"|budget(?:-och-[a-z-]+)?|mal-och-budget|taxor(?:-och-avgifter)?|planer(?:-och-[a-z-]+)?|strategier|delegationsordning"
        r"|planer-och-styrdokument|regler-och-styrdokument|kommunala-styrdokument)(?:/|\.html?|$|\?)",
    ),
    Rule(
        "steering_file",
        L.PATH,
        D.STEERING,
        2,
        "the file name calls it a steering document",
        r"/[^/]*(?:policy|riktlinje|reglemente|delegationsordning|budget|verksamhetsplan|strategi|handlingsplan|taxa|arbetsordning"
        r"|program|plan-20\d\d|mal-och-budget)[^/]*\.(?:pdf|docx?|odt)\b",
    ),
    Rule(
        "steering_head",
        L.LEAD,
        D.STEERING,
        3.5,
        "the head of a steering document",
        words=_words(
            "antagen av|antaget av|fastställd av|fastställt av|beslutad av|antagen:|fastställd:|antaget:|dokumenttyp|dokumentansvarig"
            "|dokumentägare|giltighetstid|giltig från|giltig till|gäller från|gäller för|gäller från och med|diarienummer|beslutsinstans|revideras|reviderad"
            "|dokumentnamn|författningssamling|styrdokument|policyn|riktlinjerna|reglementet|delegationsordningen|inledning|syfte"
            "|ansvar och uppföljning|uppföljning|versionsnummer|kommunfullmäktige § |dokumentet gäller|beslutad:|senast reviderad"
        ),
        at_least=3,
    ),
    Rule(
        "steering_body",
        L.TEXT,
        D.STEERING,
        1,
        "what steering documents talk of",
        words=_words(
            "nämnden ska|nämnden ansvarar|verksamheten ska|kommunen ska|målsättning|inriktningsmål|effektmål|indikator"
            "|ansvarsfördelning|delegat|uppföljning sker|kommunfullmäktiges mål|nämndens mål|resultatmål|strategiska|nyckeltal"
            "|skattesats|kommunbidrag|resultatbudget|investeringsbudget|ramar"
        ),
        at_least=3,
    ),
    Rule(
        "steering_document",
        L.SHAPE,
        D.STEERING,
        0.5,
        "steering documents are mostly documents",
        r"type:(?:pdf|office)",
    ),
    Rule(
        "steering_trail",
        L.TRAIL,
        D.STEERING,
        2,
        "stands under steering documents",
        r"styrdokument|styrande dokument|författningssamling|policy|planer och |budget|riktlinjer|reglementen",
    ),
    Rule(
        "steering_site",
        L.NAME,
        D.STEERING,
        -5,
        "a notice on the web site itself",
        r"cookie|kakor|tillgänglighetsredogörelse|privacy|integritetspolicy|personuppgift|terms of use|terms (?:and|&) conditions|accessibility statement",
    ),
    # ---- report ----------------------------------------------------------------------------------------------
    Rule(
        "report_title",
        L.NAME,
        D.REPORT,
        4.5,
        "the title is that of a report",
        r"\bårsredovisning(?:en)?\b|\bdelårs\w*|\bbokslut(?:et)?\b|\b\w*rapport(?:en)?\b|^\w*rapporter\b|(?<!i )(?<!och )(?<!om )\b\w*utredning(?:en)?\b(?! av)"
        r"|\butvärdering|\b(?:statistik|befolkningsstatistik)\b|\b\w*granskning av\b|\brevisionsberättelse|\brevisionsrapport"
        r"|\bkvalitetsredovisning|\b\w*undersökning(?:en)?\b|\bkartläggning|\bverksamhetsberättelse|\bårsberättelse|\bförstudie"
        r"|\b\w*uppföljning(?:en)? (?:av|20)|\blägesbild|\bomvärldsanalys|\bnulägesanalys|\b\w*analys 20|\bpatientsäkerhetsberättelse"
        r"|\bkonsekvensbeskrivning|\bmiljöredovisning|\bhållbarhetsredovisning|\bkvalitetsberättelse|\bmedborgarenkät|\bkommunkompass"
        r"|\bannual report|\breport (?:of|on|to)\b|\bstatistics\b|\bsurvey\b|\bevaluation\b|\bsou \d{4}:|\bstudy (?:of|on)\b|\b(?:final|annual|interim) report",
    ),
    Rule(
        "report_title_errand",
        L.NAME,
        D.REPORT,
        -4,
        "an errand or an advice, not a report",
        r"^(?:felanmäl|rapportera|anmäl|ansök|lämna|så |hur |report a\b|beställ)|rapportera (?:fel|frånvaro)|\bläkarundersökning"
        r"|\bneuropsykiatrisk|\bbasutredning|hälsoundersökning|\bundersökning och|(?:vård|vid|din|för din) utredning"
        r"|bostadsanpassning|faderskap|\bgynekologisk|barnavårdsutredning|livmoderhals|mammografi",
    ),
    Rule(
        "report_path",
        L.PATH,
        D.REPORT,
        2.5,
        "lies among reports",
        r"/(?:rapporter|arsredovisning(?:ar)?|statistik|utredningar|undersokningar|granskningar|revision(?:srapporter)?|publikationer|uppfoljning"
        r"|ekonomi-och-uppfoljning|reports?|publications|bokslut|kvalitet-och-resultat|jamforelser-och-resultat)(?:/|\.html?|$|\?)",
    ),
    Rule(
        "report_file",
        L.PATH,
        D.REPORT,
        2,
        "the file name calls it a report",
        r"/[^/]*(?:arsredovisning|årsredovisning|delars|rapport|report|utredning|utvardering|bokslut|kartlaggning|granskning|statistik)[^/]*"
        r"\.(?:pdf|docx?|odt)\b",
    ),
    Rule(
        "report_words",
        L.TEXT,
        D.REPORT,
        2.5,
        "parts of a report",
        words=_words(
            "sammanfattning|innehållsförteckning|innehåll\n|resultat och|slutsats|slutsatser|metod|diagram|tabell|figur|uppdraget"
            "|revisionsfråga|iakttagelser|bedömning|balansräkning|resultaträkning|förvaltningsberättelse|årets resultat|nettokostnader"
            "|jämfört med föregående år|procent av|respondent|svarsfrekvens|källa:|utfall|prognos|executive summary|recommendations|findings"
            "|methodology|avgränsning|antal invånare|befolkning"
        ),
        at_least=4,
    ),
    Rule("report_document", L.SHAPE, D.REPORT, 0.5, "reports are mostly documents", r"type:(?:pdf|office)"),
    Rule(
        "report_trail",
        L.TRAIL,
        D.REPORT,
        2,
        "stands under reports",
        r"årsredovisning|rapporter|statistik|fakta och|publikationer|revision",
    ),
    # ---- law -------------------------------------------------------------------------------------------------
    Rule(
        "law_title",
        L.NAME,
        D.LAW,
        6,
        "a statute with its number",
        r"\b(?:\w*lag(?:en)?|\w*förordning(?:en)?|\w*balk(?:en)?|\w*kungörelse|\w*föreskrift(?:er)?|brev|reglemente|\w*stadga|\w*instruktion|tillkännagivande|cirkulär)\b"
        r"[^\n]{0,30}\(\d{4}:\d{1,4}(?: s\.\d)?[^)]{0,6}\)|\b(?:[a-zåäö]{2,6}fs|hslf-fs|sosfs) \d{4}:\d+|\bsfs \d{4}:\d+|^sfs-?nr",
    ),
    Rule(
        "law_title_en",
        L.NAME,
        D.LAW,
        4.5,
        "an act, a bill or regulations",
        r"^(?!.*(?:commenc|operational|amendments? relating|to start|to take effect|launch|^new |speech|repl(?:y|ies)|answer|press|consult|feedback|about |how ))[^\n]{3,120}\b(?:act|ordinance|regulations|rules) (?:of )?\d{4}$|^an act to\b|\bpublic law \d+",
    ),
    Rule(
        "law_local",
        L.NAME,
        D.LAW,
        4.5,
        "local regulations with the force of law",
        r"\b(?:allmänna )?lokala (?:ordnings|hälsoskydds|trafik)?föreskrifter|\bordningsföreskrifter\b|\blokala föreskrifter|\btorghandelsföreskrifter"
        r"|\bhälsoskyddsföreskrifter|\bavfallsföreskrifter|\brenhållningsföreskrifter|\b\w+föreskrifter för\b",
    ),
    Rule(
        "law_path",
        L.PATH,
        D.LAW,
        3.5,
        "lies among laws",
        r"/(?:eli/sfs|sfs|lagar|svensk-forfattningssamling|lagrum|foreskrifter|forfattningar|statutes|legislation/acts)(?:/|-)\S*\d",
    ),
    Rule("law_schema", L.SCHEMA, D.LAW, 6, "schema.org says legislation", r" legislation(?:object)? "),
    Rule("law_sections", L.SHAPE, D.LAW, 2, "section after section", r"paragraphs:many"),
    Rule("law_chapters", L.SHAPE, D.LAW, 1, "chapters", r"chapters:some"),
    Rule(
        "law_words",
        L.LEAD,
        D.LAW,
        2.5,
        "how statutes begin",
        words=_words(
            "denna lag|i denna lag|denna förordning|i denna förordning|träder i kraft|utfärdad|utfärdad:|inledande bestämmelser|lagens innehåll"
            "|lagens syfte|har meddelats med stöd av|föreskrivs följande|departement|sfs nr|ändrad:|upphävd|lag (1|lag (2|förordning (1|förordning (2"
            "|dessa föreskrifter|be it enacted|short title"
        ),
        at_least=3,
    ),
    Rule(
        "law_minutes",
        L.LEAD,
        D.LAW,
        -4,
        "paragraphs of minutes are no sections of law",
        words=_words(
            "sammanträde|justerare|beslutande|plats och tid|närvarande|kallelse|föredragningslista|dnr|kommunstyrelsen|nämnden beslutar"
        ),
        at_least=2,
    ),
    # ---- guide -----------------------------------------------------------------------------------------------
    Rule(
        "guide_base",
        L.SHAPE,
        D.GUIDE,
        2,
        "a page with text is information unless something says otherwise",
        r"text:(?:short|long)",
    ),
    Rule("guide_prose", L.SHAPE, D.GUIDE, 0.5, "whole paragraphs", r"prose:ample"),
    Rule(
        "guide_words",
        L.TEXT,
        D.GUIDE,
        1,
        "speaks to the reader about an errand",
        words=_words(
            "du kan|du behöver|du som|så här|ansöker du|ansök|vem kan|vad kostar|det kostar|så går det till|handläggningstid|vanliga frågor"
            "|du har rätt|rätt till|vi hjälper|kontakta oss|kan du få|du får|avgift|blankett|e-tjänst|gäller för dig|tänk på|ni kan|behöver du"
            "|you can|how to|eligib|how do i|you may|apply for|you need|your "
        ),
        at_least=4,
    ),
    Rule(
        "guide_words_many",
        L.TEXT,
        D.GUIDE,
        1,
        "speaks to the reader about an errand all through",
        words=_words(
            "du kan|du behöver|du som|så här|ansöker du|vem kan|vad kostar|det kostar|så går det till|handläggningstid|vanliga frågor"
            "|du har rätt|rätt till|vi hjälper|kan du få|du får|tänk på|behöver du|innan du|om du|när du|måste du|du måste|till dig som"
            "|you can|how to|eligib|how do i|you may|apply for|you need|if you|you’ll need|you'll need|find out"
        ),
        at_least=6,
    ),
    Rule(
        "guide_title",
        L.NAME,
        D.GUIDE,
        2,
        "the title asks or tells how",
        r"^(?:så här|så|hur|vad|när|vem|varför|behöver du|får jag|kan jag|att |att tänka på|råd om|stöd (?:till|för|vid)|hjälp (?:med|i|till|vid)|information om"
        r"|how|what|when|who|can i|about)\b|\?$|frågor och svar|vanliga frågor|\bguide\b|eligibility|how to",
    ),
    Rule(
        "guide_title_noun",
        L.NAME,
        D.GUIDE,
        1,
        "the title is a matter that citizens have",
        r"^(?:bygglov|förskola|barnomsorg|hemtjänst|färdtjänst|försörjningsstöd|ekonomiskt bistånd|bostadsanpassning\w*|skolskjuts|parkering\w*|trygghetslarm"
        r"|avfall|sophämtning|vatten och avlopp|god man|skuldrådgivning|budget- och skuldrådgivning|serveringstillstånd|vigsel|namnändring|id-kort|pass|körkort"
        r"|föräldrapenning|bostadsbidrag|sjukpenning|pension|folkbokföring|eldning|hund\w*|lantmäteri|nybyggnadskarta|detaljplan\w*|modersmål\w*|fritidshem"
        r"|äldreboende|lss|personlig assistans|kontaktperson|ledsagning|avlastning|anhörigstöd|[\wåäö]+bidrag|[\wåäö]+stöd|[\wåäö]+tillstånd)\b",
    ),
    Rule(
        "guide_schema",
        L.SCHEMA,
        D.GUIDE,
        2,
        "schema.org says questions and answers, or how to",
        r" (?:faqpage|howto|qapage|governmentservice|medicalwebpage) ",
    ),
    Rule(
        "guide_sections",
        L.HEADINGS,
        D.GUIDE,
        1,
        "headings of a guide",
        r"(?m)^(?:så (?:här )?(?:ansöker|gör|anmäler|går|fungerar)|vem kan|vad kostar|kostnad|avgift|handläggningstid|ansök|innan du|efter|det här behöver|du behöver"
        r"|vanliga frågor|regler|när behöver|behöver jag|hur (?:ansöker|gör|lång)|vad gäller|how do i|what|who|am i eligible|can i get|get )",
    ),
    Rule(
        "guide_offers_service",
        L.LINKS,
        D.GUIDE,
        1,
        "hands on to an e-service",
        r"\be-tjänst(?:en)?\b|\bansök om |\bblankett\b",
    ),
    Rule("guide_document", L.SHAPE, D.GUIDE, -1, "documents are less often guides", r"type:(?:pdf|office)"),
    # ---- other -----------------------------------------------------------------------------------------------
    Rule(
        "other_front",
        L.PATH,
        D.OTHER,
        5,
        "a front page",
        r"^/(?:index\.(?:html?|php|aspx)|start(?:sida)?(?:\.html?|/)?|hem/?|home/?|sv/?|en/?|default\.aspx)?$",
    ),
    Rule(
        "other_search",
        L.PATH,
        D.OTHER,
        5,
        "a search page",
        r"^/(?:[a-z]{2}/)?(?:sok|search|sokresultat|soktraff\w*|sok\.html|search-results)(?:/|\.html?|$|\?)",
    ),
    Rule(
        "other_title",
        L.NAME,
        D.OTHER,
        5,
        "the title of a front page, a list or a notice on the site",
        r"^(?:startsida|start$|hem$|home$|välkommen(?: till [^\n]{3,50})?$|sök$|sök på|sökresultat|sökträffar|webbkarta|sidkarta|sitemap|innehåll a|a-ö|a–ö|a till ö|alla e-tjänster|e-tjänster$"
        r"|våra e-tjänster|e-services?$|online services$|e-tjänster och blanketter|e-tjänster a|blanketter$|alla blanketter|blanketter a|självservice$|mina sidor$|logga in$|kakor|om cookies|cookies"
        r"|om kakor|tillgänglighetsredogörelse|tillgänglighet för|om (?:webbplatsen|e-tjänste?portalen|portalen|e-tjänsterna|självservice)|site ?map|sign in|log ?in|search|index of|terms of use|terms (?:and|&) conditions|privacy statement|kategori(?:er)?\b|taggar?\b"
        r"|länkar|snabblänkar|genvägar|sidan (?:finns inte|kunde inte|hittades inte)|404|index$)",
    ),
    Rule(
        "other_list",
        L.NAME,
        D.OTHER,
        6,
        "the title is that of a list of news, events, vacancies or notices",
        r"^(?:styrdokument|styrande dokument|(?:kommunens |kommunal )?författningssamling(?:en)?|nyheter|nyhetsarkiv|alla nyheter|aktuellt|senaste nytt|pressmeddelanden|pressrum|news(?:room)?|press releases"
        r"|lediga (?:jobb|tjänster)|jobba hos oss|vacancies|evenemang|evenemangskalender|kalender|kalendarium|kalendern|på gång"
        r"|det händer|(?:upcoming )?events?(?: calendar)?|(?:digital |kommunens )?anslagstavla|digital anslagstavla)"
        r"(?: (?:i|på|hos|från|för) [^\n]{2,40}| 20\d\d|,? (?:och |planer )[^\n]{3,60})?$",
    ),
    Rule(
        "other_index",
        L.SHAPE,
        D.OTHER,
        3.5,
        "more links to further pages than text",
        r"links:index(?!.*links:meetings)",
    ),
    Rule(
        "other_listing",
        L.SHAPE,
        D.OTHER,
        2.5,
        "hardly anything but links",
        r"links:listing(?!.*links:(?:index|meetings))",
    ),
    Rule("other_dense", L.SHAPE, D.OTHER, 1, "links make up most of the text", r"links:dense"),
    Rule("other_menu", L.SHAPE, D.OTHER, 1, "links and no paragraph", r"prose:none links:dense"),
    Rule("other_services", L.SHAPE, D.OTHER, 2, "a list of services", r"links:services"),
    Rule("other_no_prose", L.SHAPE, D.OTHER, 0.5, "no paragraph of text", r"prose:none"),
    Rule("other_empty", L.SHAPE, D.OTHER, 3, "next to no text", r"text:none"),
    Rule(
        "other_login",
        L.SHAPE,
        D.OTHER,
        1,
        "a login form and little else",
        r"(?=.*form:login)(?=.*text:(?:none|short))",
    ),
)
