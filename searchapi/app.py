"""How is the application put together? Registry, store and engine, routes, errors and guard."""

import importlib
import importlib.util
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response

from crawler.errors import CrawlerError
from crawler.registry import load_registry
from crawler.store import PageStore
from indexer import open_engine
from searchapi import admin, api, metrics, operations
from searchapi.catalogue import CatalogueKeeper
from searchapi.catalogue import api as open_data
from searchapi.compression import Compression
from searchapi.error_shape import ErrorPage, install
from searchapi.feedback import Allowance
from searchapi.guard import Guard
from searchapi.meaning_follow import MeaningFollower, choice_of
from searchapi.search import SearchService
from searchapi.settings import Settings
from searchapi.terminals import TerminalsFile
from searchapi.warm import WarmUp

_log = logging.getLogger(__name__)
_PAGES = "searchapi.pages"


def create_app(settings: Settings, *, lasting: bool = False) -> FastAPI:
    """The application. What can't be opened is told by /readyz, and every search then answers 503 with it.

    `app.state` has `settings`, and once started `service`, `registry` and `store` (each None where it could
    not be opened), `meaning` (None where it is off) and `missing`, the reasons. What is kept from one request
    to the next is there as well: `catalogue`, `errands`, `feedback_allowance` and `terminals`. `lasting`: it
    is served until the process ends, so warming it up pays.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        _open(app, settings)
        service: SearchService | None = app.state.service
        warming = WarmUp(service) if service is not None and lasting else None
        if service is not None:
            app.state.catalogue.start(service)
        try:
            yield
        finally:
            app.state.catalogue.close()
            if warming is not None:
                warming.end()
            meaning: MeaningFollower | None = app.state.meaning
            if meaning is not None:
                meaning.close()
            store: PageStore | None = app.state.store
            if store is not None:
                store.close()

    app = FastAPI(
        title="Medborgarsök",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        redirect_slashes=False,  # (a redirect would carry the query in a header)
    )
    app.state.settings = settings
    app.state.catalogue = CatalogueKeeper()
    app.state.errands = {}
    app.state.feedback_allowance = Allowance(settings.feedback_per_hour)
    app.state.terminals = TerminalsFile(settings.terminals)
    app.state.service = app.state.registry = app.state.store = app.state.meaning = None
    app.state.missing = ["the program is starting"]
    app.include_router(api.router)
    app.include_router(open_data.router)
    app.include_router(api.health)
    app.include_router(operations.router)
    metrics.install(app)
    admin.install(app, settings)
    pages = _pages()
    if pages is not None:
        app.include_router(pages.router)
        app.add_middleware(pages.LanguagePrefix)
    app.add_middleware(Compression)
    tell = install(app, _error_page(pages))
    app.add_middleware(Guard, max_request_line=settings.max_request_line, tell=tell)
    return app


def _open(app: FastAPI, settings: Settings) -> None:
    missing: list[str] = []
    try:
        registry = load_registry(settings.registry)
        app.state.registry = registry
    except CrawlerError as error:
        registry = None
        missing.append(str(error))
    try:
        app.state.store = PageStore(settings.store_url)
    except CrawlerError as error:
        missing.append(str(error))
    choice = choice_of(settings)
    if choice is not None and app.state.store is not None:
        app.state.meaning = MeaningFollower(choice, app.state.store)
    if registry is not None:
        engine = open_engine(settings.index_dir)
        app.state.service = SearchService(engine, registry, settings, app.state.meaning)
    for problem in missing:
        _log.error("%s", problem)
    app.state.missing = missing


def _pages() -> Any:
    """The module of the pages, where it is installed: the API serves without them too."""
    return importlib.import_module(_PAGES) if importlib.util.find_spec(_PAGES) else None


def _error_page(pages: Any) -> ErrorPage | None:
    if pages is None:
        return None

    def page(request: Request, status: int, code: str) -> Response:
        response: Response = pages.error_page(request, status, code)
        return response

    return page
