"""Is it known which body met, when, and what sort of paper a document is, however it is named?"""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.record import CanonicalUrl, Doctype, DocumentRecord, RequestedUrl
from indexer.engine import IndexedDocument
from searchapi.documents import find_document
from searchapi.intent import IntentKind, detect
from searchapi.meetings import MINUTES, NOTICE, Body, Meeting, bodies_in, body_asked
from searchapi.query import parse

SEEN = datetime(2026, 3, 2, tzinfo=UTC)


def _asked(query: str) -> Body:
    found = body_asked(parse(query).words, abbreviated=True)
    assert found is not None, query
    return found.body


def _meeting(title: str = "", url: str = "https://www.ekdal.example/1", **more: Any) -> Meeting:
    anchors = more.pop("anchors", ())
    text = more.get("text", "")
    record = DocumentRecord(
        url=CanonicalUrl(url), requested_url=RequestedUrl(url), agency="ekdal", host="www.ekdal.example",
        title=title, doctype=Doctype.MINUTES, fetched=SEEN, checked=SEEN, **more,
    )  # fmt: skip
    return Meeting(IndexedDocument(record, tuple(anchors), text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kommunstyrelsen", "Kommunstyrelsens protokoll"),
        ("KS", "Protokoll kommunstyrelsen"),
        ("KF", "Kommunfullmäktige"),
        ("fullmäktige", "Kommunfullmäktige 2024-03-12"),
        ("styrelsen", "Regionstyrelsen"),
        ("barn och utbildningsnämnden", "Barn- och utbildningsnämnden"),
        ("BUN", "Barn- och utbildningsnämndens sammanträde"),
        ("byggnadsnämnden", "Samhällsbyggnadsnämnden"),
        ("socialnämnden", "Arbets- och socialnämnden"),
        ("miljö bygg och räddningsnämnden", "Miljö-, bygg- och räddningsnämnden"),
        ("fullmäktigeprotokoll juni", "Kommunfullmäktige"),
        ("kf-protokoll", "Kommunfullmäktige"),
        ("skolnämnden", "Barn- och utbildningsnämnden"),
        ("tekniska nämnden", "Tekniska nämnden"),
        ("arbetsutskottet", "Kommunstyrelsens arbetsutskott"),
        ("KSAU", "Kommunstyrelsens arbetsutskott"),
        ("gemensamma överförmyndarnämnden", "Gemensam överförmyndarnämnd"),
    ],
)
def test_two_names_of_a_body(one: str, other: str) -> None:
    asked = _asked(one)
    assert max(asked.likeness(body) for body in bodies_in(other)) > 0.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kommunstyrelsen", "Kommunstyrelsens arbetsutskott"),
        ("kommunstyrelsen", "Kommunfullmäktige"),
        ("kommunfullmäktige", "Regionfullmäktige"),
        ("miljönämnden", "Byggnadsnämnden"),
        ("KS", "Byggnadsnämnden 2024-03-12"),
        ("socialnämndens arbetsutskott", "Socialnämnden"),
    ],
)
def test_two_bodies(one: str, other: str) -> None:
    asked = _asked(one)
    assert max(asked.likeness(body) for body in bodies_in(other)) == 0.0


def test_the_whole_name_is_more_alike_than_a_part() -> None:
    asked = _asked("miljö- och byggnadsnämnden")
    whole, part = bodies_in("Miljö- och byggnadsnämnden")[0], bodies_in("Miljönämnden")[0]
    assert asked.likeness(whole) == 1.0
    assert 0.0 < asked.likeness(part) < 1.0


def test_two_bodies_beside_each_other_are_two() -> None:
    kinds = [body.kind for body in bodies_in("Kommunstyrelsen och socialnämnden")]
    assert kinds == ["styrels", "namnd"]


def test_boards_in_general_are_no_body() -> None:
    assert bodies_in("Nämnder och styrelser") == ()
    assert body_asked(parse("nämndens protokoll").words, abbreviated=True) is None


def test_abbreviations_need_a_date_or_a_document() -> None:
    assert body_asked(parse("bn").words, abbreviated=False) is None
    assert find_document(parse("BN mars 2024").words).body is not None
    assert find_document(parse("ring von Essen").words).body is None


def test_an_abbreviation_that_nobody_told_us_of_is_known_by_the_papers() -> None:
    asked = _asked("GSN 12 mars 2024")
    assert asked == Body("", frozenset(), "gsn")
    assert _meeting("GSN protokoll 240312").of(asked) == 1.0
    assert _meeting("Protokoll kommunstyrelsen 2024-03-12").of(asked) is None


@pytest.mark.parametrize(
    "document",
    [
        {"title": "Protokoll kommunstyrelsen 2024-03-12"},
        {"title": "2024-03-12 Kommunstyrelsen protokoll.pdf"},
        {"title": "KS protokoll 240312"},
        {"title": "Protokoll 12 mars 2024", "breadcrumb": ("Politik", "Kommunstyrelsen")},
        {"title": "Sammanträdesprotokoll", "url": "https://www.ekdal.example/kommunstyrelsen/2024-03-12.pdf"},
        {"title": "Sammanträdesprotokoll", "anchors": ["Kommunstyrelsen 2024-03-12"]},
        {"title": "Protokoll", "headings": ("Kommunstyrelsen 2024-03-12",)},
        {
            "title": "Dokument 4711",
            "content_type": "application/pdf",
            "text": "Kommunstyrelsen\nSammanträdesprotokoll\n12 mars 2024\nTill kommunfullmäktige",
        },
    ],
)
def test_minutes_of_any_look(document: dict[str, Any]) -> None:
    meeting = _meeting(**document)
    assert meeting.of(_asked("kommunstyrelsen")) == 1.0
    assert meeting.of(_asked("kommunfullmäktige")) == 0.0
    assert meeting.days == (date(2024, 3, 12),)
    assert meeting.sort == MINUTES


def test_a_notice_is_no_minutes() -> None:
    assert _meeting("Kallelse kommunstyrelsen 2024-03-12").sort == NOTICE
    assert _meeting("Möteshandlingar 2024-03-12").sort == NOTICE
    assert _meeting("Kallelser och protokoll").sort == ""


def test_a_list_is_of_no_day() -> None:
    meeting = _meeting("Kommunstyrelsens möten", text="Protokoll 2024-03-12\nProtokoll 2024-02-13")
    assert meeting.days == ()


@pytest.mark.parametrize(
    "query",
    [
        "senaste protokollet",
        "senaste protokollet kommunstyrelsen",
        "förra mötets protokoll",
        "protokoll kommunfullmäktige senaste mötet",
        "vad beslutade kommunstyrelsen senast",
        "senaste kallelsen",
        "senaste årsredovisningen",
    ],
)
def test_the_newest_is_asked_for(query: str) -> None:
    intent = detect(parse(query).words)
    assert intent.kind is IntentKind.DOCUMENT
    assert intent.document.latest


@pytest.mark.parametrize(
    "query", ["senaste nytt", "sista ansökningsdag", "förra årets budget", "senaste bussen"]
)
def test_it_is_not(query: str) -> None:
    assert not detect(parse(query).words).document.latest


@given(st.text(max_size=60))
def test_any_text_has_bodies_or_none(text: str) -> None:
    assert all(body.kind for body in bodies_in(text))
    meeting = _meeting(text, headings=(text,), text=text)
    assert meeting.sort in {MINUTES, NOTICE, ""}
    assert all(isinstance(day, date) for day in meeting.days)
    assert all(body.kind for body in meeting.bodies)
