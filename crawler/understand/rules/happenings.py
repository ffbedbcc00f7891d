"""What speaks for something of its day: news, an event, a vacancy?

Rows of the one table; rules/__init__.py says how they are weighed.
"""

from crawler.record import Doctype
from crawler.understand.rules.row import Rule
from crawler.understand.rules.row import different as _words
from crawler.understand.view import Look

D, L = Doctype, Look
# fmt: off

RULES: tuple[Rule, ...] = (
    # ---- news --------------------------------------------------------------------------------------------
    Rule("news_path", L.PATH, D.NEWS, 4, "lies among the news",
         r"/(?:nyhet(?:er|sarkiv|sartiklar)?|aktuellt(?:-arkiv)?|press(?:meddelanden?|rum|releaser?"
         r"|releases)?|pressarkiv|news(?:room)?|press-?releases?|media-?releases?|speeches"
         r"|parliamentary-[a-z-]+|artiklar|blogg?|driftstorningar|driftinformation|notiser|arkiv/nyheter"
         r"|nyhetslista|senaste-nytt|debattartiklar)/[^/?]{2,}"),
    Rule("news_path_date", L.PATH, D.NEWS, 2, "the address carries a day",
         r"/20\d\d[/-](?:0\d|1[0-2])[/-](?:[0-3]\d)?"),
    Rule("news_schema", L.SCHEMA, D.NEWS, 5, "schema.org says news",
         r" (?:newsarticle|reportagenewsarticle|blogposting) "),
    Rule("news_schema_article", L.SCHEMA, D.NEWS, 1, "schema.org says article", r" article "),
    Rule("news_meta", L.META, D.NEWS, 3.5, "the page's own metadata says news",
         r"nyhet|pressmeddelande|=news|=press|article:section=.*(?:nyhet|aktuellt|press|news)"),
    Rule("news_trail", L.TRAIL, D.NEWS, 3, "stands under news",
         r"(?:^|/ )(?:nyheter|aktuellt|nyhetsarkiv|press|pressmeddelanden|pressrum|news|newsroom"
         r"|press releases)(?: /|$)"),
    Rule("news_title", L.NAME, D.NEWS, 4, "the title says news",
         r"^(?:pressmeddelande|nyhet|pressinbjudan)\b|\bpressmeddelande\b(?!n)|\bpress release\b(?!s)"),
    Rule("news_speech", L.NAME, D.NEWS, 5, "a speech or an answer in parliament",
         r"\b(?:written|oral) (?:repl(?:y|ies)|answers?)\b|\bspeech(?:es)?\b|\bsecond reading\b"
         r"|\bremarks (?:by|at)\b|\bkeynote\b|\bstatement (?:by|on)\b|^anförande|^tal (?:av|vid)\b"
         r"|\bparliamentary question|\bministerial statement"),
    Rule("news_lead", L.LEAD, D.NEWS, 3, "marked as a press release",
         words=("pressmeddelande", "press release", "for immediate release", "media release",
                "presskontakt", "pressinbjudan", "media contact")),
    Rule("news_quotes", L.TEXT, D.NEWS, 1.5, "quotes somebody",
         words=_words("säger |berättar |, säger|– det |– vi |– jag |, berättar|kommenterar| said,"
                      "| said that| said |, says"), at_least=2),
    Rule("news_tense", L.LEAD, D.NEWS, 1, "tells what is new",
         words=_words("nu är det klart|invigdes|invigs|i går|i dag |under tisdagen|under onsdagen"
                      "|under torsdagen|har beslutat|har utsetts|har tilldelats|nu öppnar|nu startar"
                      "|publicerad|publicerades|publicerat|uppdaterad:|i veckan|nyligen|i samband med"
                      "|announced today|today announced|will be held|today"), at_least=2),
    Rule("news_posted", L.LEAD, D.NEWS, 2, "says on which day it was published, at its beginning",
         r"\A(?:[^\n]{0,200}\n){0,4}?[^\n]{0,40}(?:publicerad(?:es)?|publicerat|posted(?: on)?)(?: den"
         r"|:)? ?(?:\d|mån|tis|ons|tor|fre|lör|sön)|\A(?:[^\n]{0,200}\n)?[^\n]{0,30}\d{4} posted in "),
    Rule("news_title_verb", L.NAME, D.NEWS, 1.5, "the title tells what happens",
         r"\b(?:invigs|inviger|invigning|öppnar|öppnas|startar|satsar|föreslår|presenterar|utsedd|utses"
         r"|vinner|klart?\b.{0,12}$|byggs|stängs|avbryts|höjs|sänks|får ny|tar över|nominera[ds]"
         r"|söker synpunkter|firar|uppmanar|varnar|nu (?:är|kan|börjar|öppnar)|launch(?:es|ed| of)?"
         r"|announces?|appointment of|appointed|seeks? (?:feedback|views|public)|signs?\b|welcomes?"
         r"|commence(?:s|ment)?|to be nominated|advisory on|official visit|addendum to)\b"),
    Rule("news_document", L.SHAPE, D.NEWS, -1, "news are seldom documents", r"type:(?:pdf|office)"),
    Rule("news_index", L.SHAPE, D.NEWS, -3, "a list of news is none", r"links:(?:index|listing)"),
    # ---- event -------------------------------------------------------------------------------------------
    Rule("event_path", L.PATH, D.EVENT, 4, "lies among the events",
         r"/(?:evenemang(?:skalender)?|kalender|kalendarium|kalenderhandelser?|events?|aktivitetskalender"
         r"|aktiviteter|pa-gang|hander|programblad)/[^/?]{2,}"),
    Rule("event_schema", L.SCHEMA, D.EVENT, 5, "schema.org says event",
         r" (?:event|educationevent|musicevent|socialevent|sportsevent|theaterevent|exhibitionevent"
         r"|childrensevent|literaryevent|festival|courseinstance|h-event) "),
    Rule("event_meta", L.META, D.EVENT, 3.5, "the page's own metadata says event",
         r"evenemang|kalender|=event"),
    Rule("event_trail", L.TRAIL, D.EVENT, 3, "stands under events",
         r"(?:^|/ )(?:evenemang|evenemangskalender|kalender|kalendarium|på gång|events|händer)(?: /|$)"),
    Rule("event_facts", L.LEAD, D.EVENT, 3, "when, where, by whom, for how much",
         words=_words("arrangör|fri entré|entré:|inträde:|lokal:|plats:|tid:|datum:|när:|var:|pris:"
                      "|kostnad:|biljett|anmälan senast|fritt inträde|föranmälan|drop-in|ingen anmälan"
                      "|organizer|målgrupp:|ålder:|evenemang|för vem:"), at_least=3),
    Rule("event_title", L.NAME, D.EVENT, 2.5, "the title is that of an event",
         r"\b(?:sagostund|konsert|föreläsning|vernissage|julmarknad|bokcirkel|filmvisning"
         r"|teaterföreställning|loppis|prova[- ]på|författarbesök|stickcafé|språkcafé|öppet hus"
         r"|nationaldagsfirande|valborg|sommarlovsaktivitet)"),
    # ---- job ---------------------------------------------------------------------------------------------
    Rule("job_path", L.PATH, D.JOB, 3.5, "lies among the vacancies",
         r"/(?:lediga-?(?:jobb|tjanster)|platsannonser?|jobbannonser|vacanc(?:y|ies)|job-?openings"
         r"|annons(?:er)?/\d|jobba-(?:hos|med)-[a-z]+|arbeta-hos-[a-z]+|karriar|jobs|jobb)/[^/?]{2,}"),
    Rule("job_schema", L.SCHEMA, D.JOB, 7, "schema.org says job posting", r" jobposting "),
    Rule("job_meta", L.META, D.JOB, 3.5, "the page's own metadata says job",
         r"lediga jobb|platsannons|=job"),
    Rule("job_trail", L.TRAIL, D.JOB, 2.5, "stands under vacancies",
         r"lediga (?:jobb|tjänster)|vacancies|job openings"),
    Rule("job_title", L.NAME, D.JOB, 4, "the title is that of a vacancy",
         r"\bsöker\b.*\b(?:till|med|för)\b|^vi söker|\bsökes\b|\bvikariat\b|\bsommarjobb(?:are)? (?:inom"
         r"|som)|\b(?:sjuksköterska|undersköterska|lärare|förskollärare|socialsekreterare"
         r"|biståndshandläggare|rektor) till\b"),
    Rule("job_facts", L.TEXT, D.JOB, 5, "what a vacancy says",
         words=_words("sista ansökningsdag|anställningsform|vi söker dig|kvalifikationer|arbetsuppgifter"
                      "|tillsvidareanställning|tillträde|lönesättning|individuell lön|sysselsättningsgrad"
                      "|meriterande|personliga egenskaper|antal tjänster|antal platser|din profil"
                      "|om tjänsten|facklig|referensnummer|provanställning|omfattning|varaktighet"
                      "|om arbetsplatsen|välkommen med din ansökan|application deadline|qualifications"
                      "|duties|salary"), at_least=4),
    Rule("job_facts_few", L.TEXT, D.JOB, 2, "some of what a vacancy says",
         words=_words("sista ansökningsdag|anställningsform|vi söker dig|kvalifikationer|arbetsuppgifter"
                      "|tillsvidare|tillträde|individuell lön|meriterande|heltid|deltid|antal tjänster"
                      "|provanställning|sök senast|dagtid|legitimation som|körkort|vikariat|annonsen"
                      "|intervju"), at_least=3),
    Rule("job_occupation", L.NAME, D.JOB, 1.5, "the title is an occupation",
         r"^(?:\w*sköterska|\w*läkare|\w*lärare|\w*pedagog|\w*sekreterare|\w*handläggare|\w*chef"
         r"|\w*ingenjör|\w*tekniker|\w*assistent|\w*ledare|\w*inspektör|\w*vikarie\w*|kock|måltidsbiträde"
         r"|barnskötare|elevassistent|lokalvårdare|vaktmästare|kurator|psykolog|rektor|ekonom|controller"
         r"|jurist|arkitekt|\w*strateg|\w*samordnare|\w*rådgivare|bibliotekarie|sommarvikarie|\w*förare"
         r"|\w*mästare|fysioterapeut|arbetsterapeut|logoped|biolog|brandman)\b"),
    Rule("job_apply", L.LINKS, D.JOB, 1.5, "a button to apply for the post",
         r"(?m)^(?:sök (?:jobbet|tjänsten)|ansök (?:nu|här)$)"),
    Rule("job_index", L.SHAPE, D.JOB, -3, "a list of vacancies is none", r"links:(?:index|listing)"),
)
# fmt: on
