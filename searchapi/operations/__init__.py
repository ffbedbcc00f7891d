"""What can programs ask beside searching? For crawls, to take their documents, why a URL is found or not."""

from fastapi import APIRouter

from searchapi.models import ErrorResponse
from searchapi.operations import documents, explain, feedback, recrawl

router = APIRouter(
    prefix="/api/v1",
    responses={status: {"model": ErrorResponse} for status in (400, 401, 403, 404, 413, 415, 429, 503)},
)
router.include_router(recrawl.router)
router.include_router(explain.router)
router.include_router(documents.router)
router.include_router(feedback.router)

__all__ = ["router"]
