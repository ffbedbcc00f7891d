"""What speaks for somebody to reach or somewhere to go: a contact or a place?

Rows of the one table; rules/__init__.py says how they are weighed.
"""

from crawler.record import Doctype
from crawler.understand.rules.row import Rule
from crawler.understand.rules.row import different as _words
from crawler.understand.view import Look

D, L = Doctype, Look
# fmt: off
_FACILITY = (
    r"bibliotek(?:et)?|återvinningscentral(?:en)?|återvinningsgård|kretsloppspark|simhall(?:en)?"
    r"|badhus(?:et)?|badplats(?:en)?|badet|sporthall(?:en)?|idrottsplats|ishall(?:en)?|idrottshall"
    r"|fritidsgård(?:en)?|ungdomsgård|ungdomens hus|museum|museet|konsthall(?:en)?|kulturhus(?:et)?"
    r"|medborgarkontor(?:et)?|servicekontor(?:et)?|medborgarhus(?:et)?|turistbyrå(?:n)?|turistinformation"
    r"|besökscenter|digital servicekontor|familjecentral(?:en)?|öppna förskolan|träffpunkt(?:en)?"
    r"|dagverksamhet(?:en)?|lekplats(?:en)?|utegym|elljusspår|naturreservat|vandringsled"
    r"|spontanidrottsplats|motionsspår|skatepark|\bstadshus(?:et)?|kommunhus(?:et)?|\brådhus(?:et)?"
    r"|vårdcentral(?:en)?|hälsocentral(?:en)?|sjukhus(?:et)?|lasarett(?:et)?|akutmottagning(?:en)?"
    r"|jourcentral(?:en)?|barnmorskemottagning(?:en)?|ungdomsmottagning(?:en)?|miljöstation(?:en)?"
    r"|småbåtshamn(?:en)?|gästhamn(?:en)?|äldreboende|särskilt boende|vård- och omsorgsboende"
    r"|servicehus(?:et)?|gymnasium|gymnasiet|camping(?:en)?|stadsarkiv(?:et)?|kyrkogård(?:en)?"
    r"|begravningsplats|ridhus|teater(?:n)?|biograf(?:en)?|library|museum|recycling cent(?:re|er)"
    r"|service cent(?:re|er)|swimming pool|office locations?"
)

RULES: tuple[Rule, ...] = (
    # ---- contact -----------------------------------------------------------------------------------------
    Rule("contact_title", L.NAME, D.CONTACT, 5, "the title says contact",
         r"^(?:kontakt\b|kontakta\b|kontakter\b|kontaktuppgifter|kontaktcenter|kundtjänst|kundcenter"
         r"|servicecenter|kontaktinformation|kontaktpersoner|telefon(?:nummer|katalog|tider)?\b|växel"
         r"|hitta rätt person|personal\b|medarbetare\b|contact|our staff|staff directory|medborgarservice"
         r"|adresser|besök och kontakt)|\bkontaktuppgifter\b|\bkontaktpersoner\b|- kontakt$|– kontakt$"
         r"|: kontakt$|\bkontakta oss\b|\bcontact us\b"),
    Rule("contact_path", L.PATH, D.CONTACT, 3, "the address says contact",
         r"/(?:kontakt(?:a|er|a-oss|uppgifter|personer)?|contact(?:-us)?|kontakta-[a-z-]+|personal"
         r"|medarbetare|staff|telefonkatalog)(?:\.html?|/|$|\?)|/kontakt(?!familj|person\b|lins)[^/]*/?$"),
    Rule("contact_trail", L.TRAIL, D.CONTACT, 1.5, "stands under contact",
         r"(?:^|/ )(?:kontakt|kontakta (?:oss|kommunen|regionen)|contact(?: us)?)(?: /|$)"),
    Rule("contact_box", L.SHAPE, D.CONTACT, 0.5, "a short text beside contact facts",
         r"text:short.*contacts:some"),
    Rule("contact_names_of", L.NAME, D.CONTACT, 1, "the title is a post or a unit in general",
         r"(?:handläggare|handläggaren|konsulent(?:en)?|samordnare(?:n)?|rådgivare|rådgivarna|sekreterare"
         r"|lotsen|inspektör(?:er|en)?|jouren|expeditionen|chef(?:en)?|ordförande|rektor(?:er)?|enheten"
         r"|kansliet?|förvaltningen|kontoret|avdelningen)\b"),
    Rule("contact_role_title", L.NAME, D.CONTACT, 2.5, "the title is a post that a person holds",
         r"\b(?:kommun|region|förvaltnings|social|skol|barn- och utbildnings|utbildnings|bygg|teknisk"
         r"|miljö|kultur|fritids|personal|hr-|ekonomi|enhets|avdelnings|sektors|räddnings|kansli|it-|stads"
         r"|närings\w*|kommunikations)(?:chef|direktör)(?:en|er|erna)?\b|\bkommunalråd|\brektor(?:er)?\b"
         r"|\bregionråd|\bteknisk chef\b|\bstadsarkitekt|\bgeneraldirektör|\blandshövding|\bdiarieför"
         r"|\bregistrator|\bhandläggare\b|\bombudsman|\bledningsgrupp|\bkommunens ledning\b"
         r"|\bkommunledning|\bchefer\b|\bbyggnadsinspektör|\bdataskyddsombud|\bnämndsekreterare"
         r"|\bstudie- och yrkesvägledare|\bkurator"),
    Rule("contact_press", L.NAME, D.CONTACT, 2, "whom journalists call",
         r"^(?:för )?(?:press|media|journalister)(?:rum(?:met)?|kontakt(?:er)?|tjänst|service|jour(?:en)?)?"
         r"(?: (?:och|&) (?:press|media|nyhetsrum))?(?:\n|\Z)"
         r"|^(?:press|media) (?:office|contacts?|enquiries)"),
    Rule("contact_schema", L.SCHEMA, D.CONTACT, 4, "schema.org says contact page", r" contactpage "),
    Rule("contact_schema_person", L.SCHEMA, D.CONTACT, 2, "the page describes a person",
         r" (?:person|profilepage) "),
    Rule("contact_meta", L.META, D.CONTACT, 3, "the page's own metadata says contact", r"kontakt|contact"),
    Rule("contact_dense", L.SHAPE, D.CONTACT, 1.5, "hardly anything but contact facts", r"contacts:dense"),
    Rule("contact_many", L.SHAPE, D.CONTACT, 2, "many people or units with their numbers",
         r"contacts:many"),
    Rule("contact_labels", L.LEAD, D.CONTACT, 2, "labels of contact facts",
         words=_words("besöksadress|postadress|telefontid|växel|e-post:|telefon:|mobil:|fax|fakturaadress"
                      "|org.nr|organisationsnummer|öppettider|besökstid|e-postadress|telefonnummer"
                      "|mailing address|phone:|email:|titel:|befattning|visiting address"), at_least=3),
    Rule("contact_unit_title", L.NAME, D.CONTACT, 1.5, "the title is the name of a unit",
         r"(?:enheten|avdelningen|förvaltningen|kontoret|kansliet|sektionen|mottagningen|växeln"
         r"|receptionen|kontoret)$"),
    Rule("contact_none", L.SHAPE, D.CONTACT, -2.5, "no phone number or e-mail address stands in it",
         r"^(?!.*contacts:some)"),
    Rule("contact_errand", L.NAME, D.CONTACT, -3, "an errand or a question, not a contact",
         r"^(?:begär|ansök|anmäl|lämna|beställ|boka|så |hur |vad |när |felanmäl|rapportera|överklaga)|\?$"
         r"|vart ska jag"),
    Rule("contact_document", L.SHAPE, D.CONTACT, -3, "documents carry letterheads", r"type:(?:pdf|office)"),
    Rule("contact_inbound", L.INBOUND, D.CONTACT, 1.5, "links to it say contact",
         r"(?m)^kontakt|\bkontakta oss\b|^contact"),
    # ---- place -------------------------------------------------------------------------------------------
    Rule("place_title", L.NAME, D.PLACE, 3.5, "the title is a place that people go to",
         rf"(?m)^[^\n,:]{{0,40}}(?:{_FACILITY})(?:,[^\n]{{0,40}}| i \w+| \w+strand)?$"
         rf"|^(?:{_FACILITY}) (?!(?:och|för|med|som|om|på)\b)\w|\b(?:vårdcentralen|folktandvården"
         rf"|förskolan|akutmottagningen) [a-zåäö]{{3}}"),
    Rule("place_titles", L.NAME, D.PLACE, 2, "the title is a kind of places",
         r"^(?:våra |kommunens |kommunala |alla |hitta )?(?:\w+ och |\w+, )*(?:förskolor|grundskolor"
         r"|gymnasieskolor|badplatser|återvinningscentraler|återvinningsstationer|simhallar|fritidsgårdar"
         r"|lekplatser|sporthallar|idrottsanläggningar|idrottshallar|motionsspår|skidspår|vandringsleder"
         r"|naturreservat|äldreboenden|servicepunkter|medborgarkontor|akutmottagningar"
         r"|barnmorskemottagningar|ungdomsmottagningar|mötesplatser|träffpunkter|vårdcentraler|museer"
         r"|bibliotek|öppna förskolor|kyrkogårdar|utegym|ishallar|elljusspår|servicekontor|parker"
         r"|hundrastgårdar|toaletter|laddplatser)\b"),
    Rule("place_school", L.NAME, D.PLACE, 2, "the title is the name of a school",
         r"^(?!(?:\w*(?:förskolan|grundskolan|grundsärskolan|gymnasieskolan|kulturskolan|musikskolan"
         r"|särskolan|sommarskolan|skolskjuts\w*)|i skolan|börja i \w+|.*\b(?:i|om|till|från|byta|välja"
         r"|söka|anpassade)\b.*)$)(?:\w{3,} ?skolan|[\w ]{3,30}(?:s|ns) (?:skola|förskola|gymnasium)"
         r"|förskolan \w+|\w{3,}gymnasiet)$"),
    Rule("place_errand", L.NAME, D.PLACE, -4, "an errand, not a place",
         r"^(?:hyr|boka|ansök|sök|beställ|anmäl|lån|felanmäl|lämna|regler|avgift|taxa|bygg|välj|byt|börja)"),
    Rule("place_hours_title", L.NAME, D.PLACE, 4, "the title says opening hours or how to get there",
         r"\böppettider\b|\bhitta hit\b|\bopening hours\b|\bbesök oss\b|\bhitta till\b"),
    Rule("place_hours", L.SHAPE, D.PLACE, 1, "weekdays with clock times", r"hours:some"),
    Rule("place_visit", L.LEAD, D.PLACE, 2, "what a visitor asks",
         words=_words("öppettider|hitta hit|besöksadress|välkommen till|öppet|parkering|buss|hållplats"
                      "|entréavgift|inträde|adress:|entré|tillgänglighet|karta|stängt|bemannat|meröppet"
                      "|opening hours|faciliteter|lokaler|omklädningsrum|avdelningar|vi har plats för"
                      "|på skolan|på förskolan|hos oss"), at_least=3),
    Rule("place_opening", L.LEAD, D.PLACE, 1.5, "tells when it is open",
         words=("öppettider", "opening hours")),
    Rule("place_schema", L.SCHEMA, D.PLACE, 4, "schema.org says that it is a place",
         r" (?:library|place|localbusiness|school|preschool|elementaryschool|highschool"
         r"|sportsactivitylocation|museum|recyclingcenter|publicswimmingpool|civicstructure"
         r"|touristinformationcenter|park|playground|hospital|medicalclinic|governmentbuilding|beach"
         r"|cityhall|landmarksorhistoricalbuildings|touristattraction|stadiumorarena|icerink|sportsclub"
         r"|dentist) "),
    Rule("place_path", L.PATH, D.PLACE, 1.5, "lies among places",
         r"/(?:oppettider|hitta-hit|(?:vara-|vara_)?(?:bibliotek|skolor|forskolor|badplatser"
         r"|idrottsanlaggningar|museer|atervinningscentraler|fritidsgardar|lekplatser|simhallar"
         r"|vardcentraler|servicekontor|naturreservat|sevardheter|anlaggningar|lokaler|enheter"
         r"|aldreboenden|gymnasieskolor|grundskolor))/[^?]*[^/?]{3}|/oppettider|/hitta-hit"),
    Rule("place_meta", L.META, D.PLACE, 3, "the page's own metadata says place",
         r"=(?:plats|anläggning|enhet|place|facility)\b"),
    Rule("place_document", L.SHAPE, D.PLACE, -3, "a document is no place", r"type:(?:pdf|office)"),
)
# fmt: on
