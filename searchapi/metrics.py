"""GET /metrics: how does it go, in figures for Prometheus? Of this process and of the store it serves.

Requests are counted by their route's pattern and status alone: no query, no address and no reader gets in.
"""

import threading

from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from crawler.store import PageStore
from searchapi.admin.door import Door
from searchapi.index_lag import LagWatch
from searchapi.settings import Settings
from searchapi.store_figures import StoreFigures

router = APIRouter(include_in_schema=False)

_METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "OPTIONS"})
_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class RequestFigures:
    """What this process answered. Lies in `app.state.figures`, where searchapi.guard finds it."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._lock = threading.Lock()
        self._of_store: StoreFigures | None = None
        self._requests = Counter(
            "medborgarsok_http_requests",
            "Requests by the pattern of their route, method and status.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "medborgarsok_http_request_seconds",
            "Seconds until an answer began, by the pattern of the route.",
            ["route"],
            buckets=_BUCKETS,
            registry=self.registry,
        )

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an answer. `route` is a pattern of ours ("/api/v1/agencies/{agency_id}"), or "other"."""
        known = method if method in _METHODS else "other"  # (a client can make up as many as it likes)
        self._requests.labels(route, known, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def watch_store(self, store: PageStore | None, settings: Settings, watch: LagWatch) -> None:
        """Add the store's figures, once."""
        with self._lock:
            if self._of_store is None:
                self._of_store = StoreFigures(store, settings, watch)
                self.registry.register(self._of_store)


def install(app: FastAPI) -> None:
    """Let an application count its answers and tell its figures. Call it before the first request."""
    app.state.figures = RequestFigures()
    app.state.lag_watch = LagWatch()
    app.include_router(router)


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """The figures, for whoever may see the administrators' pages; for all by the setting metrics_public."""
    state = request.app.state
    settings: Settings = state.settings
    if not settings.metrics_public and not Door(settings).opens(request):
        raise HTTPException(404)
    figures: RequestFigures = state.figures
    figures.watch_store(state.store, settings, state.lag_watch)
    return Response(
        generate_latest(figures.registry),
        headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"},
    )
