"""Which words tell what a part of a page is for? Words of class names, ids and labels, Swedish and English.

The words are those that web editors and content systems use everywhere; no site's own names stand here.
å ä ö are written a a o in class names, and both ways are understood.
"""

import re
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from crawler.extract.text import words


class Part(StrEnum):
    """What a part of a page is for."""

    NONE = ""
    # Never content of the page
    NAV = "nav"
    CRUMBS = "crumbs"
    HEADER = "header"
    FOOTER = "footer"
    NOTICE = "notice"  # cookie banners, dialogues
    TOOLS = "tools"  # share, print, listen, language, feedback, skip links
    SEARCH = "search"
    # Beside the content
    ASIDE = "aside"
    CONTACT = "contact"
    SERVICE = "service"
    RELATED = "related"
    # Text that only a screen reader says
    UNSEEN = "unseen"


CHROME_PARTS = frozenset(
    {Part.NAV, Part.CRUMBS, Part.HEADER, Part.FOOTER, Part.NOTICE, Part.TOOLS, Part.SEARCH}
)
ASIDE_PARTS = frozenset({Part.ASIDE, Part.CONTACT, Part.SERVICE, Part.RELATED})

_WORDS = re.compile(r"[a-zåäö]+")
_CAMEL = re.compile(r"(?<=[a-zåäö])(?=[A-ZÅÄÖ])")
_FOLD = str.maketrans("åäö", "aao")

# A class that says how something looks or behaves ("has-menu", "no-sidebar", "menu-open"), not what it is.
_STATE_FIRST = words("has no not is w with without js show hide hidden col use uses med utan")
_STATE_LAST = words("open closed active enabled disabled visible collapsed expanded true false")

_EXACT: dict[Part, frozenset[str]] = {
    Part.CRUMBS: words("crumb crumbs breadcrumb breadcrumbs brodsmula brodsmulor duarhar"),
    Part.NAV: words(
        "nav navs navi navbar navigation navigering menu menus meny menyn menyer submenu megamenu mega "
        "offcanvas flyout hamburger sitenav subnav topnav sidenav pagenav tablist tabnav pagination "
        "pagenavigation pager paginering sidnumrering toc innehallsforteckning sitemap undersidor "
        "subpages syskonsidor siblings anchorlinks quicklinks genvagar kortkommandon azindex"
    ),
    Part.HEADER: words(
        "header sidhuvud siteheader pageheader masthead topbar logo logotype logotyp branding"
    ),
    Part.FOOTER: words("footer sidfot sitefooter pagefooter colophon copyright sidfoten bottombar"),
    Part.NOTICE: words(
        "cookie cookies kakor kakinfo consent gdpr modal dialog popup toast overlay lightbox cookiebar "
        "cookiebanner cookieconsent samtycke chatbot chatt"
    ),
    Part.TOOLS: words(
        "share sharing shares sharebuttons sharelinks dela delning social socialmedia some addthis "
        "addtoany feedback sidfeedback rating readspeaker readspeak rsbtn lyssna browsealoud "
        "talandewebb skip skiplink skiplinks skipnav skipto skiptocontent hoppa accesskeys toolbar "
        "tools verktyg sidverktyg languageselector languages sprakval translate translator oversatt "
        "printlink skrivut totop backtotop tilltoppen byline pagemeta metainfo pageinfo sidinfo "
        "sidinformation postmeta metadata tags taggar wasthishelpful helpful tracking adsense advert "
        "advertisement webbanalys"
    ),
    Part.SEARCH: words(
        "searchbox searchform searchbar searchfield searchinput sitesearch sokruta sokfalt sokformular "
        "sokbox quicksearch"
    ),
    Part.ASIDE: words(
        "aside sidebar sidospalt sidokolumn sidopanel hogerspalt hogerkolumn hogerspalten rightcolumn "
        "rightcol rightbar rightside rightpanel leftcolumn leftcol leftbar vansterspalt vansterkolumn "
        "vansterspalten extrainfo complementary sidecontent puff puffar promo"
    ),
    Part.CONTACT: words(
        "contact contacts contactbox contactcard contactinfo contactinformation kontakt kontakta "
        "kontakter kontaktruta kontaktbox kontaktkort kontaktinfo kontaktinformation kontaktuppgifter "
        "kontaktblock vcard hcard"
    ),
    Part.SERVICE: words(
        "selfservice sjalvservice etjanst etjanster eservice eservices blankett blanketter "
        "dokumentlista documentlist documents attachments bilagor downloads nedladdning filelist "
        "fillista"
    ),
    Part.RELATED: words(
        "related relatedlinks relatedcontent relatedpages relatednews relaterat relaterad relaterade "
        "relateradelankar relateratinnehall readmore seealso lasmer lasvidare recommended rekommenderat "
        "liknande sistanytt latestnews senastenytt"
    ),
    Part.UNSEEN: words("visuallyhidden screenreader assistive offscreen"),
}
_BY_WORD = {word: part for part, names in _EXACT.items() for word in names}

# Compounds written together, in lower case: "leftmenu", "huvudmeny", "cookiebanner", "brodsmulelist".
_ENDINGS: tuple[tuple[str, Part], ...] = (
    ("breadcrumb", Part.CRUMBS), ("breadcrumbs", Part.CRUMBS), ("brodsmulor", Part.CRUMBS),
    ("menu", Part.NAV), ("meny", Part.NAV), ("navigation", Part.NAV), ("navigering", Part.NAV),
    ("navbar", Part.NAV),
    ("skiplink", Part.TOOLS), ("skiplinks", Part.TOOLS),
    ("searchform", Part.SEARCH), ("searchbox", Part.SEARCH), ("sokruta", Part.SEARCH),
    ("sidfot", Part.FOOTER), ("sidhuvud", Part.HEADER), ("sidebar", Part.ASIDE), ("spalten", Part.NONE),
)  # fmt: skip
_STARTS: tuple[tuple[str, Part], ...] = (
    ("breadcrumb", Part.CRUMBS), ("brodsmul", Part.CRUMBS), ("cookie", Part.NOTICE), ("navbar", Part.NAV),
    ("skiplink", Part.TOOLS), ("sharebutton", Part.TOOLS),
    ("readspeaker", Part.TOOLS), ("kontaktkort", Part.CONTACT),
    ("kontaktruta", Part.CONTACT), ("kontaktuppgift", Part.CONTACT), ("relaterad", Part.RELATED),
)  # fmt: skip

# Names that editors and systems give to the content itself; beside them, other names say how it is laid out.
_CONTENT_NAMES = words(
    "main maincontent main-content content page-content pagecontent innehall innehåll huvudinnehall "
    "huvudinnehåll "
    "huvudspalt mittspalt mainarea primary entry-content article-content contentarea content-area site-main"
)
_LAYOUT = words("page layout template grid")

# Names of two words, joined.
_PAIRS: dict[str, Part] = {
    "sronly": Part.UNSEEN, "screenreader": Part.UNSEEN,
    "visuallyhidden": Part.UNSEEN, "visuallyhide": Part.UNSEEN,
    "assistivetext": Part.UNSEEN, "skiplink": Part.TOOLS,
    "skiplinks": Part.TOOLS, "skiptocontent": Part.TOOLS,
    "backtotop": Part.TOOLS, "totop": Part.TOOLS,
    "languageselector": Part.TOOLS, "languageswitcher": Part.TOOLS,
    "searchform": Part.SEARCH, "searchbox": Part.SEARCH, "searchbar": Part.SEARCH, "searchfield": Part.SEARCH,
    "sitesearch": Part.SEARCH, "searchblock": Part.SEARCH, "rightcolumn": Part.ASIDE, "rightcol": Part.ASIDE,
    "columnright": Part.ASIDE, "colright": Part.ASIDE, "siteheader": Part.HEADER, "globalheader": Part.HEADER,
    "topheader": Part.HEADER, "mainheader": Part.HEADER, "headertop": Part.HEADER, "printbutton": Part.TOOLS,
    "printlink": Part.TOOLS, "selfservice": Part.SERVICE,
    "eservices": Part.SERVICE, "etjanster": Part.SERVICE,
    "relatedlinks": Part.RELATED, "seealso": Part.RELATED, "pagemeta": Part.TOOLS, "postmeta": Part.TOOLS,
    "entrymeta": Part.TOOLS, "subpages": Part.NAV, "quicklinks": Part.NAV, "mainmenu": Part.NAV,
}  # fmt: skip
# Parts of cards, boxes and articles: a "card-footer" is no page footer, an "article-header" holds the title.
_INNER = words(
    "card panel article box entry table accordion section content post item list block widget title "
    "hero group form field page text news contact kontakt event puff teaser"
)
_RESULTS = words("result results resultat hit hits page sida list lista")

_STRONGEST = (
    Part.CRUMBS, Part.UNSEEN, Part.NOTICE, Part.FOOTER, Part.NAV, Part.SEARCH, Part.TOOLS, Part.HEADER,
    Part.RELATED, Part.CONTACT, Part.SERVICE, Part.ASIDE,
)  # fmt: skip


@lru_cache(maxsize=16_384)
def part_of_names(names: str) -> Part:
    """What an element's class and id names (separated by spaces) say that it is for."""
    split = names[:600].split()[:24]
    found = {_part_of_name(name) for name in split}
    found.discard(Part.NONE)
    if not found or not _CONTENT_NAMES.isdisjoint(map(str.lower, split)):
        return Part.NONE
    return next(part for part in _STRONGEST if part in found)


def _part_of_name(name: str) -> Part:
    if len(name) < 3 or len(name) > 80:
        return Part.NONE
    found = [w for w in _WORDS.findall(_CAMEL.sub(" ", name).lower().translate(_FOLD)) if w]
    if not found:
        return Part.NONE
    if len(found) > 1 and (_STATE_FIRST.intersection(found[:-1]) or found[-1] in _STATE_LAST):
        return Part.NONE
    if len(found) == 1:
        return Part.ASIDE if found[0] == "secondary" else _part_of_word(found[0])
    for first, second in pairwise(found):
        if part := _PAIRS.get(first + second):
            return part
    # The last word of a name is its head: "contact-menu" is a menu; but "menu-item" has it first.
    for word in (found[-1], *found[:-1]):
        part = _part_of_word(word)
        if part in {Part.FOOTER, Part.HEADER} and _INNER & set(found):
            continue
        if part is Part.SEARCH and _RESULTS & set(found):
            continue
        if part is Part.TOOLS and "content" in found:
            continue
        if part is Part.ASIDE and not _LAYOUT.isdisjoint(found):
            continue
        if part:
            return part
    if (
        "search" in found
        and not _RESULTS & set(found)
        and {"form", "box", "block", "global", "site"} & set(found)
    ):
        return Part.SEARCH
    return Part.NONE


def _part_of_word(word: str) -> Part:
    if part := _BY_WORD.get(word):
        return part
    for ending, part in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending):
            return part
    for start, part in _STARTS:
        if word.startswith(start):
            return part
    return Part.NONE


_ROLES = {
    "navigation": Part.NAV, "menu": Part.NAV, "menubar": Part.NAV, "tablist": Part.NAV, "banner": Part.HEADER,
    "contentinfo": Part.FOOTER, "search": Part.SEARCH, "complementary": Part.ASIDE, "dialog": Part.NOTICE,
    "alertdialog": Part.NOTICE, "toolbar": Part.TOOLS,
}  # fmt: skip


def part_of_role(role: str) -> Part:
    """What an ARIA role says that an element is for."""
    return _ROLES.get(role, Part.NONE)


_LABEL_CRUMBS = re.compile(r"bread\s?crumb|brödsmul|brodsmul|du är här|sökväg", re.IGNORECASE)


def is_crumb_label(label: str) -> bool:
    """Whether an aria-label names a breadcrumb."""
    return bool(label) and _LABEL_CRUMBS.search(label[:80]) is not None


# --- phrases of whole blocks ---

_TOOL_PHRASE = re.compile(
    r"""(?:
    (?:hoppa|gå)\s(?:direkt\s)?till\s(?:sidans\s|huvud)?(?:innehåll(?:et)?|menyn?|navigering(?:en)?|sidfot(?:en)?)
    | (?:till\s(?:sidans\s)?(?:toppen|början))(?:\sav\ssidan)? | upp\still\stoppen | tillbaka\still\stoppen
    | back\sto\stop
    | skip\s(?:to|navigation)\b.{0,40}
    | (?:skriv\sut|print)(?:\s(?:sidan|denna\ssida|this\spage))?
    | lyssna(?:\spå\s(?:sidan|texten|innehållet))? | listen
    | dela(?:\s(?:sidan|artikeln|den\shär\ssidan|denna\ssida))?(?:\s(?:på|via|med|i)\s.{1,60})?:?
    | share(?:\s(?:this|on)\b.{0,40})?
    | tipsa\s(?:en\svän|om\ssidan).{0,20} | facebook | twitter | linkedin | instagram | x | e-?post | mejla
    | (?:länk\still\sannan\swebbplats|extern\slänk|öppnas?\si\snytt\sfönster|opens\sin\s(?:a\s)?new\s
      (?:window|tab))[.,\s]*.{0,40}
    | (?:visa|dölj|stäng|öppna)(?:\s(?:mer|alla|meny(?:n)?|mindre|fler|sök(?:rutan)?|undermeny(?:n)?))?
    | (?:show|hide|close|open)(?:\s(?:more|all|menu|less|search))? | meny | menu | sök | search | skicka
    | submit
    | laddar(?:\s?\.{3}|…)? | loading(?:\s?\.{3}|…)? | föregående | nästa | previous | next | läs\supp
    | javascript.{0,120}
    | a{1,3}[+-] | kontrast | teckenstorlek | translate | välj\sspråk | select\slanguage
    | du\s(?:måste|behöver)\s(?:slå\spå|aktivera)\sjavascript.{0,120}
    )\s*[.!:»›>]*""",
    re.IGNORECASE | re.VERBOSE,
)
_FEEDBACK = re.compile(
    r"""(?:
    (?:hjälpte|hjälper)\s(?:den\shär\s|dig\s)?(?:informationen|sidan|texten|innehållet|detta).{0,60}
    | (?:var|fick\sdu|hittade\sdu|är)\s.{0,40}(?:sidan|informationen|innehållet|hjälp|det\sdu\s
      (?:sökte|letade)).{0,50}\?
    | (?:lämna|ge|skicka)\s(?:oss\s)?(?:din\s)?(?:feedback|synpunkter?\spå\s
      (?:sidan|innehållet|webbplatsen)).{0,40}
    | (?:was\sthis\s(?:page|information)|did\syou\sfind|is\sthis\spage\suseful|rate\sthis\spage).{0,60}
    | tyck\still\som\s(?:sidan|innehållet|webbplatsen).{0,30}
    | tack\sför\s(?:din\sfeedback|ditt\ssvar|dina\ssynpunkter).{0,40}
    | vad\stycker\sdu\som\s(?:sidan|informationen|innehållet).{0,30}
    )\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_PAGE_FACT = re.compile(
    r"""(?:
    (?:sidan|sida|informationen|innehållet|texten|artikeln|dokumentet|nyheten)?\s?(?:är\s|blev\s)?
      (?:senast\s)?(?:uppdaterade?s?|ändrade?s?|granskade?s?|publicerade?s?|skapade?s?|reviderade?s?|kontrollerade?s?|faktagranskad)
      \s*(?:[:–-]|\d|(?:mån|tis|ons|tors|fre|lör|sön)|den\b|av\b|i\s?dag|igår|kl)
    | (?:senaste?\s)?(?:uppdatering|ändring|granskning|publiceringsdatum|ändringsdatum)\s*(?::|\d)
    | (?:sid|innehålls|webb|fakta|text)ansvarig\w{0,10}\b | ansvarig\sför\s(?:sidan|innehållet) | redaktör\b
    | (?:page\s)?(?:last\s)?(?:updated|modified|reviewed|published)\s*(?:[:–-]|\d|on\b|by\b|at\b|
      (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))
    | dela\ssidan | sidans?\s(?:id|adress)\b
    ).{0,120}""",
    re.IGNORECASE | re.VERBOSE,
)
_HAS_DIGIT_OR_COLON = re.compile(r"\d|:|idag|i dag|igår|av\s[A-ZÅÄÖ]")
_RELATED_HEADING = re.compile(
    r"""(?:
    relatera(?:t|d|de)\b.{0,40} | (?:läs|se|titta)\s(?:också|även|mer|vidare)(?:\s(?:här|på|om|i)\b.{0,40})?
    | mer\s(?:information|om|på|att\släsa|läsning|inom|från|innehåll)\b.{0,50}
    | fler\s(?:nyheter|sidor|artiklar|länkar)\b.{0,40}
    | (?:externa\s|andra\s|användbara\s|relevanta\s)?(?:länkar|länktips|webbplatser)(?:\s
      (?:på|till|om)\b.{0,40})?
    | senaste\s(?:nytt|nyheterna|nyheter)\b.{0,30}
    | (?:liknande|andra)\s(?:sidor|nyheter|artiklar|e-tjänster)\b.{0,30}
    | du\s(?:kanske|kan)\s(?:också|även)\b.{0,50} | hitta\s(?:på\ssidan|snabbt)\b.{0,20} | genvägar
    | snabblänkar
    | (?:i\sdet\shär|på\sden\shär|innehåll\spå|på\sdenna|på)\s(?:avsnittet|sidan|denna\ssida)
    | innehåll(?:sförteckning)?
    | related\b.{0,40} | see\salso\b.{0,30} | read\smore\b.{0,30}
    | more\s(?:information|on|about|from|in)\b.{0,40}
    | (?:quick|useful|external|other)\slinks | on\sthis\spage | in\sthis\ssection | contents | latest\snews
    )\s*:?""",
    re.IGNORECASE | re.VERBOSE,
)


def is_tool_phrase(text: str) -> bool:
    """Whether a whole block is a tool of the page ("Skriv ut", "Dela på Facebook"), not of its text."""
    return len(text) <= 140 and _TOOL_PHRASE.fullmatch(text) is not None


_TOOL_NAMES = re.compile(
    r"\b(?:skriv ut(?: sidan)?|tipsa(?: en vän| om sidan)?|lyssna(?: på sidan)?|dela(?: sidan)?|talande webb"
    r"|större text|mindre text|anpassa(?: sidan)?|översätt|facebook|twitter|linkedin|instagram|x|e-?post"
    r"|till toppen|print|share|listen|email|translate)\b",
    re.IGNORECASE,
)


def is_row_of_tools(text: str) -> bool:
    """Whether a block names several tools of the page and nothing else: "Skriv ut | Lyssna"."""
    if len(text) > 100:
        return False
    rest, tools = _TOOL_NAMES.subn("", text)
    return tools >= 2 and not any(map(str.isalnum, rest))


def is_feedback_phrase(text: str) -> bool:
    """Whether a block asks what the visitor thinks of the page ("Hjälpte informationen dig?")."""
    return len(text) <= 140 and _FEEDBACK.fullmatch(text) is not None


def is_page_fact(text: str) -> bool:
    """Whether a block tells when the page was written and by whom ("Sidan uppdaterad 3 mars 2026")."""
    return (
        len(text) <= 160 and _PAGE_FACT.fullmatch(text) is not None and bool(_HAS_DIGIT_OR_COLON.search(text))
    )


def is_related_heading(text: str) -> bool:
    """Whether a heading stands over links to other pages ("Relaterad information", "Läs mer")."""
    return len(text) <= 80 and _RELATED_HEADING.fullmatch(text) is not None
