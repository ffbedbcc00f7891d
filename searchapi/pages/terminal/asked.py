"""What does a person at a terminal ask for? The fields of the form that each press of a button sends."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from searchapi.errors import BadRequestError
from searchapi.pages.parameters import page_number, tab_of
from searchapi.terminals import Colours, Terminal


class View(StrEnum):
    """The pages of a terminal."""

    START = "start"
    RESULTS = "traffar"
    HIT = "traff"
    CONTACT = "kontakt"
    ABOUT = "om"
    SUGGESTIONS = "forslag"


@dataclass(frozen=True, slots=True)
class Look:
    """How a person wants the screen: text size 1 to 3, colours, the keyboard on the screen."""

    text: int
    colours: Colours
    keyboard: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `url` is the page to show, `source` the page that led to it, where one did."""

    look: Look
    view: View = View.START
    q: str = ""
    tab: str = "main"
    page: int = 1
    url: str = ""
    source: str = ""


def look_of(terminal: Terminal) -> Look:
    """How a terminal looks before a person has changed it."""
    return Look(terminal.text_size, terminal.colours, terminal.keyboard)


def read_asked(form: Mapping[str, str], terminal: Terminal) -> Asked:
    """What a form asks for. Raise BadRequestError for what no button of ours sends."""
    try:
        look = _look(form, look_of(terminal))
        view = View(form.get("sida") or View.START)
    except ValueError as error:
        raise BadRequestError(f"the form asks for what there isn't: {error}") from None
    tab, number = tab_of(form.get("flik", "")), page_number(form.get("nr", ""))
    q, url, source = (form.get(name, "").strip() for name in ("q", "url", "fran"))
    if view is View.RESULTS and not q:
        view = View.START
    return Asked(look, view, q, tab, number, url, source)


def _look(form: Mapping[str, str], usual: Look) -> Look:
    """The look that a form carries, with what its button changes ("text=3"). Raise ValueError."""
    look = usual
    changes = [(name, form.get(name, "")) for name in ("text", "farger", "tangentbord")]
    changes.append(tuple(form.get("andra", "=").partition("=")[::2]))  # type: ignore[arg-type]
    for name, value in changes:
        if name == "text" and value:
            if value not in {"1", "2", "3"}:
                raise ValueError(f"text {value[:20]!r}")
            look = replace(look, text=int(value))
        elif name == "farger" and value:
            look = replace(look, colours=Colours(value))
        elif name == "tangentbord" and value:
            look = replace(look, keyboard=value == "1")
    return look
