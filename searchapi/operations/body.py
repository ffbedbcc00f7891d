"""How is the body of a request read? As JSON, counted while it comes, and for no longer than a while."""

import asyncio
from typing import Any, TypeVar

from fastapi import HTTPException, Request
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from searchapi.errors import BadRequestError

_SECONDS = 120.0
_PROBLEMS = 10
_SHOWN = 60

Wanted = TypeVar("Wanted")


async def read_json(request: Request, wanted: "TypeAdapter[Wanted]", *, most: int) -> Wanted:
    """The body as what is wanted. It is read only here, so call it once it is known who sends.

    Raise HTTPException: 415 where it is not declared as JSON, 413 where it is longer than `most` bytes, 408
    where it does not come; BadRequestError, with every problem, where it is not what is wanted.
    """
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if declared != "application/json":
        raise HTTPException(415, "send JSON, with the header Content-Type: application/json")
    body = await _read(request, most)
    try:
        return await run_in_threadpool(wanted.validate_json, body)
    except ValidationError as error:
        problems = [_told(problem) for problem in error.errors(include_url=False)[:_PROBLEMS]]
        more = error.error_count() - len(problems)
        raise BadRequestError("; ".join(problems) + (f"; and {more} more" if more else "")) from None
    except RecursionError:
        raise BadRequestError("the JSON is nested too deep") from None


async def _read(request: Request, most: int) -> bytes:
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > most:
        raise _too_large(most)
    body = bytearray()
    try:
        async with asyncio.timeout(_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise _too_large(most)
    except TimeoutError:
        raise HTTPException(408, f"the body did not come within {_SECONDS:.0f} seconds") from None
    except ClientDisconnect:
        raise HTTPException(400, "the body broke off") from None
    return bytes(body)


def _too_large(most: int) -> HTTPException:
    return HTTPException(
        413, f"the request is longer than {most} bytes; send less at once", {"Connection": "close"}
    )


def _told(problem: Any) -> str:
    place = ".".join(str(part) for part in problem["loc"]) or "the body"
    given = repr(problem.get("input"))
    if isinstance(problem.get("input"), (dict, list)) or problem["type"] in {"json_invalid", "missing"}:
        return f"{place}: {problem['msg']}"
    shown = given if len(given) <= _SHOWN else given[:_SHOWN] + "…"
    return f"{place} is {shown}: {problem['msg'].removeprefix('Value error, ')}"


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """What the API's description says of a body that is read here."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
