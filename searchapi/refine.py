"""What do the best candidates' own texts tell? The closer look: contacts, dates, numbers, copies, groups."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from crawler.record import ActionKind, Contact, Doctype
from crawler.registry import Agency, AgencyKind, Registry
from indexer.engine import IndexedDocument, Plan
from searchapi.copies import fold_copies
from searchapi.document_look import DocumentLook, names_rates
from searchapi.highlight import ContactMatcher, Highlighter
from searchapi.intent import IntentKind
from searchapi.office import OfficeMatcher
from searchapi.rank import Factor, Ranked, title_factor, title_weights
from searchapi.understand import Understanding
from searchapi.weights import Weights

_NEWEST = 3.0
_MAX_CONTACTS = 60
_NEAR = 6
_NEARLY = 0.55
_MANY_LEADERS = 6
_SHORTEST_NAME = 3
_LEADER = re.compile(r"(?:chef|direktör|kommunalråd|regionråd)\b", re.IGNORECASE)


@dataclass(slots=True)
class Answer:
    """A hit on its way to the page: its document, the contact that fits best, hits that it stands for.

    `contact_share` is the share (0 to 1) of the query that the contact's name and role meet. `absorbed` are
    the e-services, forms and contacts that a guide leads to, `copies` what says the same.
    """

    ranked: Ranked
    document: IndexedDocument
    score: float
    factors: list[Factor] = field(default_factory=list)
    contact: Contact | None = None
    contact_met: bool = False
    contact_share: float = 0.0
    absorbed: list["Answer"] = field(default_factory=list)
    copies: list["Answer"] = field(default_factory=list)


class Refiner:
    """Looks at documents for one understood query."""

    def __init__(
        self,
        weights: Weights,
        understanding: Understanding,
        plan: Plan,
        highlighter: Highlighter,
        registry: Registry | None = None,
    ) -> None:
        self._weights = weights
        self._understanding = understanding
        self._kind = understanding.intent.kind
        self._matcher = ContactMatcher(plan.clauses)
        self._office = OfficeMatcher(understanding.concepts if understanding.office else ())
        self._highlighter = highlighter
        self._clauses = max(1, len(understanding.content))
        self._kinds = registry.kinds if registry is not None else {}
        self._near = _name_of(understanding.scope.home)
        asked = understanding.intent.asked
        self._rates = self._kind is not IntentKind.DOCUMENT and Doctype.STEERING in asked
        self._documents = DocumentLook(weights, understanding, highlighter)

    def refine(self, ranked: Sequence[Ranked], documents: Sequence[IndexedDocument]) -> list[Answer]:
        """The answers, best first, copies folded and actions grouped under their guides."""
        answers = [self._answer(one, document) for one, document in zip(ranked, documents, strict=True)]
        if self._kind is IntentKind.DOCUMENT:
            for answer, years in zip(answers, self._documents.older(documents), strict=True):
                if years:
                    self._apply(answer, "older", 1.0 / (1.0 + self._weights["refine.older"] * years))
        answers.sort(key=lambda answer: -answer.score)
        scope = self._understanding.scope
        first = [*(agency.id for agency in scope.named), *([scope.home.id] if scope.home else [])]
        answers = fold_copies(answers, first=first, kinds=self._kinds)
        if self._kind is IntentKind.DOCUMENT and self._understanding.intent.document.latest:
            answers = self._lead_with_newest(answers)
        if self._kind in {IntentKind.ERRAND, IntentKind.FORM, IntentKind.NAVIGATIONAL}:
            doing = any(sign.speaks_for == "errand" for sign in self._understanding.intent.signs)
            if not doing and self._kind is IntentKind.ERRAND:
                answers = lift_guides(answers)
            answers = group_errands(answers, forms_lead=self._kind is IntentKind.FORM)
        if self._kind is IntentKind.CONTACT and not (
            self._understanding.office or self._understanding.general
        ):
            answers = lift_contacts(answers)
        return answers

    def _answer(self, ranked: Ranked, document: IndexedDocument) -> Answer:
        answer = Answer(ranked, document, ranked.score)
        self._look_at_contacts(answer)
        record = document.record
        if self._kind is IntentKind.DOCUMENT:
            for factor in self._documents.factors(document):
                self._apply(answer, factor.name, factor.value)
        if self._kind is IntentKind.PLACE and any(contact.opening_hours for contact in record.contacts):
            self._apply(answer, "hours", 1.0 + self._weights["refine.hours"])
        if self._kind is IntentKind.ERRAND and record.doctype is Doctype.GUIDE and record.actions:
            self._apply(answer, "actions", 1.0 + self._weights["refine.actions"])
        if answer.ranked.candidate.title_matched:
            self._look_at_title(answer)
        if self._rates and record.doctype is Doctype.STEERING:
            rates = names_rates(record.title) and answer.ranked.candidate.title_matched > 0.0
            weight = self._weights["refine.rates" if rates else "refine.no_rates"]
            self._apply(answer, "rates", 1.0 + weight if rates else weight)
        if self._near is not None and record.doctype in {Doctype.PLACE, Doctype.CONTACT}:
            self._look_where(answer)
        if record.easy_read and not self._understanding.easy_read:
            self._apply(answer, "easy_read", self._weights["language.easy_read"])
        return answer

    def _apply(self, answer: Answer, name: str, value: float) -> None:
        answer.score *= value
        answer.factors.append(Factor(name, value))

    def _look_at_title(self, answer: Answer) -> None:
        """Weigh the title anew: the engine counts its words, and a synonym of two words is two to it."""
        record, candidate = answer.document.record, answer.ranked.candidate
        title, tight = title_weights(self._weights, self._kind, candidate.doctype)
        counted = min(1.0, candidate.title_matched * self._clauses / max(1, candidate.title_words))
        share, leads = self._highlighter.title(record.title, record.language)
        seen = max(counted, share)
        answer.score *= title_factor(candidate.title_matched, seen, title, tight)
        answer.score /= title_factor(candidate.title_matched, counted, title, tight)
        if leads:
            self._apply(answer, "leads", 1.0 + self._weights["refine.leads"])

    def _look_where(self, answer: Answer) -> None:
        """Of a region's or the state's offices, that in the reader's own municipality comes first."""
        record, home = answer.document.record, self._understanding.scope.home
        if self._near is None or home is None or record.agency == home.id:
            return
        addresses = [contact.visiting_address for contact in record.contacts[:_NEAR]]
        if any(self._near.search(text) for text in (record.title, *addresses)):
            self._apply(answer, "near", 1.0 + self._weights["refine.near"])

    def _look_at_contacts(self, answer: Answer) -> None:
        contacts = answer.document.record.contacts[:_MAX_CONTACTS]
        if not contacts:
            return
        best, met = contacts[0], 0.0
        wants_contact = self._kind in {IntentKind.CONTACT, IntentKind.PERSON}
        if self._office:
            record = answer.document.record
            holder, met = self._office.best(contacts, record.title, answer.document.text)
            best = holder or best
        elif len(contacts) > 1 or wants_contact:
            best, met = self._best_contact(contacts)
        answer.contact = best
        answer.contact_met, answer.contact_share = met > 0, met
        if not wants_contact:
            return
        if met:
            # A guide's card tells whom to ask about the matter, a contact page's whom one reaches there.
            whose = 0.5 if answer.document.record.doctype is Doctype.GUIDE else 1.0
            weight = self._weights["refine.office" if self._understanding.office else "refine.contact"]
            self._apply(answer, "contact", 1.0 + whose * weight * met)
        elif self._understanding.office:
            self._look_for_leaders(answer, contacts)
        if best.phone or best.email:
            self._apply(answer, "reachable", 1.0 + self._weights["refine.reachable"])

    def _look_for_leaders(self, answer: Answer, contacts: Sequence[Contact]) -> None:
        """Who asks for a chief whom nobody is called is best served by the page of those who lead."""
        if answer.document.record.doctype not in {Doctype.CONTACT, Doctype.OTHER, Doctype.PLACE}:
            self._apply(answer, "leaders", self._weights["refine.no_office"])
            return
        leaders = sum(bool(_LEADER.search(f"{one.name} {one.role}")) for one in contacts)
        if leaders > 1:
            self._apply(
                answer, "leaders", 1.0 + self._weights["refine.leaders"] * min(leaders, _MANY_LEADERS)
            )

    def _best_contact(self, contacts: Sequence[Contact]) -> tuple[Contact, float]:
        """The contact whose name and role meet the query best, and the share of the query that they meet."""
        best, best_met = contacts[0], 0.0
        for contact in contacts:
            met = self._matcher.share((contact.name, contact.role))
            if met > best_met:
                best, best_met = contact, met
        return best, best_met

    def _lead_with_newest(self, answers: list[Answer]) -> list[Answer]:
        """Put the newest of what is asked for first, where that is asked for."""
        newest = self._documents.newest([answer.document for answer in answers])
        top = max((answer.score for answer in answers), default=0.0)
        leading: dict[int, Answer] = {}
        for number, (place, day) in enumerate(newest):
            answer = answers[place]
            factor = _NEWEST - number / len(newest)
            answer.score = top * factor
            answer.factors.append(Factor("latest", factor, day.isoformat()))
            leading[place] = answer
        return [*leading.values(), *(answer for place, answer in enumerate(answers) if place not in leading)]


def _name_of(home: Agency | None) -> re.Pattern[str] | None:
    """Finds a municipality's own name in titles and addresses: Norrvik of Norrviks kommun."""
    if home is None or home.kind is not AgencyKind.MUNICIPALITY:
        return None
    name = home.name.casefold().removesuffix(" kommun").removesuffix(" stad").strip()
    stem = name.removesuffix("s") if len(name) > _SHORTEST_NAME else name
    return re.compile(rf"(?<!\w){re.escape(stem)}s?(?!\w)", re.IGNORECASE) if stem else None


def lift_guides(answers: Sequence[Answer]) -> list[Answer]:
    """Put a guide in the place of its own e-service or form, where it is nearly as good.

    Who names a matter ("bygglov") and no doing ("ansöka om bygglov") is helped by the page that explains it,
    with the e-service beneath.
    """
    lifted = list(answers)
    for place, answer in enumerate(answers):
        if answer.document.record.doctype not in {Doctype.ESERVICE, Doctype.FORM}:
            continue
        here = lifted.index(answer)
        url = answer.document.record.url
        for guide in lifted[here + 1 : place + _NEAR]:
            record = guide.document.record
            leads_there = record.doctype is Doctype.GUIDE and any(one.url == url for one in record.actions)
            if leads_there and guide.score >= answer.score * _NEARLY:
                lifted.remove(guide)
                lifted.insert(here, guide)
                break
    return lifted


def lift_contacts(answers: Sequence[Answer]) -> list[Answer]:
    """Put a unit's own page before the guide that came first and sends its readers there.

    Who wants to call about a matter finds the guide by the matter's name, but the unit's page has its hours
    and its people. The page is the unit's where the guide leads to it, or where both give the same number or
    address; of several, the one that has the fewest others.
    """
    if not answers or answers[0].document.record.doctype in {Doctype.CONTACT, Doctype.PLACE}:
        return list(answers)
    guide = answers[0].document.record
    leads_to = {action.url for action in guide.actions if action.kind is ActionKind.CONTACT}
    card = answers[0].contact
    ways = {way for way in (card.phone, card.email) if way} if card else set()

    def is_the_units(answer: Answer) -> bool:
        record = answer.document.record
        same = any(one.phone in ways or one.email in ways for one in record.contacts)
        return record.doctype is Doctype.CONTACT and (same or record.url in leads_to)

    units = [answer for answer in answers[1:] if is_the_units(answer)]
    if not units:
        return list(answers)
    unit = min(units, key=lambda answer: len(answer.document.record.contacts))
    return [unit, *(answer for answer in answers if answer is not unit)]


def group_errands(answers: Sequence[Answer], *, forms_lead: bool) -> list[Answer]:
    """Let a guide stand for the e-service, form and contact that it leads to, where it comes before them.

    What comes before its guide stays: an e-service that fits better than its guide is the answer itself. With
    `forms_lead`, forms are never taken in, as they are what is asked for.
    """
    guides: dict[str, Answer] = {}
    kept: list[Answer] = []
    for answer in answers:
        record = answer.document.record
        guide = guides.get(record.url)
        if guide is not None and not (forms_lead and record.doctype in {Doctype.FORM, Doctype.ESERVICE}):
            guide.absorbed.append(answer)
            continue
        kept.append(answer)
        if record.doctype in {Doctype.GUIDE, Doctype.PLACE}:
            for action in record.actions:
                if action.kind is not ActionKind.CONTACT or answer.contact is None:
                    guides.setdefault(action.url, answer)
    return kept


def spread(answers: Sequence[Answer], *, repeat: float, fair: bool) -> list[Answer]:
    """At most two in a row from one host where another's is as good; without a home, a fair mix of agencies.

    `repeat` is what each further hit of the same agency is worth in a fair mix.
    """
    left = list(answers)
    if fair:
        left = _fair_mix(left, repeat)
    done: list[Answer] = []
    while left:
        place = 0
        hosts = [answer.document.record.host for answer in done[-2:]]
        if len(hosts) == 2 and hosts[0] == hosts[1] == left[0].document.record.host:
            place = next(
                (
                    at
                    for at, answer in enumerate(left[:6])
                    if answer.document.record.host != hosts[0] and answer.score >= left[0].score * _AS_GOOD
                ),
                0,
            )
        done.append(left.pop(place))
    return done


_AS_GOOD = 0.9


def _fair_mix(answers: Sequence[Answer], repeat: float) -> list[Answer]:
    seen: dict[str, int] = {}
    weighed = []
    for answer in answers:
        agency = answer.document.record.agency
        weighed.append((answer.score * repeat ** seen.get(agency, 0), answer))
        seen[agency] = seen.get(agency, 0) + 1
    weighed.sort(key=lambda one: -one[0])
    return [answer for _, answer in weighed]
