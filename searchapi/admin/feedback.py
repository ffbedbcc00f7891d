"""What do readers say of the answers they got, agency by agency? Shown, taken home as CSV, and seen to."""

from collections.abc import Iterator
from datetime import date, timedelta

from starlette.responses import Response, StreamingResponse

from crawler.store.feedback import FeedbackBox
from searchapi.admin.asked import Asked, go_to
from searchapi.spreadsheet import csv_line
from searchapi.texts import STOCKHOLM

PATH = "/admin/aterkoppling"
PERIODS = (7, 30, 90, 365)
_PERIOD = 30
_NOWHERE = "-"
"""In addresses: what concerns no agency. (No agency's id is a hyphen.)"""
_PER_PAGE = 50
_MISSED = 50


def show(asked: Asked) -> Response:
    """Shares by agency, the queries that failed, and what readers wrote, of one agency where it is named."""
    box, today = _box(asked)
    box.prune(today)
    agency, chosen, days = _agency(asked), asked.query("myndighet", 63), _days(asked)
    since = today - timedelta(days=days)
    given = asked.query("fore", 12)
    before = int(given) if given.isascii() and given.isdecimal() else None
    rows = box.rows(agency=agency, since=since, commented=True, before=before, limit=_PER_PAGE + 1)
    return asked.page(
        "feedback.html",
        shares=box.shares(since=since),
        missed=box.missed(agency=agency, since=since, limit=_MISSED),
        rows=rows[:_PER_PAGE],
        more=len(rows) > _PER_PAGE,
        first=before is None,
        chosen=chosen if agency is not None else "",
        nowhere=_NOWHERE,
        days=days,
        periods=PERIODS,
        kept=asked.settings.feedback_days,
        path=PATH,
    )


def export(asked: Asked) -> Response:
    """The same as a file for spreadsheets (RFC 4180, with a byte order mark so that they see it is UTF-8)."""
    box, today = _box(asked)
    since = today - timedelta(days=_days(asked))
    return StreamingResponse(
        _lines(asked, box, since),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="aterkoppling-{today.isoformat()}.csv"'},
    )


def handle(asked: Asked) -> Response:
    """Mark what somebody wrote as seen to, or open it again."""
    box, _ = _box(asked)
    done = asked.form.get("klar", "1") == "1"
    number = int(asked.path["number"])
    if not box.handle(number, asked.who, asked.at, handled=done):
        return asked.problem(404, "not_found")
    asked.audit.note(asked.who, "handle_feedback" if done else "open_feedback", str(number), at=asked.at)
    wanted = {name: asked.form.get(name, "")[:63] for name in ("myndighet", "dagar", "fore")}
    return go_to(PATH, **{name: value for name, value in wanted.items() if value})


def _lines(asked: Asked, box: FeedbackBox, since: date) -> Iterator[str]:
    texts = asked.texts
    columns = ("day", "agency", "language", "found", "query", "comment", "count", "handled")
    yield "\ufeff" + csv_line(texts(f"feedback_column.{name}") for name in columns)
    for row in box.all_rows(agency=_agency(asked), since=since):
        said = row.said
        answer = {True: texts("feedback.yes"), False: texts("feedback.no"), None: ""}[said.found]
        handled = f"{row.handled.astimezone(STOCKHOLM):%Y-%m-%d}" if row.handled else ""
        cells = (row.day, said.agency, said.language, answer, said.query, said.comment, row.count, handled)
        yield csv_line(map(str, cells))


def _box(asked: Asked) -> tuple[FeedbackBox, date]:
    return FeedbackBox(asked.store, asked.settings.feedback_days), asked.at.astimezone(STOCKHOLM).date()


def _agency(asked: Asked) -> str | None:
    """The agency that is asked for, "" for what concerns none; None for all."""
    given = asked.query("myndighet", 63)
    if given == _NOWHERE:
        return ""
    return given or None


def _days(asked: Asked) -> int:
    given = asked.query("dagar", 4)
    return int(given) if given.isascii() and given.isdecimal() and int(given) in PERIODS else _PERIOD
