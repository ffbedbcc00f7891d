"""How does an administrator have something crawled anew, watch it, and take it back?"""

from dataclasses import replace

from starlette.responses import Response

from crawler.assignment import Assignment, Origin, Scope, assignment_of
from crawler.errors import AssignmentError
from searchapi.admin import figures
from searchapi.admin.asked import Asked, go_to

_SHOWN = 200
_LONGEST_REASON = 500
_STATES = ("pending", "running", "finished", "failed", "cancelled")


def confirm(asked: Asked) -> Response:
    """Before it is done: which agency it is, and how many pages are meant. Changes nothing."""
    given = {name: asked.query(name) for name in ("myndighet", "vad", "mal", "skal")}
    assignment = _assignment(asked, given["myndighet"], given["vad"], given["mal"])
    agency = asked.registry[assignment.agency]
    return asked.page(
        "order.html",
        agency=agency,
        assignment=assignment,
        pages=figures.pages_of(asked.store, assignment),
        reason=given["skal"][:_LONGEST_REASON],
        running=[run for run in figures.running(asked.store) if run.agency == agency.id],
    )


def order(asked: Asked) -> Response:
    """Ask for it. What waits already is not asked for twice."""
    form = asked.form
    assignment = _assignment(
        asked, form.get("myndighet", ""), form.get("vad", ""), form.get("mal", "").strip()
    )
    reason = form.get("skal", "").strip()[:_LONGEST_REASON]
    request, new = asked.queue.ask(assignment, requester=asked.who, reason=reason, at=asked.at)
    if new:
        asked.audit.note(asked.who, "recrawl", request.target, f"request {request.id}: {reason}", at=asked.at)
    return go_to(f"/admin/bestallningar/{request.id}", ny=int(new))


def show_all(asked: Asked) -> Response:
    """The requests, newest first."""
    given = asked.query("status", 16)
    status = given if given in _STATES else None
    return asked.page(
        "requests.html",
        requests=asked.queue.requests(status=status, limit=_SHOWN),
        wanted=status,
        states=_STATES,
        most=_SHOWN,
    )


def show(asked: Asked) -> Response:
    """One request: how far it is, and what came of it."""
    found = asked.queue.get(int(asked.path["number"]))
    if found is None:
        return asked.problem(404, "not_found")
    live = asked.query("direkt") == "1" and not found.over
    response = asked.page("request.html", one=found, new=asked.query("ny", 1), live=live)
    if live:
        response.headers["Refresh"] = "5"
    return response


def confirm_cancel(asked: Asked) -> Response:
    """Before it is taken back."""
    found = asked.queue.get(int(asked.path["number"]))
    if found is None:
        return asked.problem(404, "not_found")
    if found.over:
        return go_to(f"/admin/bestallningar/{found.id}")
    return asked.page("cancel.html", one=found)


def cancel(asked: Asked) -> Response:
    """Take a request back."""
    found = asked.queue.get(int(asked.path["number"]))
    if found is None:
        return asked.problem(404, "not_found")
    if asked.queue.cancel(found.id, asked.at):
        asked.audit.note(asked.who, "cancel_request", found.target, f"request {found.id}", at=asked.at)
    return go_to(f"/admin/bestallningar/{found.id}")


def _assignment(asked: Asked, agency: str, scope: str, target: str) -> Assignment:
    """What a form means. Raise AssignmentError where it is nothing of the agency's."""
    if agency not in asked.registry:
        raise AssignmentError(f"{agency[:80]!r} is no agency of the registry")
    if scope == Scope.AGENCY:
        found = assignment_of(agency, asked.registry)
    elif scope == Scope.HOST and "://" in target:
        raise AssignmentError(f"{target[:200]!r} is an address; give the host's name alone")
    elif scope in {Scope.SECTION, Scope.URL} and "://" not in target:
        raise AssignmentError(f"{target[:200]!r} is no address that begins with http:// or https://")
    elif scope in set(Scope):
        found = assignment_of(target, asked.registry, section=scope == Scope.SECTION)
    else:
        raise AssignmentError(f"{scope[:40]!r} is nothing that can be crawled")
    if found.agency != agency:
        raise AssignmentError(f"{target[:200]!r} belongs to {found.agency}, not to {agency}")
    return replace(found, origin=Origin.PAGE)
