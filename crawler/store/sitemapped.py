"""How is it kept what sitemaps say of pages that were visited already?"""

from collections.abc import Mapping

import sqlalchemy as sa

from crawler.store.page_store import PageStore
from crawler.store.schema import url_state


def note_lastmods(store: PageStore, lastmods: Mapping[str, str]) -> None:
    """Keep URL -> lastmod as the sitemap has it, or empty. Raise StoreError where it can't be written."""
    if not lastmods:
        return
    statement = (
        sa.update(url_state)
        .where(url_state.c.url == sa.bindparam("b_url"))
        .values(in_sitemap=True, sitemap_lastmod=sa.bindparam("b_lastmod"))
    )
    rows = [{"b_url": url, "b_lastmod": lastmod[:40]} for url, lastmod in lastmods.items()]
    with store.writing() as connection:
        connection.execute(statement, rows)
