"""PUT and DELETE /api/v1/documents: what does an agency send itself, or take back?"""

import asyncio
import base64
import binascii
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator
from starlette.concurrency import run_in_threadpool

from crawler.errors import InvalidUrlError
from crawler.registry import Agency, host_of
from crawler.store.audit import Audit
from crawler.store.pushes import NewPush, Push, Pushes
from crawler.store.tokens import Purpose, Token
from searchapi.errors import BadRequestError
from searchapi.operations.bearer import bearer
from searchapi.operations.body import read_json, schema_of
from searchapi.operations.opened import registry_of, settings_of, store_of

router = APIRouter()

MOST_BYTES = 64_000_000
"""The largest request, as it comes."""
_MOST_DOCUMENTS = 100
_MOST_WAITING = 10_000
_MOST_WAITING_BYTES = 1_000_000_000
_SMALL_BYTES = 1_000_000
_LARGE_AT_ONCE = asyncio.Semaphore(4)
"""Requests of more than _SMALL_BYTES that are held in memory at the same time; others wait unread."""
_TEXT_TYPES = {"text/html", "text/plain"}


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SentDocument(_Model):
    """A document: text as it is, a PDF in base64 (RFC 4648). `title`, `language` (ISO 639-1) if known."""

    url: Annotated[str, Field(min_length=1, max_length=2000)]
    content_type: Literal["text/html", "text/plain", "application/pdf"]
    content: Annotated[str, Field(min_length=1)]
    title: Annotated[str, Field(max_length=300)] = ""
    language: Annotated[str, Field(pattern=r"^([a-z]{2})?$")] = ""


class SentDocuments(_Model):
    """Several documents, which are all taken or none of them."""

    documents: Annotated[list[SentDocument], Field(min_length=1, max_length=_MOST_DOCUMENTS)]

    @model_validator(mode="before")
    @classmethod
    def _one_may_stand_alone(cls, given: Any) -> Any:
        return {"documents": [given]} if isinstance(given, dict) and "documents" not in given else given


class DocumentState(_Model):
    """What became of a document. `status`: pending, running, superseded, or finished with outcome, reason."""

    id: int
    url: str
    action: str
    status: str
    outcome: str
    reason: str
    received: datetime
    finished: datetime | None


class DocumentsTaken(_Model):
    """The documents that were taken, in the order in which they were sent."""

    documents: list[DocumentState]


class DocumentTakenBack(_Model):
    """A document that was taken back. `removed`: whether there was one."""

    document: DocumentState
    removed: bool


_SENT = TypeAdapter(SentDocuments)


@router.put("/documents", status_code=202, openapi_extra=schema_of(SentDocuments))
async def put(request: Request, response: Response) -> DocumentsTaken:
    """Send documents of one's own hosts, one or {"documents": […]}. Needs a token for push."""
    token, agency = await run_in_threadpool(_sender, request)
    async with _turn(request):
        sent = await read_json(request, _SENT, most=MOST_BYTES)
        most = settings_of(request).max_body_bytes
        new = await run_in_threadpool(_checked, agency, sent.documents, most)
        taken = await run_in_threadpool(_put, request, token, agency, new)
    if len(taken) == 1:
        response.headers["Location"] = f"/api/v1/documents/{taken[0].id}"
    response.headers["Cache-Control"] = "no-store"
    return DocumentsTaken(documents=[_state(push) for push in taken])


@router.delete("/documents")
def delete(
    request: Request,
    response: Response,
    url: Annotated[str, Query(description="The address of a document that was sent or crawled.")] = "",
) -> DocumentTakenBack:
    """Take a document of one's own hosts out at once. Needs a token for push."""
    token, agency = _sender(request)
    canonical = _own_url(agency, url, "url")
    at = datetime.now(UTC)
    with store_of(request) as store:
        push, there = Pushes(store).delete(agency.id, canonical, at)
        Audit(store).note(token.who, "document taken back", canonical, "" if there else "not there", at=at)
    response.headers["Cache-Control"] = "no-store"
    return DocumentTakenBack(document=_state(push), removed=there)


@router.get("/documents/{number}")
def state(
    request: Request, response: Response, number: Annotated[int, Path(ge=1, le=2**31 - 1)]
) -> DocumentState:
    """What became of a document that was sent. Needs a token for push."""
    _, agency = _sender(request)
    with store_of(request) as store:
        push = Pushes(store).get(number)
    if push is None or push.agency != agency.id:
        raise HTTPException(404)
    response.headers["Cache-Control"] = "no-store"
    return _state(push)


def _turn(request: Request) -> AbstractAsyncContextManager[Any]:
    told = request.headers.get("content-length", "")
    small = told.isdecimal() and int(told) <= _SMALL_BYTES
    return nullcontext() if small else _LARGE_AT_ONCE


def _sender(request: Request) -> tuple[Token, Agency]:
    token = bearer(request, Purpose.PUSH)
    registry = registry_of(request)
    if token.agency not in registry:
        raise HTTPException(403, f"the token is for {token.agency!r}, which takes part no more")
    return token, registry[token.agency]


def _checked(agency: Agency, documents: Sequence[SentDocument], most: int) -> list[NewPush]:
    """The documents as they are kept. Raise HTTPException or BadRequestError, naming the first bad one."""
    several = len(documents) > 1
    new: list[NewPush] = []
    for number, sent in enumerate(documents):
        place = f"documents.{number}." if several else ""
        url = _own_url(agency, sent.url, f"{place}url")
        content = _content(sent, place)
        if len(content) > most:
            raise HTTPException(
                413, f"{place}content has {len(content)} bytes; {most} are the most that is read"
            )
        content_type = (
            f"{sent.content_type}; charset=utf-8" if sent.content_type in _TEXT_TYPES else sent.content_type
        )
        title = " ".join("".join(sign if sign.isprintable() else " " for sign in sent.title).split())
        new.append(NewPush(url, content_type, content, title, sent.language))
    url, times = Counter(one.url for one in new).most_common(1)[0]
    if times > 1:
        raise BadRequestError(f"{url} is sent {times} times in one request; send each address once")
    return new


def _own_url(agency: Agency, given: str, place: str) -> str:
    try:
        url = agency.canonical(given)
    except InvalidUrlError as error:
        raise BadRequestError(
            f"{place} is {given[:60]!r}: give a whole address that begins with http:// or https:// ({error})"
        ) from None
    if not agency.owns(url):
        hosts = ", ".join(agency.hosts[:5])
        raise HTTPException(
            403, f"{place}: {host_of(url)} is not a host of {agency.id}, which has {hosts}; nothing was taken"
        )
    if not agency.admits(url):
        raise HTTPException(
            403,
            f"{place}: {url[:200]} is left out by the registry's patterns for {agency.id}; nothing was taken",
        )
    return url


def _content(sent: SentDocument, place: str) -> bytes:
    if sent.content_type in _TEXT_TYPES:
        try:
            return sent.content.encode("utf-8")
        except UnicodeEncodeError as error:
            raise BadRequestError(f"{place}content is no text: {error.reason}") from None
    try:
        content = base64.b64decode(sent.content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequestError(f"{place}content is not base64: {error}") from None
    if b"%PDF-" not in content[:1024]:  # (ISO 32000-1, annex H)
        raise BadRequestError(f"{place}content is no PDF: it does not begin with %PDF-")
    return content


def _put(request: Request, token: Token, agency: Agency, new: Sequence[NewPush]) -> list[Push]:
    at = datetime.now(UTC)
    with store_of(request) as store:
        pushes = Pushes(store)
        count, size = pushes.waiting(agency.id)
        coming = sum(len(one.content) for one in new)
        if count + len(new) > _MOST_WAITING or size + coming > _MOST_WAITING_BYTES:
            raise HTTPException(
                429,
                f"{count} documents of {agency.id} ({size} bytes) wait to be read; send more once they are",
                {"Retry-After": "60"},
            )
        taken = pushes.put(agency.id, new, at)
        first, last = taken[0], taken[-1]
        Audit(store).note(
            token.who,
            "documents sent",
            agency.id,
            f"{len(taken)}: {first.id} to {last.id}, {first.url}",
            at=at,
        )
    return taken


def _state(push: Push) -> DocumentState:
    return DocumentState(
        id=push.id,
        url=push.url,
        action=push.action,
        status=push.status,
        outcome=push.outcome,
        reason=push.reason,
        received=push.received,
        finished=push.finished,
    )
