"""`medborgarsok admin`: who may use the administrators' pages?"""

import getpass
import os
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from crawler.store import PageStore
from crawler.store.accounts import (
    MAX_PASSWORD,
    MIN_PASSWORD,
    Accounts,
    PasswordFlaw,
    flaw_of,
    is_account_name,
)
from searchapi.commands.shared import OfDemo, console, settings_for
from searchapi.errors import BadRequestError
from searchapi.terminal import plain

_FLAWS = {
    PasswordFlaw.TOO_SHORT: f"the password is too short; it needs {MIN_PASSWORD} signs at least",
    PasswordFlaw.TOO_LONG: f"the password is too long; it may have {MAX_PASSWORD} signs at most",
    PasswordFlaw.LIKE_NAME: "the password holds the account's name; choose another one",
    PasswordFlaw.TOO_SIMPLE: "the password is too easily guessed; choose several different words",
}


class AccountError(BadRequestError):
    """An account that can't be made or found as it was asked for."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    admin = typer.Typer(no_args_is_help=True, help="The administrators of the pages under /admin.")
    admin.command("create-user")(create_user)
    admin.command("users")(users)
    admin.command("disable-user")(disable_user)
    app.add_typer(admin, name="admin")


def create_user(
    name: Annotated[str, typer.Argument(help='Letters, digits, ".", "_", "-" and "@".')],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input, one line.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Give an existing account a new password and open it again.")
    ] = False,
    of_demo: OfDemo = False,
) -> None:
    """Let somebody use the administrators' pages. The password is asked for twice and not shown."""
    if not is_account_name(name):
        raise AccountError(
            f"{name[:100]!r} can't be an account's name; "
            'use letters, digits, ".", "_", "-" and "@", 100 at most, and begin with a letter or digit'
        )
    with PageStore(settings_for(of_demo).store_url) as store:
        accounts = Accounts(store)
        there = any(account.name == name for account in accounts.all())
        if there and not replace:
            raise AccountError(_taken(name))
        password = _password(password_stdin)
        flaw = flaw_of(name, password)
        if flaw is not None:
            raise AccountError(_FLAWS[flaw])
        if not accounts.create(name, password, datetime.now(UTC), by=_by(), replace=replace):
            raise AccountError(_taken(name))
    what = "has a new password and is open" if there else "can log in"
    console.print(f"{plain(name)} {what}. The pages are at /admin.")


def users(of_demo: OfDemo = False) -> None:
    """Show the accounts: since when, and whether they are open, closed or locked for a while."""
    now = datetime.now(UTC)
    with PageStore(settings_for(of_demo).store_url) as store:
        accounts = Accounts(store).all()
    if not accounts:
        console.print("There are no accounts yet: medborgarsok admin create-user NAME")
        return
    table = Table(title=f"{len(accounts)} accounts", title_justify="left")
    for heading in ("Name", "Created", "Password from", "State"):
        table.add_column(heading)
    for account in accounts:
        locked = account.locked_until is not None and account.locked_until > now
        state = "closed" if account.disabled else "open"
        if locked and account.locked_until is not None:
            state += f", locked until {account.locked_until:%Y-%m-%d %H:%M:%S} UTC"
        table.add_row(
            plain(account.name), f"{account.created:%Y-%m-%d}", f"{account.changed:%Y-%m-%d}", state
        )
    console.print(table)


def disable_user(name: str, of_demo: OfDemo = False) -> None:
    """Close an account and end its logins. `create-user --replace` opens it again."""
    with PageStore(settings_for(of_demo).store_url) as store:
        if not Accounts(store).disable(name, datetime.now(UTC), by=_by()):
            raise AccountError(f"there is no account {name[:100]!r}; `medborgarsok admin users` shows them")
    console.print(f"{plain(name)} is closed, and its logins have ended.")


def _taken(name: str) -> str:
    return f"there is an account {name!r} already; --replace gives it a new password and ends its logins"


def _password(from_stdin: bool) -> str:
    if from_stdin:
        # (Windows ends lines with two signs. All of a line counts: blanks may belong to the password.)
        return sys.stdin.readline(4 * MAX_PASSWORD).removesuffix("\n").removesuffix("\r")
    if not sys.stdin.isatty():
        raise AccountError("there is no terminal to ask for the password; give it with --password-stdin")
    first = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != first:
        raise AccountError("the two passwords differ; nothing was changed")
    return first


def _by() -> str:
    """Who runs the command, for the audit."""
    try:
        return f"command line {getpass.getuser()}"
    except (KeyError, OSError):  # a user without a name, as in containers
        return f"command line user {os.getuid()}"
