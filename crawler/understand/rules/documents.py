"""What speaks for a steering document, a report or a law?

Rows of the one table; rules/__init__.py says how they are weighed.
"""

from crawler.record import Doctype
from crawler.understand.rules.row import Rule
from crawler.understand.rules.row import different as _words
from crawler.understand.view import Look

D, L = Doctype, Look
# fmt: off
_PLAN = (
    r"(?:verksamhets|handlings|översikts|biblioteks|skolbiblioteks|kultur|jämställdhets|likabehandlings"
    r"|mångfalds|kris|krisberednings|avfalls|klimat|energi|trafik|cykel|miljö|naturvårds|grön|vatten|va-"
    r"|strategi|investerings|ekonomi|flerårs|utvecklings|bostadsförsörjnings|lokalförsörjnings"
    r"|kommunikations|folkhälso|tillgänglighets|internkontroll|intern kontroll|gestaltnings"
    r"|kompetensförsörjnings|dokumenthanterings|informationshanterings|landsbygds|säkerhets|rese|resultat"
    r"|måltids|skogs|friluftslivs|idrotts|ung|lednings|upphandlings|beredskaps|pandemi"
    r"|digitaliserings)plan(?:en|er)?\b"
)

RULES: tuple[Rule, ...] = (
    # ---- steering ----------------------------------------------------------------------------------------
    Rule("steering_title", L.NAME, D.STEERING, 4.5, "the title is that of a steering document",
         rf"\b[a-zåäö]{(3,)}policy(?:n|er)?\b|\bpolicy (?:för|mot|om|gällande|avseende|vid|on|for)\b"
         rf"|^policy(?:n|er|\b$)|\b(?!rikt nivå)\w*riktlinjer?(?:na)?\b|\b\w*reglemente(?:t|n)?\b"
         rf"|\b\w*delegationsordning(?:en)?\b|\b(?:mål och |fler\w+|kommunens |regionens |drifts?"
         rf"|investerings|tilläggs)?budget(?:en)?\b(?!.*rådgiv)(?! och skuld)|{_PLAN}|\b\w*strategi(?:n"
         rf"|er)?\b|\b(?:bostadsförsörjnings|partnerskaps|handlings|åtgärds|miljö|folkhälso|energi|idé"
         rf"|kultur|personal|landsbygds|närings\w*|integrations|kvalitets|tillgänglighets|mål"
         rf"|trafiksäkerhets|arkitektur)program(?:met)?\b|\b\w*taxebestämmelser|\barbetsordning(?:en)?\b"
         rf"|\brenhållningsordning|\bägardirektiv|\bbolagsordning|\bförbundsordning|\bfirmateckning"
         rf"|\breservationsplan|\bgemensamma regler för\b|\bbestämmelser för\b|\bregler för (?:bidrag"
         rf"|föreningsbidrag|kommunalt)|\bbidragsbestämmelser|\bvision \d{{4}}|\bmåldokument"
         rf"|\bställningstagande\b|\bplan för .*(?:20\d\d|likabehandling|kränkande)"
         rf"|(?<!med )\binstruktion för\b"),
    Rule("steering_taxa", L.NAME, D.STEERING, 2,
         "the title is that of a table of fees that the council decides on",
         r"\b\w*taxa(?:n)?\b(?<!maxtaxa)(?<!maxtaxan)|\btaxor\b"),
    Rule("steering_title_guide", L.NAME, D.STEERING, -2.5, "wording of advice, not of a steering document",
         r"^(?:så |hur |vad |när |avgift|ansök|anmäl|sök |behöver|om |frågor|personlig|cookie|kakor"
         r"|privacy|integritets)|hushållsbudget|budgetrådgivning|bygga|din \w*plan|individuell"),
    Rule("steering_path", L.PATH, D.STEERING, 2.5, "lies among steering documents",
         r"/(?:styrdokument|styrande-dokument|policy(?:er)?|policyer-och-[a-z-]+|riktlinjer|reglementen?"
         r"|forfattningssamling|budget(?:-och-[a-z-]+)?|mal-och-budget|taxor(?:-och-avgifter)?"
         r"|planer(?:-och-[a-z-]+)?|strategier|delegationsordning|planer-och-styrdokument"
         r"|regler-och-styrdokument|kommunala-styrdokument)(?:/|\.html?|$|\?)"),
    Rule("steering_file", L.PATH, D.STEERING, 2, "the file name calls it a steering document",
         r"/[^/]*(?:policy|riktlinje|reglemente|delegationsordning|budget|verksamhetsplan|strategi"
         r"|handlingsplan|taxa|arbetsordning|program|plan-20\d\d|mal-och-budget)[^/]*\.(?:pdf|docx?|odt)\b"),
    Rule("steering_head", L.LEAD, D.STEERING, 3.5, "the head of a steering document",
         words=_words("antagen av|antaget av|fastställd av|fastställt av|beslutad av|antagen:|fastställd:"
                      "|antaget:|dokumenttyp|dokumentansvarig|dokumentägare|giltighetstid|giltig från"
                      "|giltig till|gäller från|gäller för|gäller från och med|diarienummer|beslutsinstans"
                      "|revideras|reviderad|dokumentnamn|författningssamling|styrdokument|policyn"
                      "|riktlinjerna|reglementet|delegationsordningen|inledning|syfte"
                      "|ansvar och uppföljning|uppföljning|versionsnummer|kommunfullmäktige § "
                      "|dokumentet gäller|beslutad:|senast reviderad"), at_least=3),
    Rule("steering_body", L.TEXT, D.STEERING, 1, "what steering documents talk of",
         words=_words("nämnden ska|nämnden ansvarar|verksamheten ska|kommunen ska|målsättning"
                      "|inriktningsmål|effektmål|indikator|ansvarsfördelning|delegat|uppföljning sker"
                      "|kommunfullmäktiges mål|nämndens mål|resultatmål|strategiska|nyckeltal|skattesats"
                      "|kommunbidrag|resultatbudget|investeringsbudget|ramar"), at_least=3),
    Rule("steering_document", L.SHAPE, D.STEERING, 0.5, "steering documents are mostly documents",
         r"type:(?:pdf|office)"),
    Rule("steering_trail", L.TRAIL, D.STEERING, 2, "stands under steering documents",
         r"styrdokument|styrande dokument|författningssamling|policy|planer och |budget|riktlinjer"
         r"|reglementen"),
    Rule("steering_site", L.NAME, D.STEERING, -5, "a notice on the web site itself",
         r"cookie|kakor|tillgänglighetsredogörelse|privacy|integritetspolicy|personuppgift|terms of use"
         r"|terms (?:and|&) conditions|accessibility statement"),
    # ---- report ------------------------------------------------------------------------------------------
    Rule("report_title", L.NAME, D.REPORT, 4.5, "the title is that of a report",
         r"\bårsredovisning(?:en)?\b|\bdelårs\w*|\bbokslut(?:et)?\b|\b\w*rapport(?:en)?\b|^\w*rapporter\b"
         r"|(?<!i )(?<!och )(?<!om )\b\w*utredning(?:en)?\b(?! av)|\butvärdering|\b(?:statistik"
         r"|befolkningsstatistik)\b|\b\w*granskning av\b|\brevisionsberättelse|\brevisionsrapport"
         r"|\bkvalitetsredovisning|\b\w*undersökning(?:en)?\b|\bkartläggning|\bverksamhetsberättelse"
         r"|\bårsberättelse|\bförstudie|\b\w*uppföljning(?:en)? (?:av|20)|\blägesbild|\bomvärldsanalys"
         r"|\bnulägesanalys|\b\w*analys 20|\bpatientsäkerhetsberättelse|\bkonsekvensbeskrivning"
         r"|\bmiljöredovisning|\bhållbarhetsredovisning|\bkvalitetsberättelse|\bmedborgarenkät"
         r"|\bkommunkompass|\bannual report|\breport (?:of|on|to)\b|\bstatistics\b|\bsurvey\b"
         r"|\bevaluation\b|\bsou \d{4}:|\bstudy (?:of|on)\b|\b(?:final|annual|interim) report"),
    Rule("report_title_errand", L.NAME, D.REPORT, -4, "an errand or an advice, not a report",
         r"^(?:felanmäl|rapportera|anmäl|ansök|lämna|så |hur |report a\b|beställ)|rapportera (?:fel"
         r"|frånvaro)|\bläkarundersökning|\bneuropsykiatrisk|\bbasutredning|hälsoundersökning"
         r"|\bundersökning och|(?:vård|vid|din|för din) utredning|bostadsanpassning|faderskap"
         r"|\bgynekologisk|barnavårdsutredning|livmoderhals|mammografi"),
    Rule("report_path", L.PATH, D.REPORT, 2.5, "lies among reports",
         r"/(?:rapporter|arsredovisning(?:ar)?|statistik|utredningar|undersokningar|granskningar"
         r"|revision(?:srapporter)?|publikationer|uppfoljning|ekonomi-och-uppfoljning|reports?"
         r"|publications|bokslut|kvalitet-och-resultat|jamforelser-och-resultat)(?:/|\.html?|$|\?)"),
    Rule("report_file", L.PATH, D.REPORT, 2, "the file name calls it a report",
         r"/[^/]*(?:arsredovisning|årsredovisning|delars|rapport|report|utredning|utvardering|bokslut"
         r"|kartlaggning|granskning|statistik)[^/]*\.(?:pdf|docx?|odt)\b"),
    Rule("report_words", L.TEXT, D.REPORT, 2.5, "parts of a report",
         words=_words("sammanfattning|innehållsförteckning|innehåll\n|resultat och|slutsats|slutsatser"
                      "|metod|diagram|tabell|figur|uppdraget|revisionsfråga|iakttagelser|bedömning"
                      "|balansräkning|resultaträkning|förvaltningsberättelse|årets resultat|nettokostnader"
                      "|jämfört med föregående år|procent av|respondent|svarsfrekvens|källa:|utfall"
                      "|prognos|executive summary|recommendations|findings|methodology|avgränsning"
                      "|antal invånare|befolkning"), at_least=4),
    Rule("report_document", L.SHAPE, D.REPORT, 0.5, "reports are mostly documents", r"type:(?:pdf|office)"),
    Rule("report_trail", L.TRAIL, D.REPORT, 2, "stands under reports",
         r"årsredovisning|rapporter|statistik|fakta och|publikationer|revision"),
    # ---- law ---------------------------------------------------------------------------------------------
    Rule("law_title", L.NAME, D.LAW, 6, "a statute with its number",
         # Who says what a law is, or what is done by it, is none: "LVU är en förkortning av lagen (1990:52)".
         r"^(?![^\n(]*\b(?:är|enligt|hur|vad|vilka|vem|när|varför|får|kan|heter|innebär|frågor|svar)\b)[^\n(]*"
         r"\b(?:\w*lag(?:en)?|\w*förordning(?:en)?|\w*balk(?:en)?|\w*kungörelse|\w*föreskrift(?:er)?|brev"
         r"|\w*reglemente|\w*stadg(?:a|ar)|\w*instruktion|tillkännagivande"
         r"|cirkulär)\b[^\n(]{0,30}\(\d{4}:\d{1,4}(?: s\.\d)?[^)]{0,6}\)|\b(?:[a-zåäö]{2,6}fs|hslf-fs"
         r"|sosfs) \d{4}:\d+|\bsfs \d{4}:\d+|^sfs-?nr"
         r"|^(?:\w*lag|\w*förordning|\w*kungörelse|\w*föreskrifter|tillkännagivande|brev|cirkulär)"
         r" (?:om|med|av|för) [^\n]{1,280}\(\d{4}:\d{1,4}\)(?:\n|\Z)"),
    Rule("law_title_en", L.NAME, D.LAW, 4.5, "an act, a bill or regulations",
         r"^(?!.*(?:commenc|operational|amendments? relating|to start|to take effect|launch|^new |speech"
         r"|repl(?:y|ies)|answer|press|consult|feedback|about |how ))[^\n]{3,120}\b(?:act|ordinance"
         r"|regulations|rules) (?:of )?\d{4}$|^an act to\b|\bpublic law \d+"),
    Rule("law_local", L.NAME, D.LAW, 4.5, "local regulations with the force of law",
         r"\b(?:allmänna )?lokala (?:ordnings|hälsoskydds|trafik)?föreskrifter|\bordningsföreskrifter\b"
         r"|\blokala föreskrifter|\btorghandelsföreskrifter|\bhälsoskyddsföreskrifter"
         r"|\bavfallsföreskrifter|\brenhållningsföreskrifter|\b\w+föreskrifter för\b"),
    Rule("law_path", L.PATH, D.LAW, 3.5, "lies among laws",
         r"/(?:eli/sfs|sfs|lagar|svensk-forfattningssamling|lagrum|foreskrifter|forfattningar|statutes"
         r"|legislation/acts)(?:/|-)\S*\d"),
    Rule("law_schema", L.SCHEMA, D.LAW, 6, "schema.org says legislation", r" legislation(?:object)? "),
    Rule("law_sections", L.SHAPE, D.LAW, 2, "section after section", r"paragraphs:many"),
    Rule("law_chapters", L.SHAPE, D.LAW, 1, "chapters", r"chapters:some"),
    Rule("law_words", L.LEAD, D.LAW, 2.5, "how statutes begin",
         words=_words("denna lag|i denna lag|denna förordning|i denna förordning|träder i kraft|utfärdad"
                      "|utfärdad:|inledande bestämmelser|lagens innehåll|lagens syfte"
                      "|har meddelats med stöd av|föreskrivs följande|departement|sfs nr|ändrad:|upphävd"
                      "|lag (1|lag (2|förordning (1|förordning (2|dessa föreskrifter|be it enacted"
                      "|short title"), at_least=3),
    Rule("law_minutes", L.LEAD, D.LAW, -4, "paragraphs of minutes are no sections of law",
         words=_words("sammanträde|justerare|beslutande|plats och tid|närvarande|kallelse"
                      "|föredragningslista|dnr|kommunstyrelsen|nämnden beslutar"), at_least=2),
)
# fmt: on
