"""Is what was done kept, newest first, and can hostile text neither break nor swell it?"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.store import PageStore
from crawler.store.audit import Audit, note_within

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_entries_come_newest_first(tmp_path: Path) -> None:
    with PageStore(f"sqlite:///{tmp_path / 's.sqlite3'}") as store:
        audit = Audit(store)
        audit.note("britta", "recrawl", "aspvik", "nytt beslut", at=NOON)
        audit.note("token arkiv", "push", "https://aspvik.example/a", at=NOON + timedelta(seconds=1))
        newest, oldest = audit.entries()
        assert (newest.who, newest.action, newest.detail) == ("token arkiv", "push", "")
        assert (oldest.who, oldest.target, oldest.detail, oldest.at) == (
            "britta",
            "aspvik",
            "nytt beslut",
            NOON,
        )
        assert [entry.action for entry in audit.entries(action="recrawl")] == ["recrawl"]
        assert audit.entries(before=newest.id) == [oldest]
        assert audit.entries(1) == [newest]


def test_hostile_texts_are_cut_and_cleaned(tmp_path: Path) -> None:
    with PageStore(f"sqlite:///{tmp_path / 's.sqlite3'}") as store:
        audit = Audit(store)
        audit.note("a\0b" * 500, "x" * 100, "y" * 10_000, "\ud800 rest", at=NOON)
        (entry,) = audit.entries()
        assert "\0" not in entry.who
        assert len(entry.who) == 200
        assert (len(entry.action), len(entry.target), entry.detail) == (64, 2000, "? rest")


def test_an_entry_goes_with_the_transaction_it_belongs_to(tmp_path: Path) -> None:
    with PageStore(f"sqlite:///{tmp_path / 's.sqlite3'}") as store:
        with pytest.raises(RuntimeError):
            _fail_after_a_note(store)
        assert Audit(store).entries() == []


def _fail_after_a_note(store: PageStore) -> None:
    with store.writing() as connection:
        note_within(connection, "britta", "release", "7", at=NOON)
        raise RuntimeError
