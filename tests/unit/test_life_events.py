"""Do the steps of life events lead to the pages of those who are responsible, and are all texts there?"""

from typing import Any

import pytest

from crawler.record import Action, ActionKind, CanonicalUrl, Contact, Doctype
from crawler.registry import Agency, AgencyKind
from searchapi.catalogue import Entry
from searchapi.catalogue.life import Event, LiveStep, life_events, live_steps
from searchapi.knowledge import FOLDER
from searchapi.texts import Texts, languages
from tests.unit.test_catalogue import EKDAL, SKOG, STATE, catalogue, entry

AGENCIES = (EKDAL, SKOG, STATE)


def steps(name: str, *entries: Entry, agencies: tuple[Agency, ...] = AGENCIES) -> dict[str, LiveStep]:
    event = next(event for event in life_events() if event.id == name)
    return {step.name: step for step in live_steps(catalogue(*entries), event, agencies)}


def guide(title: str, agency: str, actions: list[tuple[ActionKind, Entry]], **fields: Any) -> Entry:
    told = tuple(Action(kind=kind, url=CanonicalUrl(to.url), title=to.title) for kind, to in actions)
    return entry(title, agency=agency, actions=told, **fields)


@pytest.mark.parametrize("language", languages())
def test_every_event_and_step_has_its_texts(language: str) -> None:
    texts = Texts.load(language)
    for event in life_events():
        assert {f"life.event.{event.id}.title", f"life.event.{event.id}.lead"} <= texts.names()
        for name in event.steps:
            assert {f"life.step.{name}.title", f"life.step.{name}.text"} <= texts.names(), name
            assert len(texts(f"life.step.{name}.text")) < 160, name


def test_no_address_stands_in_the_file() -> None:
    written = (FOLDER / "life_events.toml").read_text("utf-8")
    assert "http" not in written
    assert "www" not in written
    assert len(life_events()) >= 14


def test_a_step_has_guide_service_form_and_contact() -> None:
    service = entry("Gör flyttanmälan", Doctype.ESERVICE, "fmy", needs_eid=True)
    form = entry("Flyttanmälan", Doctype.FORM, "fmy")
    told = guide(
        "Flyttanmälan",
        "fmy",
        [(ActionKind.ESERVICE, service), (ActionKind.FORM, form)],
        contacts=(
            Contact(name="Växeln", phone="+4684650040"),
            Contact(name="Flyttgruppen", phone="+4684650041"),
        ),
    )
    step = steps("flytta", service, form, told)["flyttanmalan"]
    assert (step.agency, step.guide, step.eservice, step.form) == (STATE, told, service, form)
    assert step.contact is not None
    assert step.contact.name == "Flyttgruppen"


def test_only_the_responsible_are_asked() -> None:
    of_municipality = entry("Flyttanmälan")
    step = steps("flytta", of_municipality)["flyttanmalan"]
    assert not step.live
    assert step.agency is None, "of the state's agencies nobody knows which"
    assert step.responsible == (AgencyKind.STATE,)


def test_without_a_page_the_municipality_is_named() -> None:
    step = steps("flytta")["forskoleplats"]
    assert not step.live
    assert step.agency is EKDAL
    assert steps("flytta", agencies=(STATE,))["forskoleplats"].agency is None


def test_the_guide_that_leads_to_the_service_is_shown() -> None:
    service = entry("Sök skolskjuts", Doctype.ESERVICE)
    other = guide("Skolan", "ekdal", [(ActionKind.ESERVICE, service)] * 1)
    told = guide("Resor till och från skolan", "ekdal", [(ActionKind.ESERVICE, service)])
    foreign = guide("Skolskjuts in English", "ekdal", [(ActionKind.ESERVICE, service)], language="en")
    step = steps("borja-skolan", service, foreign, told)["skolskjuts"]
    assert (step.guide, step.eservice) == (told, service)
    assert steps("borja-skolan", service, other)["skolskjuts"].eservice is service


def test_of_several_services_the_one_that_is_called_so_is_offered() -> None:
    permit = entry("Ansök om bygglov", Doctype.ESERVICE)
    other = entry("Beställ karta", Doctype.ESERVICE)
    told = guide("Bygglov", "ekdal", [(ActionKind.ESERVICE, other), (ActionKind.ESERVICE, permit)])
    assert steps("bygga", permit, other, told)["bygglov"].eservice is permit
    third = entry("Skicka ritningar", Doctype.ESERVICE)
    unsure = guide("Bygglov", "ekdal", [(ActionKind.ESERVICE, other), (ActionKind.ESERVICE, third)])
    assert steps("bygga", third, other, unsure)["bygglov"].eservice is None, "rather none than a wrong one"


def test_a_step_belongs_to_an_event_of_two_at_least() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        Event(id="x", steps=("a",))
