"""Which values do the parameters of several pages have? The tabs of the hits, and numbers of pages."""

import re

from searchapi.errors import BadRequestError

TABS = ("main", "contacts", "forms", "documents", "news")
"""The tabs that always stand above the hits. "elsewhere" stands there too while it is chosen."""
_PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,3}")


def tab_of(given: str) -> str:
    """The tab that is asked for; the first where none is. Raise BadRequestError."""
    tab = given or TABS[0]
    if tab not in {*TABS, "elsewhere"}:
        raise BadRequestError(f"{given[:40]!r} is none of the tabs of the page")
    return tab


def page_number(given: str) -> int:
    """The page that is asked for; the first where none is. Raise BadRequestError."""
    number = given or "1"
    if not _PAGE_NUMBER.fullmatch(number):
        raise BadRequestError(f"{given[:40]!r} is no number of a page; they begin at 1")
    return int(number)


def pages_of(total: int, on_each: int) -> int:
    """How many pages so many rows fill."""
    return -(-total // on_each)
