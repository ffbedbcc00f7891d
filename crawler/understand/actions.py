"""What can a citizen do from this page? Its links to e-services, forms and contacts.

A link's target is weighed by the same rules as a page's own address, its words by the table below. Only
links of the page itself count: menus and footers name every errand of the site.
"""

import re
from collections.abc import Iterable

from crawler.errors import InvalidUrlError
from crawler.page import ExtractedPage, PageLink, Region
from crawler.record import Action, ActionKind, CanonicalUrl, Doctype
from crawler.registry import Agency
from crawler.understand.doctype import scores_of_url
from crawler.understand.eid import read_eid
from crawler.understand.view import split_url
from crawler.urls import canonicalise

MAX_ACTIONS = 8
_MAX_LINKS = 400
_TITLE_CHARS = 120
_MAX_CONTACTS = 2
_LIST = 4
"""More e-services than these on a page of links are a list of services, not the actions of a page."""
_WITH_ACTIONS = frozenset(
    {
        Doctype.GUIDE, Doctype.PLACE, Doctype.CONTACT, Doctype.ESERVICE, Doctype.FORM, Doctype.NEWS,
        Doctype.EVENT,
        Doctype.OTHER,
    }
)  # fmt: skip
_ENOUGH = 2.5

# What a link's words say: kind, weight, pattern (in lower case).
_WORDS: tuple[tuple[ActionKind, float, re.Pattern[str]], ...] = tuple(
    (kind, weight, re.compile(pattern))
    for kind, weight, pattern in (
        (ActionKind.ESERVICE, 4, r"\be-tjänst(?:en)?\b(?!er)|^e-service|\bstarta (?:e-)?tjänst"
                                 r"|\bdigital(?:a)? ansökan|\bansök (?:digitalt|online|direkt|på webben)"
                                 r"|logga in (?:med|och|på mina)|\bwebbformulär"),
        (ActionKind.ESERVICE, 1.5, r"^(?:→|»|>)?\s*(?:ansök(?!ning|an)|anmäl(?!an|ning)|beställ(?!ning)"
                                   r"|boka\b|felanmäl|sök (?:plats|bidrag|stöd|förskol|om)|säg upp|begär\b"
                                   r"|registrera|rapportera|lämna (?:in|synpunkt|uppgift)|ändra|överklaga"
                                   r"|apply|book|report|order|register|renew|start)"),
        (ActionKind.ESERVICE, 1, r"\b(?:mina sidor|självservice)\b"),
        (ActionKind.ESERVICE, -3, r"\be-tjänster\b|^läs mer|^så (?:här )?|^om |^information|^hur |^vad "
                                  r"|^alla |regler"),
        (ActionKind.FORM, 4, r"\bblankett(?:en)?\b(?!er)|ansökningsblankett|\b\w*fullmakt\b|\bform \d"
                             r"|\bva form"),
        (ActionKind.FORM, 2, r"^(?:\w*ansökan|\w*anmälan|begäran|medgivande|intyg|överklagan|\w*uppsägning"
                             r"|\w*beställning|försäkran|egenkontroll|kontrollplan|application)\b.*(?:pdf"
                             r"|docx?|word|odt)|\bformulär\b|download .*form|skriv ut .*(?:ansökan|anmälan)"),
        (ActionKind.FORM, -3, r"\bblanketter\b$|^alla |^läs mer|\bprotokoll\b|policy|riktlinje|taxa"
                              r"|årsredovisning|budget|plan\b"),
        (ActionKind.CONTACT, 3, r"^(?:→|»|>)?\s*(?:kontakta\b|kontakt\b|kontaktuppgifter|kontaktpersoner"
                                r"|kontakter\b|contact\b)|\bkontaktuppgifter (?:till|för)|^(?:ring"
                                r"|mejla) (?:oss|till)"),
        (ActionKind.CONTACT, -2, r"kontaktperson enligt|kontaktfamilj|kontaktlins"),
    )
)  # fmt: skip
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|odt|rtf|xlsx?)(?:\?|$)")
_ERRAND_NOUN = re.compile(
    r"^(?:\w*ansökan|\w*anmälan|begäran|medgivande|\w*fullmakt|\w*uppsägning|\w*beställning|överklagande?"
    r"|intyg|samtycke|egenkontroll)\b|form \w*\d"
)
_SERVICES_CONTEXT = re.compile(
    r"självservice|e-tjänster|e-tjänst|ansök|blankett|gör ditt ärende|digitala tjänster"
    r"|relaterade tjänster|online services"
)
_ELSEWHERE = re.compile(
    r"relatera|andra (?:läste|sidor|har)|senaste nytt|nyheter|läs (?:också|även|mer)|se (?:också|även)"
    r"|genvägar|snabblänkar"
    r"|i (?:samma|det här) avsnitt|populär|mest besökt|aktuellt|underliggande|undersidor|more (?:in|news)"
    r"|related"
)
_GENERAL_CONTACT = re.compile(r"(?:kontakt|kontakta (?:oss|kommunen|regionen)|contact(?: us)?)\W*\Z")
_CLUTTER = re.compile(
    r"\s*\((?:[^()]{0,20}?(?:pdf|docx?|word|odt|öppnas|länk|extern|\d+ ?[km]b|nytt fönster)[^()]{0,60})\)"
    r"|\s*(?:länk till annan webbplats|öppnas i nytt fönster|extern länk|pdf, \d+[^,]{0,12})[.,]?",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"(?:(?:till |starta |öppna )?(?:e-)?tjänst(?:en)?|ansök(?: här| nu)?|anmäl(?: här)?|läs mer|här"
    r"|klicka här|blankett(?:en)?|starta"
    r"|ladda ner|hämta|till e-tjänst|kontakt|kontakta oss)\W*\Z"
)
_PREFIX = re.compile(r"^(?:till )?(?:e-tjänst(?:en)?|blankett(?:en)?|länk)\s*[:–-]\s*", re.IGNORECASE)


def find_actions(
    page: ExtractedPage, url: CanonicalUrl, doctype: Doctype, agency: Agency
) -> tuple[Action, ...]:
    """The page's actions, e-services first, at most 8; none for documents and lists."""
    if doctype not in _WITH_ACTIONS:
        return ()
    best: dict[CanonicalUrl, tuple[float, Action]] = {}
    links = [link for link in page.links if link.region is not Region.CHROME][:_MAX_LINKS]
    for link in links:
        weighed = weigh(link)
        if weighed is None or (link.region is Region.ASIDE and _ELSEWHERE.search(link.context[:120].lower())):
            continue
        kind, weight = weighed
        target = _canonical(link.url)
        if target is None or target == url:
            continue
        action = Action(kind=kind, url=target, title=_title(link), needs_eid=_eid(page, link, kind))
        best[target] = _better(best.get(target), (weight, action))
    order = {ActionKind.ESERVICE: 0, ActionKind.FORM: 1, ActionKind.CONTACT: 2}
    found = [action for _, action in best.values()]
    if doctype is Doctype.OTHER and sum(action.kind is ActionKind.ESERVICE for action in found) > _LIST:
        return ()
    chosen = _bounded(found)
    return tuple(sorted(chosen, key=lambda action: order[action.kind]))


def _better(known: tuple[float, Action] | None, new: tuple[float, Action]) -> tuple[float, Action]:
    """Of two links to one target: the surer kind, the title that says more.

    And whatever is known of e-legitimation.
    """
    if known is None:
        return new
    surer = new if new[0] > known[0] else known
    title = next((a.title for _, a in (known, new) if not _VAGUE.match(a.title.lower())), surer[1].title)
    eid = known[1].needs_eid if known[1].needs_eid is not None else new[1].needs_eid
    return surer[0], surer[1].model_copy(update={"title": title, "needs_eid": eid})


def weigh(link: PageLink) -> tuple[ActionKind, float] | None:
    """What a link leads to, with its weight; None where it is no action."""
    host, path = split_url(link.url)
    if not host:
        return None
    text = " ".join(link.text.lower().split())[:200]
    by_url = scores_of_url(host, path)
    scores = {
        ActionKind.ESERVICE: by_url.get(Doctype.ESERVICE, 0.0),
        ActionKind.FORM: by_url.get(Doctype.FORM, 0.0),
        ActionKind.CONTACT: by_url.get(Doctype.CONTACT, 0.0),
    }
    is_document = bool(_DOCUMENT.search(path))
    for kind, weight, pattern in _WORDS:
        if pattern.search(text):
            scores[kind] += weight
    if is_document:
        scores[ActionKind.ESERVICE] -= 8
        if _ERRAND_NOUN.search(text):
            scores[ActionKind.FORM] += 2.5
    if link.region is Region.ASIDE and not link.context and _GENERAL_CONTACT.match(text):
        return None  # it stands beside every page, and leads to the agency as a whole
    if _SERVICES_CONTEXT.search(link.context[:120].lower()):
        scores[ActionKind.FORM if is_document else ActionKind.ESERVICE] += 1
    kind = max(scores, key=lambda k: scores[k])
    return (kind, scores[kind]) if scores[kind] >= _ENOUGH and text else None


def _bounded(actions: Iterable[Action]) -> list[Action]:
    """At most 8 in all, and never so many of one kind that another is lost."""
    kept: list[Action] = []
    waiting: list[Action] = []
    count: dict[ActionKind, int] = {}
    for action in actions:
        count[action.kind] = count.get(action.kind, 0) + 1
        if action.kind is ActionKind.CONTACT and count[action.kind] > _MAX_CONTACTS:
            continue
        (kept if count[action.kind] <= 4 else waiting).append(action)
    return (kept + waiting)[:MAX_ACTIONS] if len(kept) < MAX_ACTIONS else kept[:MAX_ACTIONS]


def _canonical(url: str) -> CanonicalUrl | None:
    try:
        return canonicalise(url)
    except InvalidUrlError:
        return None


def _title(link: PageLink) -> str:
    text = _CLUTTER.sub("", " ".join(link.text.split()))
    text = _PREFIX.sub("", text).strip(" ,–-›»>→")
    return (text[:1].upper() + text[1:] or link.text.strip())[:_TITLE_CHARS]


def _eid(page: ExtractedPage, link: PageLink, kind: ActionKind) -> bool | None:
    """What the link's own words, or the line that it stands in, say of e-legitimation."""
    if kind is not ActionKind.ESERVICE:
        return None
    answer, _ = read_eid(link.text)
    if answer is not None or not link.text:
        return answer
    needle = " ".join(link.text.split())
    for place, block in enumerate(page.blocks[:1_500]):
        if block.region is not Region.CHROME and needle in " ".join(block.text.split()):
            answer, _ = read_eid(block.text[:1_000])
            if answer is None and place + 1 < len(page.blocks):
                following = page.blocks[place + 1]
                if following.region is block.region and len(following.text) <= 200:
                    answer, _ = read_eid(following.text)
            return answer
    return None
