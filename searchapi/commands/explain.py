"""`medborgarsok explain URL`: why is it found, or not? The same that the API tells, as text."""

from datetime import UTC, datetime

import typer
from rich.table import Table

from crawler.registry import load_registry
from crawler.store import PageStore
from indexer.progress import indexed_revision
from searchapi.commands.shared import OfDemo, console, settings_for
from searchapi.inspect_url import InspectedDocument, UrlInspection, VisitState, inspect_url
from searchapi.terminal import plain

_FOUND = frozenset({"indexed", "waiting_for_index", "stale", "held", "stands_elsewhere"})


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def explain(url: str, of_demo: OfDemo = False) -> None:
        """Say why a URL is or isn't found: its visits, its doctype and the evidence for it."""
        settings = settings_for(of_demo)
        registry = load_registry(settings.registry)
        with PageStore(settings.store_url) as store:
            told = inspect_url(
                store,
                registry,
                url,
                now=datetime.now(UTC),
                index_revision=indexed_revision(settings.index_dir),
            )
        _show(told)
        if told.verdict not in _FOUND:
            raise typer.Exit(1)


def _show(told: UrlInspection) -> None:
    console.print(f"[bold]{plain(told.url)}[/bold]")
    if told.agency:
        console.print(f"Agency: {plain(told.agency)}, {plain(told.agency_name)}")
    console.print(plain(told.explanation), soft_wrap=True)
    if told.state is not None:
        _show_state(told.state, told.url)
    if told.next_run is not None:
        console.print(f"Next run of the agency: {_moment(told.next_run)}")
    if told.removed_reason:
        console.print(f"Taken out: {plain(told.removed_reason)}")
    if told.history:
        table = Table(title="Visits", title_justify="left")
        for heading in ("When (UTC)", "Run", "Outcome", "HTTP", "Seconds", "Changed"):
            table.add_column(heading)
        for visit in told.history:
            table.add_row(
                _moment(visit.at).removesuffix(" UTC"),
                str(visit.run),
                plain(visit.outcome),
                str(visit.http_status or ""),
                "" if visit.seconds is None else f"{visit.seconds:.2f}",
                {None: "", True: "yes", False: "no"}[visit.changed],
            )
        console.print(table)
    if told.document is not None:
        _show_document(told.document)
    elif told.state is not None:
        console.print("It is not in the index.")


def _show_state(state: VisitState, url: str) -> None:
    status = f", HTTP {state.http_status}" if state.http_status else ""
    console.print(f"Last visit {_moment(state.last_visit)}: {state.outcome}{status}")
    if state.reason:
        console.print(f"Reason: {plain(state.reason)}")
    if state.failures:
        console.print(f"Failed visits in a row: {state.failures}")
    if state.pushed:
        console.print("Sent by the agency itself: no crawl visits it.")
    elif state.next_visit is not None:
        console.print(f"Next visit due: {_moment(state.next_visit)}")
    if state.canonical_url and state.canonical_url != url:
        console.print(f"Stands for: {plain(state.canonical_url)}")
    if state.found_on:
        console.print(f"Found on: {plain(state.found_on)}")
    console.print(f"First met: {_moment(state.first_visit)}{', in the sitemap' if state.in_sitemap else ''}")


def _show_document(document: InspectedDocument) -> None:
    console.print(f"Indexed as [bold]{plain(document.title)}[/bold]: {document.doctype}, {document.language}")
    table = Table(title="Evidence", title_justify="left")
    for heading in ("For", "Rule", "Seen", "Weight"):
        table.add_column(heading)
    for evidence in (*document.doctype_evidence, *document.eid_evidence):
        table.add_row(evidence.value, evidence.rule, plain(evidence.detail), f"{evidence.weight:+.1f}")
    console.print(table)
    console.print(f"Language: {plain(document.language_evidence)}")
    if document.needs_eid is not None:
        console.print(f"Needs e-legitimation: {'yes' if document.needs_eid else 'no'}")
    for contact in document.contacts:
        facts = contact.model_dump(exclude_defaults=True)
        console.print("Contact: " + plain(", ".join(f"{name} {value}" for name, value in facts.items())))
    for action in document.actions:
        console.print(f"Action: {action.kind} {plain(action.title)} -> {plain(action.url)}")
    if document.anchors:
        console.print("Links call it: " + plain("; ".join(document.anchors)))


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
