"""`medborgarsok terminals …`: which public terminals are set up, and how?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from crawler.registry import load_registry
from searchapi.commands.shared import OfDemo, console, settings_for
from searchapi.errors import BadRequestError
from searchapi.terminal import plain
from searchapi.terminals import load_terminals


def register(app: typer.Typer) -> None:
    """Add the commands."""
    terminals = typer.Typer(no_args_is_help=True, help="Public terminals, see docs/terminal.md.")
    app.add_typer(terminals, name="terminals")
    terminals.command("check")(check)
    terminals.callback()(lambda: None)  # so that "check" is said, though it is the only command yet


def check(
    path: Annotated[
        Path | None, typer.Argument(help="The file; the setting `terminals` when not given.")
    ] = None,
    of_demo: OfDemo = False,
) -> None:
    """Validate the file of terminals, and show every problem at once or every terminal with its address."""
    settings = settings_for(of_demo)
    file = path or settings.terminals
    if file is None:
        raise BadRequestError("no file of terminals: name one, or set MEDBORGARSOK_TERMINALS")
    terminals = load_terminals(file, load_registry(settings.registry))
    table = Table(title=f"{len(terminals)} terminals, no problem", title_justify="left")
    for heading in ("Address", "Municipality", "Place", "Language", "Opens pages"):
        table.add_column(heading)
    for terminal in terminals.values():
        table.add_row(
            f"{settings.public_url}/terminal/{terminal.id}",
            terminal.municipality or "all",
            plain(terminal.place),
            terminal.language,
            "yes" if terminal.open_external else "no",
        )
    console.print(table)
