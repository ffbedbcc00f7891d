"""Since when is a document known here? The day on which its page was first fetched."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from crawler.store.page_store import PageStore
from crawler.store.rows import aware
from crawler.store.schema import url_state


def first_found(store: PageStore, urls: Collection[str]) -> dict[str, datetime]:
    """When each document was first found, under its own address or one that leads to it.

    A document that was never visited (sent by its agency and not yet read) is left out. Some hundred URLs at
    a time are meant. Raise StoreError.
    """
    found: dict[str, datetime] = {}
    with store.reading() as connection:
        for column in (url_state.c.canonical_url, url_state.c.url):
            rows = connection.execute(
                sa.select(column, sa.func.min(url_state.c.first_visit))
                .where(column.in_(list(urls)))
                .group_by(column)
            )
            for url, moment in rows:
                at = aware(moment)
                found[url] = min(at, found.get(url, at))
    return found
