"""Does a store take any text that a site can send, on each database, and the same on all?"""

import pytest
import sqlalchemy as sa

from crawler.store.columns import LongText, ShortText, storable

_TABLE = sa.Table("t", sa.MetaData(), sa.Column("short", ShortText(5)), sa.Column("long", LongText))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Skövde", "Skövde"),
        ("a\0b", "ab"),
        ("a\ud800b", "a?b"),
        ("\U0001f600", "\U0001f600"),
        ("", ""),
    ],
)
def test_only_what_no_database_takes_is_changed(given: str, kept: str) -> None:
    assert storable(given) == kept


def test_a_text_that_does_not_fit_is_cut_by_characters(store_url: str) -> None:
    engine = sa.create_engine(store_url)
    with engine.begin() as connection:
        _TABLE.create(connection)
        connection.execute(
            sa.insert(_TABLE),
            [{"short": "åäö\0éüx", "long": "y\0\udfff" * 10_000}, {"short": None, "long": None}],
        )
        rows = connection.execute(sa.select(_TABLE).order_by(_TABLE.c.short.nulls_last())).all()
        found = connection.scalar(sa.select(sa.func.count()).where(_TABLE.c.short == "åäöéüxx"))
    engine.dispose()
    assert [tuple(row) for row in rows] == [("åäöéü", "y?" * 10_000), (None, None)]
    assert found == 1, "what is looked for is cut as what is kept"
