"""The program `medborgarsok`: which things can an operator do?"""

import json
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from crawler.errors import CrawlerError
from crawler.logs import configure as configure_logs
from crawler.registry import Registry, load_registry
from crawler.store import PageStore
from indexer import IndexerError
from indexer import rebuild as rebuild_index
from searchapi.commands import admin, evaluate, explain, import_warc, recrawl, runs, terminals, tokens
from searchapi.commands.catalogue import export_catalogue
from searchapi.commands.shared import OfDemo, console, errors, settings_for
from searchapi.crawling import crawl as crawl_agencies
from searchapi.errors import NotReadyError, SearchApiError
from searchapi.export import exported
from searchapi.processes import start_demo_sites, wait_until_served
from searchapi.serving import listen
from searchapi.serving import serve as serve_pages
from searchapi.settings import Settings
from searchapi.terminal import plain
from searchapi.terminals import load_terminals

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="One search box over the web sites of many public agencies.",
)
registry_app = typer.Typer(no_args_is_help=True, help="The registry of participating agencies.")
export_app = typer.Typer(no_args_is_help=True, help="What was found, as data.")
app.add_typer(registry_app, name="registry")
app.add_typer(export_app, name="export")


@app.command("demo")
def run_demo(
    sites_only: Annotated[bool, typer.Option(help="Serve the agencies' sites and nothing else.")] = False,
    again: Annotated[bool, typer.Option(help="Crawl again, even if that was done before.")] = False,
) -> None:
    """Serve the demo agencies' sites, crawl them once, and serve the search page over them."""
    settings = settings_for(of_demo=True)
    registry = load_registry(settings.registry)
    with ExitStack() as open_:
        if not sites_only:
            listener = open_.enter_context(listen(settings))
        sites = open_.enter_context(start_demo_sites(settings.demo_port))
        wait_until_served(sites, settings.demo_port)
        if sites_only:
            console.print(
                f"The demo agencies' sites are served on port {settings.demo_port}.  (Ctrl-C ends it)"
            )
            sites.wait()
            return
        missing = [agency.id for agency in registry if again or agency.id not in _crawled(settings)]
        if missing:
            console.print("Crawling the demo agencies' sites. This is done once and takes about a minute.")
            crawl_agencies(settings, registry, missing, console)
        serve_pages(settings, console, listener)


def _crawled(settings: Settings) -> set[str]:
    """The agencies that a crawl run has come to the end of."""
    with PageStore(settings.store_url) as store:
        return {run.agency for run in store.runs(limit=1000) if run.status == "finished"}


@app.command()
def serve() -> None:
    """Serve the pages and the API, and keep the index up with the page store."""
    settings = settings_for()
    configure_logs(settings.log_format)
    registry = load_registry(settings.registry)  # a bad file or store is told now, and not to every reader
    if settings.terminals is not None:
        load_terminals(settings.terminals, registry)
    PageStore(settings.store_url).close()
    with listen(settings) as listener:
        serve_pages(settings, console, listener)


@app.command()
def crawl(
    agencies: Annotated[list[str] | None, typer.Argument(help="Agency ids; all when none is given.")] = None,
    of_demo: OfDemo = False,
) -> None:
    """Crawl agencies now, with progress, and index what is found meanwhile."""
    settings = settings_for(of_demo)
    registry = load_registry(settings.registry)
    chosen = agencies or [agency.id for agency in registry]
    runs = crawl_agencies(settings, registry, chosen, console)
    if any(run.status == "failed" for run in runs):
        raise typer.Exit(1)


@app.command()
def rebuild(of_demo: OfDemo = False) -> None:
    """Make the index anew from the page store, without the network, and switch to it when it is whole."""
    settings = settings_for(of_demo)
    with PageStore(settings.store_url) as store, Progress(console=console) as progress:
        task = progress.add_task("Indexing", total=sum(store.document_counts().values()) or None)
        count = rebuild_index(
            store, settings.index_dir, lambda done, _: progress.update(task, completed=done)
        )
    console.print(f"{count} documents are in the new index.")


@registry_app.command("check")
def registry_check(
    path: Annotated[
        Path | None, typer.Argument(help="The file; the settings' registry when not given.")
    ] = None,
) -> None:
    """Validate agencies.toml and show every problem at once."""
    registry = load_registry(path or settings_for().registry)
    table = Table(title=f"{len(registry)} agencies, no problem", title_justify="left")
    for heading in ("Id", "Name", "Kind", "Hosts", "Schedule"):
        table.add_column(heading)
    for agency in registry:
        table.add_row(agency.id, plain(agency.name), agency.kind, "\n".join(agency.hosts), agency.schedule)
    console.print(table)


@export_app.command("documents")
def export_documents(
    agency: Annotated[list[str] | None, typer.Argument(help="Agency ids; all when none is given.")] = None,
    of_demo: OfDemo = False,
) -> None:
    """Every indexed record as JSON lines: url, agency, doctype, needs_eid, language, contact, evidence."""
    settings = settings_for(of_demo)
    registry: Registry = load_registry(settings.registry)
    for name in agency or []:
        _ = registry[name]
    with PageStore(settings.store_url) as store:
        for name in agency or [entry.id for entry in registry]:
            for row in store.documents(name):
                sys.stdout.write(json.dumps(exported(row), ensure_ascii=False) + "\n")


export_app.command("catalogue")(export_catalogue)

for commands in (recrawl, runs, explain, evaluate, import_warc, admin, tokens, terminals):
    commands.register(app)


def main() -> None:
    """Run the program. Errors that a person can act on are told in one message; Ctrl-C ends quietly."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended too
    configure_logs("plain")
    run: Callable[[], None] = app
    try:
        run()
    except (CrawlerError, IndexerError, SearchApiError) as error:
        errors.print(f"[bold red]medborgarsok:[/bold red] {plain(error)}", soft_wrap=True)
        sys.exit(3 if isinstance(error, NotReadyError) else 2)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    main()
