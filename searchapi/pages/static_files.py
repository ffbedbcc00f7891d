"""Where do style sheets, scripts and pictures come from? Addresses change with the content: kept for ever."""

import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import Response

from searchapi.errors import PageNotFoundError

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
_STATIC = FRONTEND / "static"
_TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".js": "text/javascript"}

router = APIRouter(include_in_schema=False)


@cache
def asset(name: str) -> str:
    """The address of a static file, which changes with its content so that it can be kept for ever.

    Scripts import each other by "./name.js", so all of them lie under one digest, which is of them all.
    """
    files = sorted(_STATIC.glob("*.js")) if name.endswith(".js") else [_STATIC / name]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
    return f"/static/{digest}/{name}"


@router.get("/static/{digest}/{name}")
def static(digest: str, name: str) -> Response:
    """A file of the frontend."""
    path = _STATIC / name
    if name not in {file.name for file in _STATIC.iterdir()} or path.suffix not in _TYPES:
        raise PageNotFoundError(f"there is no file {name[:80]!r}")
    kept = "public, max-age=31536000, immutable" if asset(name).split("/")[2] == digest else "no-cache"
    return Response(path.read_bytes(), media_type=_TYPES[path.suffix], headers={"Cache-Control": kept})
