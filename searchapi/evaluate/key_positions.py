"""Are the key officials found, whatever the reader calls them? The key positions test.

The Swedish municipal associations' yearly audit of municipal sites asks each site's own search for named
chiefs and politicians. A site fails it where its local titles differ from the tested ones, or where a contact
centre has taken the place of named contacts. Here every function is asked for in each municipality by all
titles of a list that the municipality's own pages do not use; within the first three hits one must show the
contact with the official's phone number, or the switchboard where no official is named.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from searchapi.errors import BadRequestError
from searchapi.models import Hit, SearchResponse

WITHIN = 3
"""How many hits are looked at."""
_ENDINGS = "(?:en|n|et|t|s|ens|ns|ets|ts)?"
_DIGITS = re.compile(r"\D")


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Function(_Entry):
    """An official function, with the titles that Swedish municipalities have for it."""

    id: Annotated[str, Field(pattern=r"^[a-z]+$")]
    titles: Annotated[tuple[str, ...], Field(min_length=3)]


class Position(_Entry):
    """Who answers for a function in a municipality. Any of `phones` is right, written as Swedes do."""

    agency: str
    function: str
    name: str = ""
    phones: Annotated[tuple[str, ...], Field(min_length=1)]


class KeyPositions(_Entry):
    """The functions and who holds them."""

    function: tuple[Function, ...]
    position: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One title asked in one municipality. `rank` is the place, from 1, of the hit that gave the contact."""

    position: Position
    title: str
    rank: int | None
    shown: tuple[tuple[str, str, str], ...]
    """The first hits: title, contact's name or role, phone."""

    @property
    def right(self) -> bool:
        """Whether the contact stood high enough."""
        return self.rank is not None


def load_positions(path: Path) -> KeyPositions:
    """Read a file of key positions. Raise BadRequestError, saying what is wrong with it."""
    try:
        positions = KeyPositions.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise BadRequestError(f"{path} is not a file of key positions: {error}") from error
    known = {function.id for function in positions.function}
    unknown = sorted({p.function for p in positions.position} - known)
    if unknown:
        raise BadRequestError(f"{path}: positions of functions that are not described: {', '.join(unknown)}")
    return positions


def foreign_titles(titles: Iterable[str], texts: Iterable[str]) -> list[str]:
    """The titles that do not occur in any of the texts, inflected or not, as words of their own."""
    patterns = {title: re.compile(rf"\b{re.escape(title)}{_ENDINGS}\b", re.IGNORECASE) for title in titles}
    for text in texts:
        for title in [title for title, pattern in patterns.items() if pattern.search(text)]:
            del patterns[title]
        if not patterns:
            break
    return list(patterns)


def check_positions(
    positions: KeyPositions,
    texts: Mapping[str, Iterable[str]],
    search: Callable[[str, str], SearchResponse],
) -> list[Asked]:
    """Ask for every position by every title that is foreign to its municipality.

    `texts` are the pages' texts by agency; `search` takes the words and the home municipality.
    """
    by_id = {function.id: function for function in positions.function}
    every = [title for function in positions.function for title in function.titles]
    foreign = {agency: set(foreign_titles(every, pages)) for agency, pages in texts.items()}
    return [
        _ask(position, title, search(title, position.agency))
        for position in positions.position
        for title in by_id[position.function].titles
        if title in foreign.get(position.agency, ())
    ]


def unasked(positions: KeyPositions, asked: Iterable[Asked]) -> list[Position]:
    """Positions that no title was left for: the municipality uses all of them, or has no pages here."""
    done = {(each.position.agency, each.position.function) for each in asked}
    return [each for each in positions.position if (each.agency, each.function) not in done]


def _ask(position: Position, title: str, response: SearchResponse) -> Asked:
    hits = response.hits[:WITHIN]
    rank = next((rank for rank, hit in enumerate(hits, start=1) if _gives(hit, position)), None)
    shown = tuple(
        (
            hit.title,
            (hit.contact and (hit.contact.name or hit.contact.role)) or "",
            (hit.contact and hit.contact.phone_written) or "",
        )
        for hit in hits
    )
    return Asked(position, title, rank, shown)


def _gives(hit: Hit, position: Position) -> bool:
    if hit.contact is None or hit.agency.id != position.agency:
        return False
    wanted = {_national(phone) for phone in position.phones}
    return any(
        _national(phone) in wanted for phone in (hit.contact.phone, hit.contact.phone_written) if phone
    )


def _national(phone: str) -> str:
    """A number's digits without the zero or the country's code that it begins with: +46 8-1 is 08-1."""
    digits = _DIGITS.sub("", phone)
    return digits.removeprefix("46") if phone.strip().startswith("+") else digits.removeprefix("0")
