"""Who did what? The audit, newest first."""

from starlette.responses import Response

from searchapi.admin.asked import Asked

PER_PAGE = 100


def show(asked: Asked) -> Response:
    """A page of the audit; `fore` is the entry that it goes on from."""
    given = asked.query("fore", 12)
    before = int(given) if given.isascii() and given.isdecimal() else None
    entries = asked.audit.entries(PER_PAGE + 1, before=before)
    return asked.page(
        "trail.html", entries=entries[:PER_PAGE], more=len(entries) > PER_PAGE, first=before is None
    )
