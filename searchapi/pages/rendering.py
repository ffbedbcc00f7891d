"""How does a page become HTML? Templates, the reader's language, and what every page is given."""

from functools import cache, partial
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from crawler.record import Doctype
from crawler.registry import AgencyKind, Registry
from searchapi.catalogue.collation import sort_key
from searchapi.pages import home, navigation
from searchapi.pages.language import address, language_of, translations
from searchapi.pages.static_files import FRONTEND, asset
from searchapi.pages.today import today
from searchapi.telephone import dialled, telephone
from searchapi.texts import DEFAULT_LANGUAGE, Texts


@cache
def environment() -> Environment:
    """The templates, with the filters and functions that they use. Everything is escaped."""
    made = Environment(
        loader=FileSystemLoader(FRONTEND / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["tel"] = dialled
    made.filters["telephone"] = telephone
    made.globals["asset"] = asset
    return made


def texts_for(request: Request) -> Texts:
    """The texts in the reader's language."""
    return Texts.load(language_of(request))


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page. Beside `values`, templates have

    - `texts`, and `url(path, **parameters)`: the address of a page of ours in the reader's language;
    - `translations`: this page in every language, as (code, its name for itself, address);
    - `rooms` and `site_rooms`: what the header and the footer lead to, as (entry, whether it is this page);
    - `kinds`: what suggestions' doctypes are called, where that is not what the API calls them;
    - `has_room(path)`: whether the site has such a page;
    - `today(contact)`: whether it is open today, and that in words, or None;
    - `remembered`: the municipality that the device remembers, `back`: this page, to come back to;
    - what the search box shows: `query`, `kommun` (an agency's id or ""), `municipalities`, `hint`.
    """
    registry: Registry | None = getattr(request.app.state, "registry", None)
    language = language_of(request)
    context: dict[str, Any] = {
        "texts": Texts.load(language),
        "url": partial(address, language),
        "translations": [
            (code, Texts.load(code)("site.language"), where) for code, where in translations(request)
        ],
        "rooms": [(entry, navigation.is_here(entry, request.url.path)) for entry in navigation.HEADER],
        "site_rooms": [(entry, navigation.is_here(entry, request.url.path)) for entry in navigation.FOOTER],
        "has_room": navigation.has_room,
        "today": partial(today, Texts.load(language)),
        "remembered": home.remembered(request),
        "home_path": home.PATH,
        "back": address(language, request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
        "kinds": _kinds(language),
        "query": "",
        "kommun": home.known(request),
        "hint": False,
        "autofocus": False,
        "max_query": max_query(request),
        "municipalities": sorted(
            registry.of_kind(AgencyKind.MUNICIPALITY), key=lambda one: sort_key(one.name)
        )
        if registry is not None
        else [],
        **values,
    }
    html = environment().get_template(template).render(context)
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})


@cache
def _kinds(language: str) -> dict[str, str]:
    """What doctypes are called, where the API's own, Swedish names won't do."""
    if language == DEFAULT_LANGUAGE:
        return {}
    texts = Texts.load(language)
    return {doctype.value: texts(f"doctype.{doctype}") for doctype in Doctype}


def max_query(request: Request) -> int:
    """The longest query, in characters."""
    return int(request.app.state.settings.max_query_length)
