"""Does the record carry whatever a page says, unchanged, through JSON and back?"""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from crawler.record import Action, ActionKind, CanonicalUrl, Contact, DocumentRecord, RequestedUrl

NOW = datetime(2026, 11, 21, tzinfo=UTC)
TEXTS = st.text(st.characters(blacklist_categories=()), max_size=60)


def _record(**values: object) -> DocumentRecord:
    fields: dict[str, object] = {
        "url": CanonicalUrl("https://www.norrby.example/"),
        "requested_url": RequestedUrl("https://www.norrby.example/"),
        "agency": "norrby",
        "host": "www.norrby.example",
        "title": "Bygglov",
        "fetched": NOW,
        "checked": NOW,
    }
    return DocumentRecord.model_validate({**fields, **values})


@given(TEXTS, TEXTS, TEXTS, st.lists(TEXTS, max_size=4))
def test_any_text_survives_the_round_trip(title: str, text: str, name: str, headings: list[str]) -> None:
    url = CanonicalUrl("https://www.norrby.example/x")
    record = _record(
        title=title,
        text=text,
        headings=tuple(headings),
        contacts=(Contact(name=name),),
        actions=(Action(kind=ActionKind.FORM, url=url, title=name),),
    )
    assert DocumentRecord.model_validate_json(record.model_dump_json()) == record


def test_what_no_database_can_carry_is_left_out() -> None:
    assert _record(title="Bygg\x00lov \ud800").title == "Bygglov "


def test_a_record_never_changes_and_knows_its_fields() -> None:
    record = _record()
    with pytest.raises(ValidationError):
        record.title = "Annat"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        _record(colour="red")
