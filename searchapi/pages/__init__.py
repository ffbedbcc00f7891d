"""The pages that citizens see: server-rendered from the same answers as the API; no script is needed."""

from fastapi import APIRouter

from searchapi.pages import (
    clients,
    feed,
    feedback,
    home,
    portal,
    results,
    start,
    static_files,
    terminal,
    widget,
)
from searchapi.pages.errors import error_page
from searchapi.pages.language import LanguagePrefix

__all__ = ["LanguagePrefix", "error_page", "router"]

router = APIRouter(include_in_schema=False)
router.include_router(static_files.router)
router.include_router(start.router)
router.include_router(results.router)
router.include_router(home.router)
router.include_router(terminal.router)
router.include_router(widget.router)
router.include_router(clients.router)
router.include_router(feed.router)
router.include_router(feedback.router)
router.include_router(portal.router)
