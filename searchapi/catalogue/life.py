"""What must be done when life changes, and where? Steps across agencies, each with its live pages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crawler.record import ActionKind, Contact, Doctype
from crawler.registry import Agency, AgencyKind
from searchapi.catalogue.entries import Catalogue, Entry
from searchapi.catalogue.matters import ABOUT, LEAST, Matter, matters
from searchapi.errors import SearchApiError
from searchapi.highlight import lemmas_in
from searchapi.knowledge import load, word_set
from searchapi.query import words_of
from searchapi.thesaurus import load_thesaurus

_SURE, _SURE_TO_DO, _SURELY = 0.7, 0.6, 0.9
_DOCTYPE = {ActionKind.ESERVICE: Doctype.ESERVICE, ActionKind.FORM: Doctype.FORM}
_ROOT = 3
"""Letters that words of one root begin with."""
_DIGIT = re.compile(r"\d")
_Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]


class LifeEventsError(SearchApiError):
    """knowledge/life_events.toml is not usable; the message holds every problem."""


class Step(BaseModel):
    """Something to do: about which matters (the first that there is a page on), and who is responsible."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    concepts: Annotated[tuple[str, ...], Field(min_length=1)]
    responsible: Annotated[tuple[AgencyKind, ...], Field(min_length=1)]


class Event(BaseModel):
    """An event of life, with the names of its steps in the order in which they come."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: _Name
    steps: Annotated[tuple[_Name, ...], Field(min_length=2)]


@dataclass(frozen=True, slots=True)
class LiveStep:
    """A step where somebody lives. Without a page, `agency` is who to ask, or None where nobody is known.

    `guide` tells about it, `eservice` and `form` do it; `contact` is whom to ask.
    """

    name: str
    responsible: tuple[AgencyKind, ...]
    agency: Agency | None
    guide: Entry | None = None
    eservice: Entry | None = None
    form: Entry | None = None
    contact: Contact | None = None

    @property
    def live(self) -> bool:
        """Whether there is a page to go on to."""
        return self.guide is not None or self.eservice is not None or self.form is not None


@cache
def life_events() -> tuple[Event, ...]:
    """The events, in the order in which they are shown. Raise LifeEventsError where the file is not right."""
    return _checked()[0]


@cache
def _checked() -> tuple[tuple[Event, ...], dict[str, Step]]:
    document = load("life_events")
    try:
        events = tuple(Event.model_validate(entry) for entry in document["event"])
        steps = {name: Step.model_validate(entry) for name, entry in document["step"].items()}
    except (KeyError, ValidationError) as error:
        raise LifeEventsError(f"knowledge/life_events.toml: {error}") from error
    known = {concept.id for concept in load_thesaurus().concepts}
    used = {name for event in events for name in event.steps}
    problems = [f"step {name!r} is not described" for name in used - steps.keys()]
    problems += [f"step {name!r} belongs to no event" for name in steps.keys() - used]
    problems += [
        f"step {name!r}: {concept!r} is no concept of the thesaurus"
        for name, step in steps.items()
        for concept in step.concepts
        if concept not in known
    ]
    if problems:
        raise LifeEventsError(f"knowledge/life_events.toml: {'; '.join(sorted(problems))}")
    return events, steps


def live_steps(catalogue: Catalogue, event: Event, agencies: Sequence[Agency]) -> list[LiveStep]:
    """An event's steps with the pages of those who answer in a place, in the order they are asked."""
    steps = _checked()[1]
    key = "life", event.id, tuple(agency.id for agency in agencies)
    return catalogue.derived(
        key, lambda: [_live(catalogue, name, steps[name], agencies) for name in event.steps]
    )


def _live(catalogue: Catalogue, name: str, step: Step, agencies: Sequence[Agency]) -> LiveStep:
    asked = [agency for kind in step.responsible for agency in agencies if agency.kind is kind]
    for concept in step.concepts:
        for agency in asked:
            matter = matters(catalogue, agency).get(concept)
            found = _of_agency(catalogue, name, step, agency, matter, concept) if matter else None
            if found is not None:
                return found
    # Of many state agencies nobody knows which one it is that has no page; of a municipality there is one.
    alone = [agency for agency in asked if agency.kind in {AgencyKind.MUNICIPALITY, AgencyKind.REGION}]
    return LiveStep(name, step.responsible, alone[0] if alone else None)


def _of_agency(
    catalogue: Catalogue, name: str, step: Step, agency: Agency, matter: Matter, concept: str
) -> LiveStep | None:
    guide = _entry(matter.page(_SURE, ABOUT) or matter.page(LEAST, {Doctype.GUIDE}))
    guide = _leading(catalogue, agency, matter, guide)
    eservice = _led(catalogue, guide, Doctype.ESERVICE, matter)
    form = _led(catalogue, guide, Doctype.FORM, matter, beside=eservice)
    if guide is None and eservice is None and form is None:
        guide = _entry(matter.page(_SURE, {Doctype.CONTACT}))
        if guide is None:
            return None
    return LiveStep(
        name,
        step.responsible,
        agency,
        guide,
        eservice,
        form,
        _contact(catalogue, guide, eservice, matter, concept),
    )


def _leading(catalogue: Catalogue, agency: Agency, matter: Matter, guide: Entry | None) -> Entry | None:
    """The guide, or where it knows nothing of the matter's own e-service, one that leads there."""
    named = matter.page(_SURE_TO_DO, {Doctype.ESERVICE})
    about = matter.page(_SURE, ABOUT)
    if named is None or (about is not None and about[0] >= named[0]):
        return guide
    if guide is not None and any(action.url == named[1].url for action in guide.actions):
        return guide
    own = lemmas_in(named[1].title) - word_set("words", "stop")
    leading = [
        one
        for one in catalogue.leading_to(agency.id, named[1].url)
        if one.language == "sv" and not _DIGIT.search(one.title)  # (no tariff of a year)
    ]
    leading = [one for one in leading if _alike(one.title, named[1].title)]
    best = max(
        leading, key=lambda one: (len(lemmas_in(one.title) & own), -len(one.actions), one.url), default=None
    )
    return best or guide


def _led(
    catalogue: Catalogue,
    guide: Entry | None,
    doctype: Doctype,
    matter: Matter,
    beside: Entry | None = None,
) -> Entry | None:
    """The e-service or form of a matter: the one that the guide leads to, of several the one that is called
    so; else the one whose title names the matter."""
    named = matter.page(_SURE_TO_DO, {doctype})
    if guide is None:
        return _entry(named)
    pages = [
        catalogue.at(guide.agency, one.url) for one in guide.actions if _DOCTYPE.get(one.kind) is doctype
    ]
    led = {entry.url: entry for entry in pages if entry is not None and entry.doctype is doctype}
    if named is not None and (not led or named[1].url in led or named[0] >= _SURELY):
        return named[1]
    alone = next(iter(led.values())) if len(led) == 1 else None
    # A guide's only form may be for a case that it mentions; an e-service is how the matter is done.
    if alone is None or doctype is Doctype.ESERVICE:
        return alone
    titles = (guide.title, *((beside.title,) if beside else ()))
    return alone if any(_alike(alone.title, title) for title in titles) else None


def _alike(title: str, other: str) -> bool:
    """Whether titles have a telling word in common, or two of one root: "Riva en byggnad", "Rivningslov"."""
    small = word_set("words", "stop") | word_set("words", "weak")
    if lemmas_in(title) & lemmas_in(other) - small:
        return True
    ours, theirs = (
        {word[:_ROOT] for word in words_of(text.casefold()) if len(word) > _ROOT and word not in small}
        for text in (title, other)
    )
    return bool(ours & theirs)


def _contact(
    catalogue: Catalogue, guide: Entry | None, eservice: Entry | None, matter: Matter, concept: str
) -> Contact | None:
    """Whom to ask: the guide's own contact, that of the page it leads to, the e-service's."""
    named = _entry(matter.page(_SURE, {Doctype.CONTACT}))
    led: list[Entry | None] = []
    if guide is not None:
        to_contacts = [action.url for action in guide.actions if action.kind is ActionKind.CONTACT]
        led = [catalogue.at(guide.agency, url) for url in to_contacts]
    for entry in (guide, *led, named, eservice):
        if entry is not None and entry.contacts:
            own = lemmas_in(entry.title) | _words_of_concept(concept)
            return max(entry.contacts, key=lambda one: _meets(one, own))
    return None


@cache
def _words_of_concept(concept: str) -> frozenset[str]:
    known = next(one for one in load_thesaurus().concepts if one.id == concept)
    return frozenset().union(*(lemmas_in(text) for text in (known.preferred, *known.official)))


def _meets(contact: Contact, words: frozenset[str]) -> int:
    """How many of the matter's words a contact's name and role have; the first wins where none has more."""
    return len(lemmas_in(f"{contact.name} {contact.role}") & words - word_set("words", "stop"))


def _entry(found: tuple[float, Entry] | None) -> Entry | None:
    return found[1] if found else None
