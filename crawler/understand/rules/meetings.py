"""What speaks for the papers of a meeting or a decision?

Rows of the one table; rules/__init__.py says how they are weighed.
"""

from crawler.record import Doctype
from crawler.understand.rules.row import Rule
from crawler.understand.rules.row import different as _words
from crawler.understand.view import Look

D, L = Doctype, Look
# fmt: off
_BOARD = (
    r"(?:kommun|region|förbunds|lands?tings)(?:fullmäktige|styrelsen?)\w*|fullmäktige|\w*nämnd(?:en|ens"
    r"|s)?\b|\w*utskott(?:et|ets)?\b|\w*beredning(?:en)?\b|(?:pensionärs|ungdoms|funktionshinder"
    r"|tillgänglighets|näringslivs|folkhälso|brottsförebyggande )\w*råd(?:et)?\b|direktion(?:en)?\b"
    r"|\bk[fs]\b|\bksau\b|arbetsutskott"
)
_DAY = (
    r"(?:(?:19|20)\d\d[-/.]?[01]\d[-/.]?[0-3]\d|[0-3]?\d (?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov"
    r"|dec)\w*)"
)

RULES: tuple[Rule, ...] = (
    # ---- minutes -----------------------------------------------------------------------------------------
    Rule("minutes_title", L.NAME, D.MINUTES, 5, "the title says minutes, notice or agenda of a meeting",
         r"\b(?:sammanträdes|nämnds?|styrelse|fullmäktige|mötes|förhandlings|års|presidie"
         r"|beslutsprotokoll och |utskotts|\w{2})?protokoll(?:et"
         r"|en)?\b(?<!kontrollprotokoll)(?<!besiktningsprotokoll)|\bprotokollsutdrag\b|\bföredragningslist"
         r"|\bdagordning(?:ar)?\b|\bärendelist|\bsammanträdeshandling|\bnämndhandling|\bmöteshandling"
         r"|\bkungörelse.*(?:fullmäktige|sammanträd)|\bsammanträden?\b|\bsammanträdes(?:dagar|tider|datum"
         r"|plan|kalender)"),
    Rule("minutes_title_notice", L.NAME, D.MINUTES, 4, "a notice of a board's meeting",
         rf"\bkallelse(?:r)?\b.*(?:{_BOARD}|sammanträde|möte|protokoll|{_DAY})|(?:{_BOARD}).*\bkallelse"
         rf"|^kallelser\b"),
    Rule("minutes_title_board", L.NAME, D.MINUTES, 3.5, "a board and a day",
         rf"(?:{_BOARD})[^\n]{{0,60}}{_DAY}|{_DAY}[^\n]{{0,60}}(?:{_BOARD})"),
    Rule("minutes_title_paragraphs", L.NAME, D.MINUTES, 2.5, "the title names paragraphs of minutes",
         r"§§? ?\d+"),
    Rule("minutes_title_wrong", L.NAME, D.MINUTES, -5, "a protocol of something else than a meeting",
         r"\b(?:kontroll|besiktnings|ovk|prov|provtagnings|mät|mätnings|analys|radon|brandskydds|tillsyns"
         r"|städ|vinter)-?protokoll|\bkyoto|\binternet protocol|beställ\w* protokoll"
         r"|^(?:lag|förordning|kungörelse) \(\d{4}:\d{1,4}\) om "),
    Rule("minutes_title_en", L.NAME, D.MINUTES, 5, "the title says minutes, agenda or meetings of a board",
         r"\bminutes\b(?! (?:walk|drive|from))|\bagendas?\b|\bmeetings?\b|\bcommission meetings?\b"
         r"|\bhearings?\b.*\b(?:schedule|notice)|\bboard (?:calendar|schedule|of (?:directors"
         r"|commissioners|trustees))\b"),
    Rule("minutes_path", L.PATH, D.MINUTES, 2.5, "lies among minutes",
         r"(?:^|[/_-])(?:protokoll(?:en)?|sammantrad\w*|sammanträd\w*|kallels(?:e|er)|namndhandlingar"
         r"|moteshandlingar|motesprotokoll|handlingar-och-protokoll|meetings?|minutes|agendas?"
         r"|meetingportal|netpublicator|dagordning\w*|foredragningslist\w*)(?=$|[/_.?\d-])"),
    Rule("minutes_trail", L.TRAIL, D.MINUTES, 2.5, "stands under minutes",
         r"protokoll|sammanträden|kallelser|möten och handlingar|minutes|agendas"),
    Rule("minutes_opening", L.LEAD, D.MINUTES, 5, "the head of minutes or of a notice",
         words=_words("sammanträdesprotokoll|sammanträdesdatum|plats och tid|beslutande|utses att justera"
                      "|justerare|justerande|protokollsjusterare|närvarande|ej tjänstgörande ersättare"
                      "|ersättare|övriga deltagare|paragrafer|ordförande|sekreterare|justering"
                      "|anslagsbevis|underskrifter|mötet öppnas|val av justerare|upprop"
                      "|godkännande av dagordning|fastställande av föredragningslista|föredragningslista"
                      "|ärendelista|kallelse|kallas till|frånvarande|tid och plats|meddelanden"
                      "|delegationsbeslut|tjänstgörande|§ 1|ledamöter"), at_least=5),
    Rule("minutes_opening_few", L.LEAD, D.MINUTES, 2, "words of the head of minutes",
         words=_words("sammanträdesprotokoll|sammanträdesdatum|plats och tid|beslutande|utses att justera"
                      "|justerare|protokollsjusterare|ej tjänstgörande ersättare|paragrafer|anslagsbevis"
                      "|val av justerare|upprop|fastställande av föredragningslista|föredragningslista"
                      "|ärendelista|justering av protokoll"), at_least=2),
    Rule("minutes_decisions", L.TEXT, D.MINUTES, 2, "decisions in the words of minutes",
         words=_words("beslutsgång|yrkanden|yrkande|bifaller|reserverar sig|ajournering"
                      "|propositionsordning|ärendebeskrivning|beslutsunderlag|sammanfattning av ärendet"
                      "|beslut skickas till|protokollsutdrag|dnr |jäv|förslag till beslut|nämnden beslutar"
                      "|kommunstyrelsen beslutar|fullmäktige beslutar|votering|omröstning"), at_least=4),
    Rule("minutes_paragraphs", L.SHAPE, D.MINUTES, 1.5, "paragraph after paragraph",
         r"paragraphs:(?:some|many)"),
    Rule("minutes_often", L.SHAPE, D.MINUTES, 3, "minutes and agendas named again and again",
         r"meetings:often"),
    Rule("minutes_links", L.SHAPE, D.MINUTES, 4, "a list of minutes", r"links:meetings"),
    Rule("minutes_link_paths", L.LINK_PATHS, D.MINUTES, 3, "links to minutes' files",
         r"(?:minutes|agenda|protokoll|kallelse)[^\n]*\n(?:[^\n]*\n){0,4}?[^\n]*(?:minutes|agenda"
         r"|protokoll|kallelse)[^\n]*\n(?:[^\n]*\n){0,4}?[^\n]*(?:minutes|agenda|protokoll|kallelse)"),
    Rule("minutes_opening_en", L.TEXT, D.MINUTES, 4, "the order of a meeting",
         words=_words("call to order|roll call|approval of minutes|approval of the minutes|quorum|adjourn"
                      "|seconded|motion to|public comment|meeting minutes|board meeting|meeting agenda"
                      "|agenda item|open meetings act|public participation|special meeting|regular meeting"
                      "|meeting notice|meeting schedule|closed session|executive session|public hearing"
                      "|virtual meeting|meeting location|board of directors|commissioners|board members"
                      "|old business|new business"), at_least=3),
    Rule("minutes_list_en", L.TEXT, D.MINUTES, 2, "minutes and agendas are kept here",
         words=("minutes", "agenda", "meeting"), at_least=3),
    Rule("minutes_lead", L.LEAD, D.MINUTES, 2, "opens with minutes",
         words=_words("justerade protokoll|kallelser och protokoll|protokoll och kallelser"
                      "|kallelse och handlingar")),
    Rule("minutes_lead_en", L.LEAD, D.MINUTES, 3, "opens with minutes",
         words=_words("meeting minutes|board minutes|minutes of the|agendas and minutes"
                      "|minutes and agendas")),
    Rule("minutes_headings", L.HEADINGS, D.MINUTES, 1.5, "a heading over minutes",
         r"(?m)meeting minutes|agendas? (?:and|&) minutes|^protokoll(?: 20\d\d)?$|kallelser"
         r"|sammanträden 20\d\d|meeting (?:agendas|schedule)"),
    Rule("minutes_inbound", L.INBOUND, D.MINUTES, 2, "links to it say minutes",
         r"\bprotokoll\b|\bkallelse\b|\bsammanträde|\bminutes\b|\bagenda\b|\bdagordning"),
    # ---- decision ----------------------------------------------------------------------------------------
    Rule("decision_title", L.NAME, D.DECISION, 4.5, "the title calls it a decision or a notice of one",
         r"^(?:beslut\b|delegationsbeslut|delegationslista|tillkännagivande|kungörelse|underrättelse"
         r"|föreläggande|anslag:? (?:om|av|justerat)\b|laga kraft|detaljplan för .*(?:laga kraft|antag)"
         r"|dom\b|dispens\b|tillstånd för|tjänsteskrivelse|tjänsteutlåtande|ordförandebeslut|nämndbeslut"
         r"|yttrande över|remissvar|allmän kungörelse|decision\b|order\b.*\bno\.)|\bhar vunnit laga kraft"
         r"|\bbeslut om (?:antagande|att anta|samråd|granskning)|\bsamrådshandling|\banslagsbevis"
         r"|\bbeslutsdokument"),
    Rule("decision_path", L.PATH, D.DECISION, 3, "lies among decisions",
         r"/(?:anslagstavla(?:n)?|digital-anslagstavla|beslut|kungorelser?|tillkannagivanden"
         r"|delegationsbeslut|decisions)/[^/?]{2,}"),
    Rule("decision_words", L.TEXT, D.DECISION, 3.5, "the parts of a decision",
         words=_words("beslutsdatum|hur man överklagar|besvärshänvisning|överklagandehänvisning"
                      "|skäl för beslutet|motivering till beslutet|skäl till beslutet"
                      "|beslutet fattas med stöd|vunnit laga kraft|överklagas till|delegationsordning"
                      "|på delegation|beslutet kan överklagas|detta beslut|upplysningar"
                      "|förslag till beslut|har fattats av|ärendet|diarienummer|dnr|sökande:|fastighet:"
                      "|avgift enligt taxa|lagrum|med stöd av|handlingar som ligger till grund"), at_least=5),
    Rule("decision_trail", L.TRAIL, D.DECISION, 2, "stands under decisions",
         r"anslagstavla|(?:^|/ )beslut(?: /|$)|kungörelser"),
    Rule("decision_howto", L.NAME, D.DECISION, -4, "tells how to get or appeal a decision",
         r"överklaga|så (?:här )?(?:fattas|går)|^beslut och (?:insyn|rätt)|hur du|hur man"),
    Rule("decision_meeting", L.LEAD, D.DECISION, -3, "a meeting's papers, not a single decision",
         words=_words("sammanträdesprotokoll|plats och tid|justerare|utses att justera|föredragningslista"
                      "|ej tjänstgörande|paragrafer"), at_least=2),
)
# fmt: on
