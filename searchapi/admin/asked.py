"""What does a page of the administrators' need to know of the request it answers?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from crawler.registry import Registry
from crawler.store import PageStore
from crawler.store.accounts import Accounts, Session
from crawler.store.audit import Audit
from crawler.store.queue import RecrawlQueue
from searchapi.admin.forms import token_of
from searchapi.admin.rendering import environment
from searchapi.admin.texts import AdminTexts
from searchapi.settings import Settings


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to the administrators' pages, past the door. `session` is None at the login alone."""

    request: Request
    settings: Settings
    registry: Registry
    store: PageStore
    at: datetime
    https: bool
    form: Mapping[str, str] = field(default_factory=dict)
    path: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    session: Session | None = None

    @property
    def who(self) -> str:
        """The account's name; empty at the login."""
        return self.session.account if self.session else ""

    @property
    def accounts(self) -> Accounts:
        """The administrators."""
        return Accounts(self.store)

    @property
    def queue(self) -> RecrawlQueue:
        """The recrawl requests."""
        return RecrawlQueue(self.store)

    @property
    def audit(self) -> Audit:
        """The record of what was done."""
        return Audit(self.store)

    @property
    def texts(self) -> AdminTexts:
        """The words."""
        return AdminTexts.read()

    def query(self, name: str, longest: int = 4000) -> str:
        """A parameter of the address, trimmed; empty where it is not there."""
        return self.request.query_params.get(name, "").replace("\0", "").strip()[:longest]

    def page_number(self) -> int:
        """The parameter `sida`: which page of a list is wanted, from 1."""
        given = self.query("sida", 5)
        return int(given) if given.isascii() and given.isdecimal() and int(given) > 0 else 1

    def page(self, template: str, *, status: int = 200, key: str | None = None, **values: Any) -> Response:
        """A page. `key`: the key that its forms' tokens belong to, where it is not the session's."""
        html = (
            environment()
            .get_template(f"admin/{template}")
            .render(
                texts=self.texts,
                at=self.at,
                who=self.who,
                token=token_of(key if key is not None else self.key),
                here=self.request.url.path,
                registry=self.registry,
                **values,
            )
        )
        return HTMLResponse(html, status)

    def problem(self, status: int, what: str, detail: str = "") -> Response:
        """A page that says what can't be done, and why: the texts problem.WHAT and problem.WHAT_text."""
        texts = self.texts
        return self.page(
            "problem.html",
            status=status,
            heading=texts(f"problem.{what}"),
            message=texts(f"problem.{what}_text"),
            detail=detail,
        )


def go_to(path: str, **parameters: object) -> Response:
    """Send the browser on with a GET, so that loading the page again repeats nothing."""
    query = urlencode({name: str(value) for name, value in parameters.items()})
    return RedirectResponse(f"{path}?{query}" if query else path, 303)
