"""What speaks for a thing to do: an e-service or a form?

Rows of the one table; rules/__init__.py says how they are weighed.
"""

from crawler.record import Doctype
from crawler.understand.rules.row import Rule
from crawler.understand.rules.row import different as _words
from crawler.understand.view import Look

D, L = Doctype, Look
# fmt: off
_SERVICE_FOLDER = (
    r"e-?tj[aä]nst(?:er)?|sj[aä]lvservice|e-?services?|digitala-tj[aä]nster|mina-?sidor"
)

RULES: tuple[Rule, ...] = (
    # ---- e-service ---------------------------------------------------------------------------------------
    Rule("service_platform_path", L.PATH, D.ESERVICE, 7,
         "address form of an e-service platform's service page",
         r"/(?:oversikt/)?overview/\d+|/flowinstance/|/showflow/|/oversikt/flow/|/etjanst/\d+"
         r"|/ext/formserver/|/formserver/|/abou/|/web/formular|/e-?tjanst\.aspx|/service/start/"
         r"|/start-?service\b"),
    Rule("service_folder", L.PATH, D.ESERVICE, 3, "lies in a folder of e-services",
         rf"/(?:{_SERVICE_FOLDER})(?:-[a-z-]+)?/[^?]*[^/?]{{3}}"),
    Rule("service_folder_name", L.PATH, D.ESERVICE, 1.5, "the address calls it an e-service",
         r"/[^/]*\be-?tj[aä]nst-[^/]{3,}/?$|/[^/]+-e-?tj[aä]nst(?:\.html?)?/?$"),
    Rule("service_host", L.HOST, D.ESERVICE, 2.5, "the host is named for e-services",
         r"^(?:[a-z0-9-]+\.)?(?:e-?tj[aä]nst(?:er)?|sj[aä]lvservice|e-?services?|eservice|minasidor"
         r"|mina-sidor|minsida|tjanster|service|servicetjanster|ansokan|ansok|openeplatform|oep|portal"
         r"|online)\."),
    Rule("service_host_errand", L.PATH, D.ESERVICE, 1, "the address's last step is an errand",
         r"/(?:ansok|anmal|bestall|boka|sok|begar|felanmal|sag-upp|registrera|lamna|andra|betala|apply"
         r"|report|book)[^/]*/?$"),
    Rule("service_host_help", L.PATH, D.ESERVICE, -4, "a help page, a list or a front page of the platform",
         r"^/(?:page|sida|om|info|hjalp|faq|support|kategorier?|category|amnen?|sok|search|start"
         r"|oversikt)?(?:/[^/]*)?/?$|/(?:fragor-och-svar|om-e-tj|om-e-leg|hjalp|support|kontakt"
         r"|tillganglighet)[^/]*/?$"),
    Rule("service_folder_index", L.PATH, D.ESERVICE, -2, "the folder of e-services itself",
         rf"/(?:{_SERVICE_FOLDER})(?:-(?:och|a)-[a-z-]+)?/?(?:index\.html?)?$"),
    Rule("service_title", L.NAME, D.ESERVICE, 4, "the title calls it an e-service",
         r"\be-tjänst(?!er)\b(?! för support)|^e-service\b|\(e-tjänst\)|\bdigital ansökan\b|^webbansökan"
         r"|onlineansökan"),
    Rule("service_title_verb", L.NAME, D.ESERVICE, 1, "names of e-services begin with a verb",
         r"^(?:ansök|anmäl|beställ|boka|sök|begär|felanmäl|säg upp|registrera|lämna|ändra|betala|skicka"
         r"|rapportera|avsluta|byt|förnya|hyr|köp|meddela|överklaga|ställ|tipsa|apply|report|book|request"
         r"|order|register|renew)\b"),
    Rule("service_title_platform", L.NAME, D.ESERVICE, 1.5,
         "how platforms sort names: errand first, verb last",
         r" - (?:ansökan|anmälan|beställning|begäran|ändring|uppsägning|rapportering)(?: om| av)?$"),
    Rule("service_steps", L.LEAD, D.ESERVICE, 3, "words of an e-service's own start page",
         words=_words("starta e-tjänst|starta tjänsten|starta ansökan|påbörja ansökan|öppna e-tjänsten"
                      "|den här tjänsten kräver|denna tjänst kräver|den här e-tjänsten|denna e-tjänst"
                      "|följande behövs för|du kommer att gå igenom följande steg"
                      "|spara och fortsätt senare|steg 1 av|steg 1:|starta utan|starta med"
                      "|logga in för att|när du har skickat in|logga in här|du måste logga in"
                      "|välj inloggning|välj hur du vill logga in|e-tjänsten består av|i den här tjänsten"
                      "|i tjänsten kan du|så här fungerar e-tjänsten|detta behöver du ha till hands"
                      "|uppgifter om dig|obligatoriska fält|fält markerade med|granska och skicka"
                      "|skicka in ärendet"), at_least=2),
    Rule("service_step", L.LEAD, D.ESERVICE, 1.5, "a word of an e-service's own start page",
         words=_words("starta e-tjänst|starta tjänsten|påbörja ansökan|den här tjänsten kräver"
                      "|denna tjänst kräver|den här e-tjänsten|denna e-tjänst|följande behövs för e-tjänst"
                      "|du kommer att gå igenom följande|spara och fortsätt senare|steg 1 av"
                      "|starta utan inloggning|välj inloggning|granska och skicka|obligatoriska fält"
                      "|fält markerade med|i den här tjänsten")),
    Rule("service_button", L.LINKS, D.ESERVICE, 2.5, "a button that starts the service or logs in to it",
         r"(?m)^(?:starta (?:e-)?(?:tjänst|ansök|anmäl|ärende)|starta(?: nu| här)?$|starta (?:med|utan)\b"
         r"|öppna e-tjänst|gå vidare till e-tjänst|påbörja|logga in med|logga in och|fortsätt utan"
         r"|till inloggning|(?:mobilt )?bankid\b|freja\b|start now|start e-service)"),
    Rule("service_application", L.PATH, D.ESERVICE, 4, "the address is that of one application",
         r"/(?:application|apply|ansokan)/(?:form-)?[0-9]{2,5}[a-z]{0,3}(?:-[a-z-]+)?/?$|/(?:application"
         r"|apply/dependents|start-application)/?$|/(?:opt-out-)?form-\d[\w-]*/?$"),
    Rule("service_script", L.SHAPE, D.ESERVICE, 4,
         "an errand's title above an empty page: scripts fill in the service",
         r"text:none.* title:errand"),
    Rule("service_form", L.SHAPE, D.ESERVICE, 3, "a form that asks for personal details", r"form:personal"),
    Rule("service_form_sent", L.SHAPE, D.ESERVICE, 1.5, "the form's button sends it",
         r"form:personal[^/]*submit:send"),
    Rule("service_form_upload", L.SHAPE, D.ESERVICE, 1, "the form takes attachments", r"form:upload"),
    Rule("service_questions", L.SHAPE, D.ESERVICE, 1.5, "a form with questions that is sent",
         r"form:questions submit:send"),
    Rule("service_login_form", L.SHAPE, D.ESERVICE, 1, "a login form in the page", r"form:login"),
    Rule("service_schema", L.SCHEMA, D.ESERVICE, 3,
         "schema.org says that it is a service channel or an application",
         r" (?:webapplication|applyaction|servicechannel|softwareapplication|orderaction|registeraction) "),
    Rule("service_schema_public", L.SCHEMA, D.ESERVICE, 1,
         "schema.org says that it is about a public service",
         r" governmentservice "),
    Rule("service_meta", L.META, D.ESERVICE, 4, "the page's own metadata says e-service",
         r"e-?tj[aä]nst|e-?service"),
    Rule("service_trail", L.TRAIL, D.ESERVICE, 1.5, "stands under e-services",
         r"(?:^|/ )(?:alla |våra )?(?:e-tjänster|självservice|digitala tjänster|mina sidor)"),
    Rule("service_inbound", L.INBOUND, D.ESERVICE, 1.5, "links to it call it an e-service",
         r"\be-tjänst(?!er)|starta e-tjänst|\(e-tjänst\)|till e-tjänsten"),
    Rule("service_list", L.SHAPE, D.ESERVICE, -4, "a list of services is not one",
         r"links:services|links:listing"),
    Rule("service_document", L.SHAPE, D.ESERVICE, -6, "a document can be no e-service",
         r"type:(?:pdf|office)"),
    Rule("service_plural", L.NAME, D.ESERVICE, -2, "a page on e-services in general",
         r"\be-tjänster\b|^självservice$|^mina sidor$|om e-legitimation|^e-legitimation|frågor och svar"
         r"|vanliga frågor"),
    # ---- form --------------------------------------------------------------------------------------------
    Rule("form_title", L.NAME, D.FORM, 4, "the title calls it a form",
         r"(?:^|\b)(?:\w*blankett|\w*formulär|svarstalong|ansökningshandling|\w*fullmakt)\b(?!er)"
         r"|^(?:va )?form \d|\bform [a-z]{0,3}\d[\w-]*\b"),
    Rule("form_title_errand", L.NAME, D.FORM, 1, "the title is an errand as a noun",
         r"^(?:\w*ansökan|\w*anmälan|\w*begäran|medgivande|intyg|överklagan(?:de)?|samtycke|\w*beställning"
         r"|\w*uppsägning|försäkran|rekvisition|\w*fullmakt|läkarintyg|yttrande från|egenkontroll"
         r"|kontrollplan|application)\b"),
    Rule("form_path", L.PATH, D.FORM, 2.5, "lies among the forms",
         r"/(?:e-tj[aä]nster-och-)?blankett(?:er|arkiv)?(?:-och-[a-z-]+)?/[^?]*[^/?]{3}|/formular/"
         r"|/(?:va-)?forms?/[^/?]{2,}"),
    Rule("form_file", L.PATH, D.FORM, 2, "the file name calls it a form",
         r"/[^/]*(?:blankett|formular|formulär|(?<!e)ansokan|ansökan|anmalan|anmälan|fullmakt|begaran"
         r"|uppsagning)[^/]*\.(?:pdf|docx?|odt|rtf)\b"),
    Rule("form_blanks", L.SHAPE, D.FORM, 3, "lines and boxes to fill in", r"blanks:many"),
    Rule("form_document", L.TEXT, D.FORM, 4, "what a paper form asks for",
         words=_words("underskrift|namnförtydligande|namnteckning|personnummer|ort och datum"
                      "|datum och underskrift|blanketten skickas|skickas till|skicka blanketten"
                      "|skickas in till|fylls i av|fyll i|ifylld blankett|kryssa|sätt kryss|texta|sökande"
                      "|sökandens|vårdnadshavare 1|postnummer|telefon dagtid|telefonnummer|e-postadress"
                      "|fastighetsbeteckning|härmed|bifogas|bilagor|signature|date of birth|ssn"
                      "|clearly print|blanketten lämnas|lämnas till|handläggarens anteckningar"
                      "|kommunens anteckningar"), at_least=5),
    Rule("form_fields", L.LEAD, D.FORM, 1.5, "fields of a paper form at its beginning",
         words=_words("personnummer|postnummer|telefon|sökande|namnförtydligande|underskrift|fyll i"
                      "|ansökan avser|anmälan avser|kryssa|blankett|fylls i|texta|förnamn|efternamn|adress"
                      "|ifylld"), at_least=4),
    Rule("form_office", L.SHAPE, D.FORM, 0.5, "forms are often documents", r"type:(?:pdf|office)"),
    Rule("form_landing", L.LEAD, D.FORM, 2, "a page that hands out a form",
         words=_words("ladda ner blankett|ladda ned blankett|hämta blankett|skriv ut blankett"
                      "|skriva ut blankett|blanketten skickas till|blanketten skickar du"
                      "|blanketten lämnar du|skicka blanketten|öppna blankett|fyll i blanketten"
                      "|lämna blanketten|den ifyllda blanketten|ifylld blankett|skicka in blanketten"
                      "|download form|download va form|print the form"), at_least=2),
    Rule("form_trail", L.TRAIL, D.FORM, 1.5, "stands under forms",
         r"(?:^|/ )(?:alla )?(?:\w+ och )?blanketter"),
    Rule("form_inbound", L.INBOUND, D.FORM, 1.5, "links to it call it a form",
         r"\bblankett\b|\bformulär\b"),
    Rule("form_meta", L.META, D.FORM, 3, "the page's own metadata says form", r"blankett|=form\b"),
    Rule("form_web", L.SHAPE, D.FORM, -2, "a form to fill in on the web is an e-service", r"form:personal"),
    Rule("form_minutes", L.LEAD, D.FORM, -4, "a meeting's papers also carry signatures",
         words=_words("sammanträdesprotokoll|beslutande|justerare|utses att justera|paragrafer"
                      "|plats och tid|ledamöter|protokollsutdrag|tjänsteskrivelse"
                      "|föredragningslista"), at_least=3),
)
# fmt: on
