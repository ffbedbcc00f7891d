"""Which public terminals are there, and how is each set up? terminals.toml, or the terminal's own address."""

import logging
import re
import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from crawler.registry import Agency, AgencyKind, Registry
from searchapi.errors import SearchApiError
from searchapi.texts import DEFAULT_LANGUAGE, languages

_log = logging.getLogger(__name__)

_MAX_FILE_BYTES = 1_000_000


class Colours(StrEnum):
    """What a screen is read best in: a bright room, a dark room, weak sight."""

    LIGHT = "light"
    DARK = "dark"
    STRONG = "strong"


class Terminal(BaseModel):
    """A screen in a public place. Its fields:

    - `id`: in its address, /terminal/{id}; empty for a terminal that its address describes whole.
    - `municipality`: whose answers come first: the agency's id, municipality code or name; empty for all.
    - `place`: where it stands, shown on it and on what it prints: "Stadsbiblioteket, plan 1".
    - `language`, `text_size` (1 to 3), `colours`, `keyboard` (whether it shows a keyboard of its own): what
      it begins with, and goes back to after each person.
    - `open_external`: whether pages of agencies can be opened on it. `printer`: whether it can print.
    - `idle_seconds`: without a touch or a key until it warns; `warning_seconds`: from there until it is
      cleared. A person needs 20 seconds at least to answer (WCAG 2.2, 2.2.1).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9-]{0,62})?$")] = ""
    municipality: Annotated[str, Field(max_length=200)] = ""
    place: Annotated[str, Field(max_length=80)] = ""
    language: str = DEFAULT_LANGUAGE
    text_size: Annotated[int, Field(ge=1, le=3)] = 1
    colours: Colours = Colours.LIGHT
    keyboard: bool = True
    open_external: bool = False
    printer: bool = True
    idle_seconds: Annotated[int, Field(ge=30, le=3600)] = 90
    warning_seconds: Annotated[int, Field(ge=20, le=300)] = 30

    @field_validator("place")
    @classmethod
    def _place_is_one_line(cls, place: str) -> str:
        if not place.isprintable():
            raise ValueError("write it on one line, without signs that can't be seen")
        return place

    @field_validator("language")
    @classmethod
    def _language_has_texts(cls, language: str) -> str:
        if language not in languages():
            raise ValueError(f"there are texts in {', '.join(languages())}")
        return language


ADDRESS_NAMES = {
    "kommun": "municipality",
    "plats": "place",
    "sprak": "language",
    "text": "text_size",
    "farger": "colours",
    "tangentbord": "keyboard",
    "oppna": "open_external",
    "skrivare": "printer",
    "vila": "idle_seconds",
    "varning": "warning_seconds",
}
"""How the fields are called in an address, /terminal?kommun=norrvik&plats=…"""


class TerminalAddressError(SearchApiError):
    """An address that sets what can't be set. `wrong` holds each parameter and what it was given."""

    status = 400
    code = "bad_terminal"

    def __init__(self, wrong: Mapping[str, str]) -> None:
        self.wrong = dict(wrong)
        told = "; ".join(f"{name} is {value[:60]!r}" for name, value in self.wrong.items())
        super().__init__(f"the terminal's address can't be used: {told}")


class TerminalsError(SearchApiError):
    """terminals.toml can't be used. `problems` holds every problem, each with its line."""

    code = "bad_terminals"

    def __init__(self, path: Path, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__(f"{path} can't be used:\n" + "\n".join(f"  {one}" for one in self.problems))


class UnknownTerminalError(SearchApiError):
    """A terminal that terminals.toml doesn't name."""

    status = 404
    code = "unknown_terminal"


def terminal_from_address(given: Mapping[str, str], language: str, registry: Registry) -> Terminal:
    """The terminal that an address describes; `language` is that of the page, where it names none.

    Raise TerminalAddressError with every parameter that is unknown or has a value that can't be.
    """
    wrong = {name: value for name, value in given.items() if name not in ADDRESS_NAMES}
    fields: dict[str, Any] = {"language": language}
    for name, value in given.items():
        if name in ADDRESS_NAMES:
            fields[ADDRESS_NAMES[name]] = value
    names = {field: name for name, field in ADDRESS_NAMES.items()}
    try:
        terminal = Terminal.model_validate(fields)
    except ValidationError as error:
        bad = {names.get(str(one["loc"][0]), "") for one in error.errors()}
        raise TerminalAddressError({**wrong, **{name: given.get(name, "") for name in bad}}) from None
    agency = municipality_of(terminal, registry)
    if terminal.municipality and agency is None:
        wrong["kommun"] = terminal.municipality
    if wrong:
        raise TerminalAddressError(wrong)
    return terminal.model_copy(update={"municipality": agency.id if agency else ""})


def address_parameters(terminal: Terminal) -> dict[str, object]:
    """What stands in the address of a terminal that has no id: every field that is not as usual."""
    if terminal.id:
        return {}
    given: dict[str, object] = {}
    for name, field in ADDRESS_NAMES.items():
        value = getattr(terminal, field)
        if value != Terminal.model_fields[field].default:
            given[name] = int(value) if isinstance(value, bool) else value
    return given


def municipality_of(terminal: Terminal, registry: Registry) -> Agency | None:
    """The municipality whose answers come first, by its id, code or name; None where there is none such."""
    wanted = terminal.municipality.casefold()
    for agency in registry.of_kind(AgencyKind.MUNICIPALITY) if wanted else ():
        if wanted in {agency.id, agency.municipality_code, agency.name.casefold()}:
            return agency
    return None


class TerminalsFile:
    """The terminals of a file, read again when it has changed. Without a path there are none.

    A change that can't be used is logged, and the terminals stay as they were.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._seen: tuple[object, ...] = ()
        self._terminals: dict[str, Terminal] = {}

    def terminal(self, terminal_id: str, registry: Registry) -> Terminal:
        """A terminal by its id. Raise UnknownTerminalError, TerminalsError."""
        if self._path is not None:
            seen = (*_stamp(self._path), id(registry))
            if seen != self._seen:
                self._read(self._path, registry)
                self._seen = seen
        try:
            return self._terminals[terminal_id]
        except KeyError:
            raise UnknownTerminalError(f"there is no terminal {terminal_id[:63]!r}") from None

    def _read(self, path: Path, registry: Registry) -> None:
        try:
            self._terminals = load_terminals(path, registry)
        except TerminalsError as error:
            if not self._seen:
                raise
            _log.error("going on with the terminals as they were read before: %s", error)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:  # (told by reading it)
        return 0, 0
    return status.st_mtime_ns, status.st_size


def load_terminals(path: Path, registry: Registry) -> dict[str, Terminal]:
    """Read and validate terminals.toml: terminals by id. Raise TerminalsError with every problem at once."""
    try:
        raw = path.read_bytes()
        if len(raw) > _MAX_FILE_BYTES:
            raise TerminalsError(path, [f"is larger than {_MAX_FILE_BYTES} bytes"])
        text = raw.decode("utf-8-sig")
        document = tomllib.loads(text)
    except OSError as error:
        raise TerminalsError(path, [f"cannot be read: {error.strerror}"]) from error
    except (ValueError, RecursionError) as error:  # no UTF-8, no TOML, or brackets without end
        raise TerminalsError(path, [f"is not TOML: {error}"]) from error
    entries = document.pop("terminal", [])
    problems = [f"unknown key {key!r}; terminals stand under [[terminal]]" for key in document]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise TerminalsError(path, [*problems, "write [[terminal]], with double brackets"])
    terminals: dict[str, Terminal] = {}
    lines = _lines(text)
    for number, entry in enumerate(entries):
        told = [f"terminal {entry.get('id', number + 1)!r}: {one}" for one in _wrong(entry, registry)]
        if not told:
            terminal = Terminal.model_validate(entry)
            agency = municipality_of(terminal, registry)
            if terminal.id in terminals:
                told = [f"terminal id {terminal.id!r} is used twice"]
            terminals[terminal.id] = terminal.model_copy(update={"municipality": agency.id if agency else ""})
        line = lines[number] if number < len(lines) else 1
        problems += [f"line {line}: {one}" for one in told]
    if problems:
        raise TerminalsError(path, problems)
    return terminals


def _wrong(entry: Mapping[str, Any], registry: Registry) -> list[str]:
    """What is wrong with one entry by itself."""
    try:
        terminal = Terminal.model_validate(entry)
    except ValidationError as error:
        return [
            f"{'.'.join(map(str, one['loc']))}: {one['msg'].removeprefix('Value error, ')}"
            for one in error.errors()
        ]
    if not terminal.id:
        return ["id: is missing; it stands in the terminal's address, /terminal/{id}"]
    if terminal.municipality and municipality_of(terminal, registry) is None:
        known = ", ".join(agency.id for agency in registry.of_kind(AgencyKind.MUNICIPALITY)[:20])
        return [f"municipality: {terminal.municipality!r} is none of those that take part: {known}"]
    return []


def _lines(text: str) -> list[int]:
    """The lines on which the entries begin, which tomllib does not give."""
    return [n for n, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*terminal\s*\]\]", line)]
