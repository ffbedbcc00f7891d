"""GET /api/v1/explain?url=: why is a URL found, or not? For everybody, and for reading only."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request

from indexer.progress import indexed_revision
from searchapi.inspect_url import UrlInspection, inspect_url
from searchapi.operations.opened import registry_of, settings_of, store_of

router = APIRouter()


@router.get("/explain")
def explain(
    request: Request, url: Annotated[str, Query(description="The whole address of a page.")] = ""
) -> UrlInspection:
    """Why a URL is or isn't found, as far as the crawls know; nothing is fetched."""
    with store_of(request) as store:
        return inspect_url(
            store,
            registry_of(request),
            url,
            now=datetime.now(UTC),
            index_revision=indexed_revision(settings_of(request).index_dir),
        )
