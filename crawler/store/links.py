"""Which links lead where, and what do they call it? Called by PageStore inside its transactions."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from crawler.outcomes import Outcome
from crawler.registry import host_of
from crawler.store.rows import Visit
from crawler.store.schema import document, link, url_state

LEADS_ON = (Outcome.REDIRECTED.value, Outcome.DUPLICATE.value, Outcome.CANONICAL_ELSEWHERE.value)
"""Outcomes of URLs that another URL stands for."""
_MAX_HOPS = 5
_MAX_LINK_TEXT = 300
_MAX_ROW_BYTES = 2_600  # (PostgreSQL refuses a row of the primary key's index over 2,704 bytes)
_MAX_TEXTS = 5
_CHUNK = 500

Insert = Callable[[sa.Table], Any]


def write_links(connection: Connection, insert: Insert, visits: Iterable[Visit]) -> None:
    """Keep the links of visited pages in place of those that they had before."""
    sources: list[dict[str, str]] = []
    rows: set[tuple[str, str, str]] = set()
    for visit in visits:
        if visit.record is None and not visit.links:
            continue
        source = visit.record.url if visit.record is not None else visit.url
        sources.append({"b_url": source})
        chrome = f"*{host_of(source)}"
        rows.update(
            (chrome if kept.chrome else source, kept.target, kept.text[:_MAX_LINK_TEXT])
            for kept in visit.links
            if kept.text and kept.target != source and _fits(source, kept.target, kept.text[:_MAX_LINK_TEXT])
        )
    delete_links(connection, sources)
    if rows:
        connection.execute(
            insert(link).on_conflict_do_nothing(),
            [{"source": source, "target": target, "text": text} for source, target, text in sorted(rows)],
        )


def _fits(*parts: str) -> bool:
    """Whether a link can be kept. One between two very long addresses can't; its text is no great loss."""
    if 4 * sum(map(len, parts)) <= _MAX_ROW_BYTES:  # (no character takes more than four bytes)
        return True
    return sum(len(part.encode("utf-8", "replace")) for part in parts) <= _MAX_ROW_BYTES


def delete_links(connection: Connection, sources: list[dict[str, str]]) -> None:
    """Forget the links of pages, given as rows of {"b_url": …}."""
    if sources:
        connection.execute(sa.delete(link).where(link.c.source == sa.bindparam("b_url")), sources)


def link_texts(connection: Connection, hosts: Collection[str]) -> dict[str, dict[str, int]]:
    """Texts of links to documents on the hosts: document -> text -> number of pages that link so.

    A link to an address that another stands for (it redirects, is a duplicate, names another as canonical)
    counts for that other one, over at most five such steps: pages that were not read again still call the old
    address what the new one is.
    """
    leads = (
        sa.select(document.c.url.label("url"), document.c.url.label("target"), sa.literal(0).label("hops"))
        .where(document.c.host.in_(hosts), document.c.removed.is_(False))
        .cte("leads", recursive=True)
    )
    leads = leads.union_all(
        sa.select(url_state.c.url, leads.c.target, leads.c.hops + 1).where(
            url_state.c.canonical_url == leads.c.url,
            url_state.c.outcome.in_(LEADS_ON),
            url_state.c.url != leads.c.target,
            leads.c.hops < _MAX_HOPS,
        )
    )
    # An address may be reached on several ways.
    once = sa.select(leads.c.url, leads.c.target).distinct().subquery()
    query = (
        sa.select(once.c.target, link.c.text, sa.func.count(sa.distinct(link.c.source)))
        .join(link, link.c.target == once.c.url)
        .where(link.c.source != once.c.target)
        .group_by(once.c.target, link.c.text)
    )
    texts: dict[str, dict[str, int]] = {}
    for target, text, count in connection.execute(query):
        texts.setdefault(target, {})[text] = int(count)
    return texts


def inbound_texts(connection: Connection, urls: Collection[str]) -> dict[str, tuple[str, ...]]:
    """What links call each of these URLs, documents or not: at most five texts, the most frequent first."""
    counted: dict[str, list[tuple[int, str]]] = {}
    for some in chunks(urls):
        query = (
            sa.select(link.c.target, link.c.text, sa.func.count())
            .where(link.c.target.in_(some))
            .group_by(link.c.target, link.c.text)
        )
        for target, text, count in connection.execute(query):
            counted.setdefault(target, []).append((-int(count), text))
    return {
        target: tuple(text for _, text in sorted(texts)[:_MAX_TEXTS]) for target, texts in counted.items()
    }


def orphans(connection: Connection, agency: str, urls: Collection[str]) -> set[str]:
    """Those of an agency's known URLs that no stored link leads to. Links without a text are not stored."""
    found: set[str] = set()
    for some in chunks(urls):
        query = sa.select(url_state.c.url).where(
            url_state.c.agency == agency,
            url_state.c.url.in_(some),
            ~sa.exists().where(link.c.target == url_state.c.url, link.c.source != url_state.c.url),
        )
        found.update(connection.scalars(query))
    return found


def chunks(urls: Collection[str]) -> Iterable[list[str]]:
    """URLs in lists short enough for one statement (SQLite takes 32,766 parameters, PostgreSQL 65,535)."""
    ordered = sorted(urls)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]
