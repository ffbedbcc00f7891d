"""The portal: what can be done, read and asked, as lists and guides, without a search."""

from fastapi import APIRouter

from searchapi.pages.portal import about, agencies, index, languages, life, lists, places

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
for room in (lists, index, life, agencies, places, languages, about):
    router.include_router(room.router)
