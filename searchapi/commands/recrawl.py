"""`medborgarsok recrawl` and `medborgarsok worker`: what is asked for to be crawled now, and who does it?"""

from datetime import UTC, datetime
from typing import Annotated

import typer

from crawler.assignment import assignment_of
from crawler.registry import load_registry
from crawler.store import PageStore
from crawler.store.audit import Audit
from crawler.store.queue import RecrawlQueue
from searchapi.commands.operator import operator
from searchapi.commands.shared import OfDemo, console, settings_for
from searchapi.processes import ProcessFailedError, start_worker
from searchapi.recrawling import follow, is_served, request_table
from searchapi.terminal import plain


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("recrawl")(recrawl)
    app.command("worker")(worker)


def recrawl(
    targets: Annotated[
        list[str],
        typer.Argument(metavar="TARGET…", help="Agency ids, hosts, or addresses (with * for all beneath)."),
    ],
    section: Annotated[bool, typer.Option("--section", help="Addresses stand for all beneath them.")] = False,
    reason: Annotated[str, typer.Option(help="Why, for those who look at it later.")] = "",
    wait: Annotated[bool, typer.Option(help="Wait for the end, and show how it goes.")] = True,
    of_demo: OfDemo = False,
) -> None:
    """Ask for agencies, hosts, sections or pages to be crawled now. Status 1 where a request failed."""
    settings = settings_for(of_demo)
    registry = load_registry(settings.registry)
    assignments = [assignment_of(target, registry, section=section) for target in targets]
    with PageStore(settings.store_url) as store:
        queue, audit, now = RecrawlQueue(store), Audit(store), datetime.now(UTC)
        requests = []
        for assignment in assignments:
            request, new = queue.ask(assignment, requester=operator(), reason=reason, at=now)
            if new:
                audit.note(operator(), "recrawl", request.target, detail=reason, at=now)
            requests.append(request)
        if wait:
            requests = follow(settings, store, requests, console)
        console.print(request_table(requests))
        if not wait:
            if not is_served(settings, store):
                console.print(
                    "No worker is running; medborgarsok serve or medborgarsok worker does what waits."
                )
            return
    if any(request.status != "finished" for request in requests):
        raise typer.Exit(1)


def worker(of_demo: OfDemo = False) -> None:
    """Crawl what is asked for and what is due, until Ctrl-C; a line for each run that ended.

    For machines beside the one that serves; several may share one store.
    """
    settings = settings_for(of_demo)
    load_registry(settings.registry)  # a bad registry or store is told now
    PageStore(settings.store_url).close()
    console.print("The worker looks for what is to be crawled.  (Ctrl-C ends it)")
    while True:
        with start_worker(settings, events=True) as child:
            for event in child.events():
                if event.get("event") == "error":
                    raise ProcessFailedError(str(event.get("message")))
                if event.get("event") == "finished":
                    console.print(_line(event))
            status = child.wait()
        if status:
            raise ProcessFailedError(
                f"the worker ended (status {status}); its messages stand above. "
                "What was fetched is saved; start it again, and it goes on"
            )
        console.print("The registry has changed: going on with the new one.")


def _line(event: dict[str, object]) -> str:
    outcomes = event.get("outcomes")
    visited = sum(outcomes.values()) if isinstance(outcomes, dict) else 0
    reason = f" ({event['reason']})" if event.get("reason") else ""
    now = datetime.now().astimezone()
    return plain(
        f"{now:%Y-%m-%d %H:%M:%S} {event.get('agency')}: run {event.get('run')} {event.get('status')}{reason}"
        f", {visited} addresses, {event.get('documents')} documents, {event.get('seconds')} s"
    )
