"""How does a page become a record? All that was understood of it, put together.

`understand` never fails on what a page says: a page that nothing is known of becomes a record of doctype
`other`.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime

from crawler.errors import InvalidUrlError
from crawler.extract.dates import parse_date, plausible
from crawler.page import ExtractedPage, FetchedPage
from crawler.record import CanonicalUrl, Doctype, DocumentRecord, Evidence, RequestedUrl
from crawler.registry import Agency, host_of
from crawler.understand.actions import find_actions
from crawler.understand.contacts import find_contacts
from crawler.understand.doctype import classify, scores_of_url
from crawler.understand.eid import needs_eid, read_eid
from crawler.understand.signature import content_hash, simhash
from crawler.understand.view import PageView, split_url
from crawler.urls import canonicalise

MAX_TEXT = 400_000
"""Characters of main text that a record keeps."""
_MAX_TITLE = 500
_MAX_DESCRIPTION = 2_000
_MAX_HEADINGS = 200
_SURROGATES = re.compile(r"[\ud800-\udfff\x00]")


def understand(
    page: FetchedPage, extracted: ExtractedPage, agency: Agency, canonical_url: CanonicalUrl
) -> DocumentRecord:
    """The record of a page that was fetched and read. Never raises on what a page holds."""
    hint = agency.hint_for(canonical_url)
    view = PageView(canonical_url, extracted, page.link_texts)
    verdict = classify(view, hint)
    eid, eid_evidence = needs_eid(view, verdict.doctype, hint)
    text = _clean(extracted.text()[:MAX_TEXT])
    title = _clean(extracted.title[:_MAX_TITLE])
    return DocumentRecord(
        url=canonical_url,
        requested_url=page.requested_url,
        agency=agency.id,
        host=host_of(canonical_url),
        title=title,
        headings=tuple(_clean(heading[:_MAX_TITLE]) for heading in extracted.headings()[:_MAX_HEADINGS]),
        text=text,
        description=_clean(extracted.description[:_MAX_DESCRIPTION]),
        breadcrumb=tuple(_clean(step[:200]) for step in extracted.breadcrumb[:20]),
        language=extracted.language,
        language_evidence=extracted.language_evidence,
        easy_read=extracted.easy_read,
        doctype=verdict.doctype,
        doctype_evidence=verdict.evidence,
        needs_eid=eid,
        eid_evidence=eid_evidence,
        contacts=find_contacts(extracted, verdict.doctype, agency),
        actions=find_actions(extracted, canonical_url, verdict.doctype, agency),
        content_type=extracted.content_type,
        content_length=len(page.body),
        published=extracted.published or _met(verdict.doctype, title, page.fetched),
        modified=extracted.modified,
        fetched=page.fetched,
        checked=page.fetched,
        depth=page.depth,
        content_hash=content_hash(title, text),
        signature=simhash(text),
    )


def _met(doctype: Doctype, title: str, fetched: datetime) -> date | None:
    """The day of the meeting that the title of minutes tells: their pages seldom tell another."""
    return plausible(parse_date(title), fetched.date()) if doctype is Doctype.MINUTES else None


_LOGIN = re.compile(r"/(?:login|logga-?in|inloggning|auth|saml|sso|idp|signin|sign-in)(?:[/?.]|$)")
_ERRAND = re.compile(
    r"e-tjänst(?!er)|^(?:starta |till )?(?:ansök(?!ning)|anmäl|beställ|boka|felanmäl|sök |säg upp|begär"
    r"|registrera|lämna|ändra|betala|rapportera|apply|book|report)"
)
_VAGUE = re.compile(
    r"^(?:logga in|till e-tjänsten|e-tjänst|starta e-tjänst(?:en)?|starta|läs mer|här|klicka här"
    r"|till tjänsten|öppna|start|mina sidor|log in|sign in|ansök|ansök här)\W*$"
)
_PREFIX = re.compile(
    r"^(?:till |starta |öppna )?(?:e-tjänst(?:en)?)\s*(?:[:–-]|för|om att|att)?\s*", re.IGNORECASE
)
_ENOUGH = 3.5


def behind_login(
    url: str, link_texts: tuple[str, ...], agency: Agency, at: datetime
) -> DocumentRecord | None:
    """A record of an e-service that answered with a login, known by its address and the links to it.

    None unless both look like an e-service: a site's own login, an intranet or "Mina sidor" is none.
    """
    try:
        canonical = canonicalise(url)
    except InvalidUrlError:
        return None
    texts = [text for text in (" ".join(_clean(t)[:200].split()) for t in link_texts[:50]) if text]
    host, path = split_url(canonical)
    score = scores_of_url(host, path).get(Doctype.ESERVICE, 0.0)
    named = [text for text in texts if not _VAGUE.match(text.lower())]
    errands = [text for text in named if _ERRAND.search(text.lower())]
    if errands:
        score += 2
    if not named or score < _ENOUGH:
        return None
    title = _title(errands or named)
    answer, told = read_eid("\n".join(texts))
    behind = Evidence(rule="login_required", detail=canonical[:160], value="true", weight=3)
    eid = answer is not False
    return DocumentRecord(
        url=canonical,
        requested_url=RequestedUrl(url),
        agency=agency.id,
        host=host_of(canonical),
        title=title,
        language=agency.languages[0] if agency.languages else "sv",
        language_evidence="the agency's first language",
        doctype=Doctype.ESERVICE,
        doctype_evidence=(
            Evidence(rule="login_required", detail="answers with a login", value=Doctype.ESERVICE, weight=2),
            Evidence(rule="link_texts", detail=", ".join(named)[:160], value=Doctype.ESERVICE, weight=score),
        ),
        needs_eid=eid,
        eid_evidence=(*told[:4], behind) if eid else tuple(told[:4]),
        fetched=at,
        checked=at,
        content_hash=content_hash(title, ""),
        signature="",
    )


def _title(texts: Iterable[str]) -> str:
    """The link text that says most in fewest words: the one used most, then the shortest."""
    cleaned = [_PREFIX.sub("", text).strip(" ,–-›»>→") or text for text in texts]
    best = max(cleaned, key=lambda text: (cleaned.count(text), -abs(len(text) - 30)))
    return (best[:1].upper() + best[1:])[:_MAX_TITLE]


def _clean(text: str) -> str:
    """Without what a database or a JSON answer can't carry: NUL and halves of surrogate pairs."""
    return _SURROGATES.sub("", text)
