"""`medborgarsok token …`: which programs may ask for crawls or send documents?"""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from crawler.registry import load_registry
from crawler.store import PageStore
from crawler.store.tokens import Purpose, Tokens
from searchapi.commands.operator import operator
from searchapi.commands.shared import OfDemo, console, settings_for
from searchapi.errors import BadRequestError
from searchapi.terminal import plain


def register(app: typer.Typer) -> None:
    """Add the commands."""
    tokens = typer.Typer(no_args_is_help=True, help="Tokens of programs that use the API.")
    app.add_typer(tokens, name="token")
    tokens.command("create")(create)
    tokens.command("list")(list_)
    tokens.command("revoke")(revoke)


def create(
    name: Annotated[str, typer.Argument(help="What it is for, so that it is known again in the list.")],
    purpose: Annotated[
        Purpose, typer.Option(help="recrawl: ask for crawls. push: send documents. feedback: read it.")
    ],
    agency: Annotated[
        str, typer.Option(help="Only for this agency; needed for push, all of them when left out.")
    ] = "",
    of_demo: OfDemo = False,
) -> None:
    """Make a token and show its secret, once: only its hash is kept."""
    settings = settings_for(of_demo)
    if agency:
        _ = load_registry(settings.registry)[agency]
    with PageStore(settings.store_url) as store:
        try:
            token, secret = Tokens(store).create(name, purpose, agency, who=operator(), at=datetime.now(UTC))
        except ValueError as error:
            raise BadRequestError(str(error)) from error
    console.print(
        f"Token {token.id} for {purpose} of {plain(agency) or 'all agencies'}. Its secret, shown now only:"
    )
    typer.echo(secret)
    console.print("Send it with every request as the header Authorization: Bearer <secret>.")


def list_(of_demo: OfDemo = False) -> None:
    """Show all tokens, without their secrets."""
    table = Table(title="Tokens", title_justify="left")
    for heading in ("Id", "Name", "Purpose", "Agency", "Made (UTC)", "Revoked"):
        table.add_column(heading)
    with PageStore(settings_for(of_demo).store_url) as store:
        for token in Tokens(store).tokens():
            table.add_row(
                str(token.id),
                plain(token.name),
                token.purpose,
                plain(token.agency) or "all",
                f"{token.created:%Y-%m-%d %H:%M}",
                f"{token.revoked:%Y-%m-%d %H:%M}" if token.revoked else "",
            )
    console.print(table)


def revoke(
    number: Annotated[int, typer.Argument(metavar="ID", min=1, help="Its number in the list.")],
    of_demo: OfDemo = False,
) -> None:
    """Make a token void from now on."""
    with PageStore(settings_for(of_demo).store_url) as store:
        if not Tokens(store).revoke(number, who=operator(), at=datetime.now(UTC)):
            raise BadRequestError(f"there is no token {number} that is not revoked yet; see token list")
    console.print(f"Token {number} is void from now on.")
