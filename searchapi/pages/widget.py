"""How does the search box come onto other sites? Its file, its frame, and the webmaster's page about it."""

from collections.abc import Iterable
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup, escape

from crawler.registry import AgencyKind
from searchapi.api import service_of
from searchapi.errors import PageNotFoundError
from searchapi.pages.language import address, language_of
from searchapi.pages.public_address import public_address
from searchapi.pages.rendering import page
from searchapi.pages.widget_file import NEXT, WidgetFile, file_of, hooks, newest
from searchapi.texts import Texts, languages

THEMES = ("light", "dark", "auto")
RESULTS = ("page", "inline", "own")
_FRAME_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors *"
_ANYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Timing-Allow-Origin": "*",
}
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_AN_HOUR = "public, max-age=3600"

router = APIRouter(include_in_schema=False)


@router.get("/widget.js")
def latest(request: Request) -> Response:
    """The newest released file: for tags without an SRI hash."""
    return _script(request, newest(), _FOR_AN_HOUR)


@router.get("/widget/{version}/widget.js")
def versioned(request: Request, version: str) -> Response:
    """A released file, the same bytes for ever; `next` is what the sources make now."""
    file = file_of(version)
    if file is None:
        raise PageNotFoundError(f"there is no version {version[:40]!r} of the widget")
    return _script(request, file, "no-cache" if version == NEXT else _FOR_EVER)


def _script(request: Request, file: WidgetFile, kept: str) -> Response:
    tag = f'"{file.version}"'
    headers = {**_ANYWHERE, "Cache-Control": kept, "ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(file.content, media_type="text/javascript", headers=headers)


@router.get("/widget/ruta", response_class=HTMLResponse)
def frame(request: Request, kommun: str = "", theme: str = THEMES[0]) -> Response:
    """The box as a page of its own, for a frame on any site: no script, and the answers fill the window."""
    home = service_of(request).agency(kommun).id if kommun.strip() else ""
    shown = theme if theme in THEMES else THEMES[0]
    response = page(request, "widget/frame.html", kommun=home, theme=shown)
    response.headers["Content-Security-Policy"] = _FRAME_POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = _FOR_AN_HOUR
    return response


@router.get("/widget", response_class=HTMLResponse)
def webmaster(
    request: Request, kommun: str = "", language: str = "", theme: str = "", results: str = "", own: str = ""
) -> Response:
    """Options in a plain form, the box as it will be, and what to paste."""
    registry = service_of(request).registry
    home = kommun if kommun in registry and registry[kommun].kind is AgencyKind.MUNICIPALITY else ""
    options = Options(
        kommun=home,
        language=language if language in languages() else language_of(request),
        theme=theme if theme in THEMES else THEMES[0],
        results=results if results in RESULTS else RESULTS[0],
        own=own.strip(),
    )
    public = public_address(request)
    file = newest()
    return page(
        request,
        "widget/webmaster.html",
        kommun=home,
        options=options,
        themes=THEMES,
        choices=RESULTS,
        of_widget=[(code, Texts.load(code)("site.language")) for code in languages()],
        file=file,
        origin="{0.scheme}://{0.netloc}".format(urlsplit(public)),
        tag=options.tag(public, file),
        preview=Markup(options.tag("", file, preview=True)),  # noqa: S704 - made here, every value escaped
        hooks=hooks(),
        frame_tag=options.frame_tag(public),
    )


class Options:
    """What a webmaster chose, and the tags that say so."""

    def __init__(self, *, kommun: str, language: str, theme: str, results: str, own: str) -> None:
        self.kommun, self.language, self.theme, self.results, self.own = kommun, language, theme, results, own

    @property
    def problem(self) -> bool:
        """Whether answers are to come on a page whose address can't be one."""
        return self.results == "own" and not _is_address(self.own)

    def tag(self, base: str, file: WidgetFile, *, preview: bool = False) -> str:
        """The element around its form, and the script: ASCII only, so that it survives any encoding.

        In a preview the answers stay on our pages, as ours may send no form elsewhere.
        """
        texts = Texts.load(self.language)
        attributes = [("kommun", self.kommun), ("language", self.language)]
        if self.theme != THEMES[0]:
            attributes.append(("theme", self.theme))
        if self.results == "inline":
            attributes.append(("results", "inline"))
        elif self.results == "own" and not preview and not self.problem:
            attributes.append(("results-url", self.own))
        hidden = (
            f'    <input type="hidden" name="kommun" value="{escape(self.kommun)}">\n' if self.kommun else ""
        )
        where = base + address(self.language, "/sok")
        html = (
            f"<medborgarsok-sok{_written(attributes)}>\n"
            f'  <form action="{escape(where)}" method="get" accept-charset="utf-8">\n'
            f"{hidden}"
            f'    <label>{escape(texts("search.label"))} <input type="search" name="q"></label>\n'
            f"    <button>{escape(texts('search.button'))}</button>\n"
            "  </form>\n"
            "</medborgarsok-sok>\n"
            f'<script type="module" src="{escape(base)}/widget/{file.version}/widget.js"\n'
            f'  integrity="{file.integrity}" crossorigin="anonymous"></script>\n'
        )
        return html.encode("ascii", "xmlcharrefreplace").decode("ascii")

    def frame_tag(self, base: str) -> str:
        """The frame, sized for a label of two lines and a box above its button."""
        given = {"kommun": self.kommun, "theme": self.theme if self.theme != THEMES[0] else ""}
        query = urlencode({name: value for name, value in given.items() if value})
        where = base + address(self.language, "/widget/ruta") + (f"?{query}" if query else "")
        title = Texts.load(self.language)("widget.frame.title")
        size = 'width="100%" height="185" style="border:0"'
        html = f'<iframe src="{escape(where)}" title="{escape(title)}" {size}></iframe>\n'
        return html.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _is_address(given: str) -> bool:
    """Whether a form may lead there: a path, or http with a host."""
    try:
        parts = urlsplit(given)
    except ValueError:
        return False
    leads = bool(parts.netloc) if parts.scheme in {"http", "https"} else given.startswith("/")
    return leads and given.isprintable()


def _written(attributes: Iterable[tuple[str, str]]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes if value)
