"""What does a hit show? Documents become hits: contact card, actions, snippet, dates."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from crawler.record import ActionKind, Contact, Doctype, DocumentRecord
from crawler.registry import Agency, Registry
from indexer.engine import IndexedDocument, Snapshot
from searchapi.highlight import Highlighter
from searchapi.intent import DOCUMENT_TYPES
from searchapi.knowledge import load
from searchapi.models import AgencyRef, Hit, HitAction, HitContact, HitCopy, HitExplanation
from searchapi.refine import Answer
from searchapi.snippet import snippet
from searchapi.telephone import telephone

MAX_ACTIONS = 6
MAX_COPIES = 20
_MAX_TARGETS = 20_000
_ACTION_ORDER = {ActionKind.ESERVICE: 0, ActionKind.FORM: 1, ActionKind.CONTACT: 2}
_KIND_OF_TYPE = {
    Doctype.ESERVICE: ActionKind.ESERVICE,
    Doctype.FORM: ActionKind.FORM,
    Doctype.CONTACT: ActionKind.CONTACT,
}
_NO_CONTACT = DOCUMENT_TYPES | {Doctype.NEWS}


@dataclass(frozen=True, slots=True)
class Target:
    """What is known of the page that an action leads to."""

    title: str
    doctype: Doctype
    needs_eid: bool | None
    contact: Contact | None


class Targets:
    """Looks up the pages that actions lead to, and remembers them for one state of the index."""

    def __init__(self) -> None:
        self._revision = -1
        self._known: dict[str, Target | None] = {}

    def find(self, snapshot: Snapshot, url: str) -> Target | None:
        """The page at a URL, or None where it is not in the index."""
        if snapshot.revision != self._revision or len(self._known) > _MAX_TARGETS:
            self._known = {}
            self._revision = snapshot.revision
        known = self._known
        if url not in known:
            document = snapshot.by_url(url)
            known[url] = target_of(document) if document else None
        return known[url]


def target_of(document: IndexedDocument) -> Target:
    """What a document is to the pages that lead to it."""
    record = document.record
    contact = record.contacts[0] if record.contacts else None
    return Target(record.title, record.doctype, record.needs_eid, contact)


class Presenter:
    """Makes hits of answers, for one search."""

    def __init__(
        self,
        registry: Registry,
        snapshot: Snapshot,
        targets: Targets,
        stems: Sequence[str],
        highlighter: Highlighter,
    ) -> None:
        self._registry = registry
        self._snapshot = snapshot
        self._targets = targets
        self._stems = stems
        self._highlighter = highlighter

    def hit(self, answer: Answer, explanation: HitExplanation | None = None) -> Hit:
        """The hit of an answer."""
        record = answer.document.record
        actions, contact_below = self._actions(answer)
        contact = None if record.doctype in _NO_CONTACT else answer.contact or contact_below
        copies = self._copies(answer)
        if explanation is not None:
            explanation = _with_copies(explanation, record, copies)
        return Hit(
            url=record.url,
            title=title_of(record),
            snippet=snippet(
                record.title,
                record.description,
                answer.document.text,
                self._stems,
                lambda text: self._highlighter.spans(text, record.language),
            ),
            doctype=record.doctype,
            agency=agency_ref(self._registry, record.agency),
            language=record.language,
            needs_eid=record.needs_eid,
            published=record.published,
            modified=record.modified,
            checked=record.checked,
            content_type=record.content_type,
            content_length=record.content_length,
            breadcrumb=list(record.breadcrumb),
            contact=contact_card(contact),
            actions=actions,
            copies=copies,
            explanation=explanation,
        )

    def _copies(self, answer: Answer) -> list[HitCopy]:
        """The other places of the same content, best ranked first, each address once."""
        told = {answer.document.record.url}
        copies: list[HitCopy] = []
        for copy in answer.copies:
            record = copy.document.record
            if record.url not in told and len(copies) < MAX_COPIES:
                told.add(record.url)
                agency = agency_ref(self._registry, record.agency)
                copies.append(HitCopy(url=record.url, title=title_of(record), agency=agency))
        return copies

    def _actions(self, answer: Answer) -> tuple[list[HitAction], Contact | None]:
        relevant = {absorbed.document.record.url for absorbed in answer.absorbed}
        return actions_of(answer.document.record, self._snapshot, self._targets, relevant)


def actions_of(
    record: DocumentRecord, snapshot: Snapshot, targets: Targets, relevant: Container[str] = frozenset()
) -> tuple[list[HitAction], Contact | None]:
    """What can be done from a page, the `relevant` URLs first, and the contact that it leads to."""
    rows: list[tuple[tuple[bool, int, int], HitAction]] = []
    contact: Contact | None = None
    seen = {record.url}
    for number, action in enumerate(record.actions[:40]):
        if action.url in seen:
            continue
        seen.add(action.url)
        target = targets.find(snapshot, action.url)
        kind, title, needs_eid = action.kind, action.title, action.needs_eid
        if target is not None:
            kind = _KIND_OF_TYPE.get(target.doctype, kind)
            title = target.title or title
            needs_eid = target.needs_eid if target.needs_eid is not None else needs_eid
            if kind is ActionKind.CONTACT and contact is None:
                contact = target.contact
        order = (action.url not in relevant, _ACTION_ORDER[kind], number)
        eid = None if kind is ActionKind.CONTACT else needs_eid
        rows.append((order, HitAction(kind=kind, url=action.url, title=title or action.url, needs_eid=eid)))
    rows.sort(key=lambda row: row[0])
    return [action for _, action in rows[:MAX_ACTIONS]], contact


def _with_copies(
    explanation: HitExplanation, record: DocumentRecord, copies: Sequence[HitCopy]
) -> HitExplanation:
    """The explanation with the agencies that have the same content too."""
    others = dict.fromkeys(copy.agency.name for copy in copies if copy.agency.id != record.agency)
    if not others:
        return explanation
    line = load("explain")["copies"]["elsewhere"].format(agencies=", ".join(others))
    return explanation.model_copy(update={"reasons": [*explanation.reasons, line]})


def title_of(record: DocumentRecord) -> str:
    """The page's title, or the last part of its address where it has none."""
    return record.title or record.url.rstrip("/").rpartition("/")[2] or record.url


def agency_ref(registry: Registry, agency_id: str) -> AgencyRef:
    """The agency of a document. One that left the registry since the crawl is named by its id."""
    if agency_id in registry:
        return named(registry[agency_id])
    return AgencyRef.model_validate({"id": agency_id, "name": agency_id, "kind": "other"})


def named(agency: Agency) -> AgencyRef:
    """An agency as responses name it."""
    return AgencyRef(id=agency.id, name=agency.name, kind=agency.kind)


def contact_card(contact: Contact | None) -> HitContact | None:
    """The card to show, or None where it would tell nothing that one can use."""
    if contact is None:
        return None
    address = contact.visiting_address or contact.postal_address
    if not (contact.phone or contact.phone_written or contact.email or address or contact.opening_hours):
        return None
    return HitContact(
        name=contact.name or None,
        role=contact.role or None,
        phone=contact.phone or None,
        phone_written=telephone(contact.phone or contact.phone_written) or None,
        email=contact.email or None,
        address=address or None,
        opening_hours=contact.opening_hours or None,
    )


def texts_of(answers: Sequence[Answer]) -> Iterable[str]:
    """The texts that tell whether a synonym mattered: titles and the beginnings of texts, in lower case."""
    for answer in answers:
        record = answer.document.record
        yield f"{record.title}\n{record.description}\n{answer.document.text[:4000]}".casefold()
