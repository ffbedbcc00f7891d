"""`medborgarsok evaluate`: how good are the answers, and how much better than plain BM25's?"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

import demo
from crawler.registry import load_registry
from crawler.store import PageStore
from indexer import open_engine
from indexer.baseline import Baseline
from searchapi.commands.shared import OfDemo, console, settings_for
from searchapi.errors import BadRequestError, DataFolderError
from searchapi.evaluate import (
    PARTS,
    Asked,
    Confusion,
    GoldenQuery,
    Judged,
    SetReport,
    by_half,
    by_kind,
    check_positions,
    compare,
    confusion,
    evaluate,
    load_positions,
    load_queries,
    page,
    worst,
    worst_kinds,
)
from searchapi.evaluate.key_positions import KeyPositions
from searchapi.meaning_follow import MeaningFollower, following, make_vectors
from searchapi.request import SearchRequest
from searchapi.search import SearchService
from searchapi.settings import Settings
from searchapi.terminal import plain

GOLDEN_QUERIES = Path(demo.__file__).parent / "golden.toml"
FRESH_QUERIES = Path(demo.__file__).parent / "fresh.toml"
BLIND_QUERIES = Path(demo.__file__).parent / "blind.toml"
KEY_POSITIONS = Path(demo.__file__).parent / "key_positions.toml"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate")(run)


def run(
    queries: Annotated[
        list[Path] | None,
        typer.Argument(help="Judged queries (.toml) or questions (.jsonl); the demo's when none is given."),
    ] = None,
    worst_first: Annotated[
        int, typer.Option("--worst", min=0, help="How many of the worst queries to show.")
    ] = 15,
    half: Annotated[
        str,
        typer.Option(
            help='"fit": the half that weights are fitted on; "held": the half held back; '
            '"fresh" and "blind": what nothing was ever fitted on.'
        ),
    ] = "",
    baseline: Annotated[bool, typer.Option(help="Ask plain BM25 the same, over the same documents.")] = True,
    positions: Annotated[
        Path | None, typer.Option(help="A file of key positions; the demo's with the demo's queries.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write a report with charts to this file too.")] = None,
    meaning: Annotated[
        bool | None,
        typer.Option(
            help="Find pages by meaning too, whose vectors are made first where they wait; or by words only. "
            "As the settings say, and with the vectors that are there, when neither is given."
        ),
    ] = None,
    of_demo: OfDemo = False,
) -> None:
    """Relevance figures over judged queries, beside plain BM25's, and the test of key positions."""
    of_demo = of_demo or not queries
    settings = settings_for(of_demo)
    if meaning is not None:
        settings = settings.model_copy(update={"meaning": "auto" if meaning else "off"})
        if meaning:
            make_vectors(settings)
    files = queries or [GOLDEN_QUERIES, FRESH_QUERIES, BLIND_QUERIES]
    if half not in ("", *PARTS):
        raise BadRequestError('no queries: half is "fit", "held", "fresh" or "blind", or left out')
    tested = positions or (KEY_POSITIONS if not queries else None)
    sets, asked = measured(settings, files, half=half, baseline=baseline, positions=tested, of_demo=of_demo)
    for each in sets:
        show(each, worst_first)
    if asked:
        show_positions(asked)
    doctypes = _doctypes(settings) if of_demo else None
    if doctypes is not None:
        show_doctypes(doctypes)
    if html is not None:
        write(html, page(sets, asked, made=datetime.now(UTC), doctypes=doctypes))
        console.print(f"\nThe report is in {plain(str(html))}.", soft_wrap=True)


def measured(
    settings: Settings,
    files: list[Path],
    *,
    half: str = "",
    baseline: bool = True,
    positions: Path | None = None,
    of_demo: bool = False,
) -> tuple[list[SetReport], list[Asked]]:
    """Ask all files' queries of the index that the settings name, and for the key positions.

    Raise BadRequestError for a file that can't be used or leaves no query, NotReadyError without an index.
    """
    registry = load_registry(settings.registry)
    engine = open_engine(settings.index_dir)
    SearchService(
        engine, registry, settings
    ).snapshot()  # without an index, nothing is made in the data folder
    plain_engine = None
    with PageStore(settings.store_url) as store, following(settings, store) as meant:
        if baseline:
            plain_engine = Baseline(store.documents())
        console.print(f"Pages are found by {_found_by(meant)}.", soft_wrap=True)
        service = SearchService(engine, registry, settings, meant)
        return _asked(service, settings, files, half, plain_engine, positions, of_demo=of_demo)


def _found_by(meant: MeaningFollower | None) -> str:
    """How pages are found, in words."""
    if meant is None:
        return 'words only (the setting meaning is "off")'
    state = meant.state()
    if not state.model:
        return f"words only ({plain(state.problem)})"
    return f"words, and {state.pages} of them by meaning too ({plain(state.model)})"


def _asked(
    service: SearchService,
    settings: Settings,
    files: list[Path],
    half: str,
    plain_engine: Baseline | None,
    positions: Path | None,
    *,
    of_demo: bool,
) -> tuple[list[SetReport], list[Asked]]:
    sets = []
    for file in files:
        golden = load_queries(file, port=settings.demo_port if of_demo else None)
        golden = [query for query in golden if half in ("", query.half)]
        if not golden:
            continue
        _check_crawled(service, file, golden)
        judged = evaluate(
            golden, lambda query: service.search(SearchRequest(q=query.q, kommun=query.kommun or None))
        )
        plainly = compare(golden, plain_engine, service.registry) if plain_engine else []
        sets.append(SetReport(file.stem, judged=tuple(judged), plain=tuple(plainly)))
    if files and not sets:
        raise BadRequestError(f'no queries: {", ".join(map(str, files))} have none of the half "{half}"')
    held = _held(service, settings, load_positions(positions)) if positions else []
    return sets, held


def _check_crawled(service: SearchService, file: Path, golden: Sequence[GoldenQuery]) -> None:
    """Raise BadRequestError where the index has no page that a file judges: figures would say nothing."""
    snapshot = service.snapshot()
    wanted = {url for query in golden for url in query.relevant}
    if wanted and not any(snapshot.by_url(url) for url in wanted):
        raise BadRequestError(
            f"none of the {len(wanted)} pages that {file} judges is in the index, such as {min(wanted)}; "
            "crawl these sites first (the demo's by `medborgarsok demo` with the same MEDBORGARSOK_DEMO_PORT)"
        )


def _held(service: SearchService, settings: Settings, positions: KeyPositions) -> list[Asked]:
    agencies = sorted({position.agency for position in positions.position})
    with PageStore(settings.store_url) as store:
        texts = {
            agency: [f"{row.record.title}\n{row.record.text}" for row in store.documents(agency)]
            for agency in agencies
        }
    return check_positions(
        positions, texts, lambda title, agency: service.search(SearchRequest(q=title, kommun=agency))
    )


def _doctypes(settings: Settings) -> Confusion:
    truth = {url: known.kind for url, known in demo.truth(settings.demo_port).items()}
    with PageStore(settings.store_url) as store:
        return confusion(truth, (row.record for row in store.documents()))


def show_doctypes(doctypes: Confusion) -> None:
    """Print how often pages are taken for what they are, and what was confused."""
    console.print(
        f"\n[bold]Doctypes[/bold]: {doctypes.pages} pages, {_percent(doctypes.right)} right, "
        f"macro-F1 {doctypes.macro_f1:.3f}",
        soft_wrap=True,
    )
    for (said, got), count in doctypes.pairs.most_common():
        if said != got:
            console.print(f"  {said} taken for {got}: {count}")


def show(each: SetReport, count: int) -> None:
    """Print one set's table by kind of query, and its worst queries."""
    if each.skipped:
        console.print(f"\n[bold]{plain(each.name)}[/bold] skipped: {plain(each.skipped)}", soft_wrap=True)
        return
    table = Table(title=f"Relevance: {plain(each.name)}", title_justify="left")
    table.add_column("Kind of query")
    for heading in ("Queries", "nDCG@10", "With actions", "First right", "Within three", "Obscured"):
        table.add_column(heading, justify="right")
    for kind, row in [*worst_kinds(each.judged), *by_half(each.judged).items()]:
        cells = [str(row.queries), f"{row.ndcg:.3f}", f"{row.ndcg_actions:.3f}"]
        cells += [_percent(share) for share in (row.first, row.within_three, row.obscured)]
        table.add_row(kind, *cells, style="bold" if kind == "all" else None)
    console.print(table)
    if each.plain:
        _show_plain(each)
    for judged in worst(each.judged, count):
        _show_query(judged)


def _show_plain(each: SetReport) -> None:
    table = Table(title="Plain BM25 (Snowball, title weight 3) on the same documents", title_justify="left")
    table.add_column("Kind of query")
    for heading in ("nDCG@10", "First right", "Obscured", "We gain", "With actions"):
        table.add_column(heading, justify="right")
    ours = by_kind(each.judged)
    for kind, row in by_kind(each.plain).items():
        table.add_row(
            kind,
            f"{row.ndcg:.3f}",
            _percent(row.first),
            _percent(row.obscured),
            f"{ours[kind].ndcg - row.ndcg:+.3f}",
            f"{ours[kind].ndcg_actions - row.ndcg_actions:+.3f}",
            style="bold" if kind == "all" else None,
        )
    console.print(table)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _show_query(each: Judged) -> None:
    console.print(
        f"\n[bold]{plain(each.query.q)}[/bold] ({each.query.kind}, {each.query.kommun or 'no home'})"
    )
    obscured = ", obscured" if each.obscured else ""
    console.print(f"  nDCG {each.ndcg:.2f}, first right hit at {each.rank or '-'}{obscured}")
    for hit in each.top[:3]:
        console.print(f"  got {hit.doctype}: {plain(hit.title)} {plain(hit.url)}")
    for url, grade in sorted(each.query.relevant.items(), key=lambda pair: -pair[1])[:2]:
        console.print(f"  wanted ({grade}): {plain(url)}")


def show_positions(asked: list[Asked]) -> None:
    """Print how the test of key positions went, and what was not found."""
    right = sum(each.right for each in asked)
    console.print(
        f"\n[bold]Key positions[/bold], by titles that the municipality does not use: "
        f"{right} of {len(asked)} gave the contact with a phone number within three hits",
        soft_wrap=True,
    )
    for each in asked:
        if each.right:
            continue
        got = "; ".join(f"{title} ({who or 'no contact'} {phone})" for title, who, phone in each.shown)
        wanted = each.position.name or "the unit or the switchboard"
        console.print(
            f"  {plain(each.title)}, {each.position.agency}: wanted {plain(wanted)}, "
            f"got {plain(got or 'nothing')}",
            soft_wrap=True,
        )


def write(path: Path, text: str) -> None:
    """Write a report. Raise DataFolderError where that can't be done."""
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise DataFolderError(f"the report can't be written to {path}: {error}") from error
