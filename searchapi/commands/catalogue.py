"""The command `medborgarsok export catalogue`: e-services, forms, contacts and places as open data."""

import sys
from typing import Annotated

import typer

from crawler.registry import load_registry
from indexer import open_engine
from searchapi.catalogue import CatalogueKeeper
from searchapi.catalogue.open_data import KINDS, as_csv, as_json_ld, as_json_lines, chosen
from searchapi.commands.shared import OfDemo, settings_for
from searchapi.search import SearchService

_FORMATS = {"jsonl": as_json_lines, "csv": as_csv}


def export_catalogue(
    agency: Annotated[list[str] | None, typer.Argument(help="Agency ids; all when none is given.")] = None,
    form: Annotated[str, typer.Option("--format", help="jsonl, csv or jsonld.")] = "jsonl",
    of_demo: OfDemo = False,
) -> None:
    """The catalogue of e-services, forms, contacts and places: the same as GET /api/v1/catalogue."""
    settings = settings_for(of_demo)
    registry = load_registry(settings.registry)
    agencies = [registry[name] for name in agency] if agency else list(registry)
    if form not in {*_FORMATS, "jsonld"}:
        raise typer.BadParameter(f"{form!r} is no format; give jsonl, csv or jsonld")
    service = SearchService(open_engine(settings.index_dir), registry, settings)
    rows = chosen(CatalogueKeeper().fresh(service), agencies, KINDS)
    for piece in as_json_ld(rows) if form == "jsonld" else _FORMATS[form](rows):
        sys.stdout.write(piece)
