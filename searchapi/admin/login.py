"""How does an administrator come in and out? Login, logout, change of password, and the cookies for them."""

import re
import secrets
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from crawler.store.accounts import BusyError, PasswordFlaw, flaw_of
from searchapi.admin.asked import Asked, go_to
from searchapi.admin.forms import is_token_of

PATH = "/admin/logga-in"
HOME = "/admin"
_SESSION_COOKIE = "medborgarsok_admin"
_FORM_COOKIE = "medborgarsok_admin_form"  # what the login form's token belongs to, as no session is there yet
_LONGEST_NAME = 100
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")


def key_of(request: Request) -> str:
    """The key in the session's cookie; empty where there is none."""
    return request.cookies.get(_SESSION_COOKIE, "")[:200]


def show(asked: Asked) -> Response:
    """The login form."""
    if asked.session:
        return go_to(_within(asked.query("till")))
    return _form(asked, till=_within(asked.query("till")))


def enter(asked: Asked) -> Response:
    """Let somebody in, or say no: always in the same words, whatever was wrong."""
    till = _within(asked.form.get("till", ""))
    name = asked.form.get("namn", "").strip()
    if not is_token_of(asked.request.cookies.get(_FORM_COOKIE, ""), asked.form.get("token", "")):
        return _form(asked, till=till, problem="login.expired", status=403)
    try:
        right = asked.accounts.check(name, asked.form.get("losenord", ""), asked.at)
    except BusyError:
        return _form(asked, till=till, name=name, problem="login.busy", status=503)
    if not right:
        return _form(asked, till=till, name=name, problem="login.wrong", status=403)
    if asked.key:
        asked.accounts.end_session(asked.key, asked.at)  # one login a browser
    response = go_to(till)
    _set(response, asked, _SESSION_COOKIE, asked.accounts.begin_session(name, asked.at))
    response.delete_cookie(_FORM_COOKIE, path=HOME)
    return response


def leave(asked: Asked) -> Response:
    """Log out, here and in the store."""
    asked.accounts.end_session(asked.key, asked.at)
    response = go_to(PATH, ut=1)
    response.delete_cookie(_SESSION_COOKIE, path=HOME)
    return response


def show_password(asked: Asked) -> Response:
    """The form for another password."""
    return asked.page("password.html", problem="")


def change_password(asked: Asked) -> Response:
    """Take another password. All other logins of the account end."""
    old, new = asked.form.get("nuvarande", ""), asked.form.get("nytt", "")
    try:
        problem = _refused(asked, old, new)
    except BusyError:
        problem = "login.busy"
    if problem:
        return asked.page("password.html", problem=problem, status=403)
    asked.accounts.change_password(asked.who, new, asked.at)
    response = go_to(HOME, klart="losenord")
    _set(response, asked, _SESSION_COOKIE, asked.accounts.begin_session(asked.who, asked.at))
    return response


def _refused(asked: Asked, old: str, new: str) -> str:
    """Which text says why the new password is not taken; empty where it is."""
    if new != asked.form.get("igen", ""):
        return "password.differ"
    flaw: PasswordFlaw | None = flaw_of(asked.who, new)
    if flaw is not None:
        return f"password.{flaw}"
    return "" if asked.accounts.check(asked.who, old, asked.at) else "password.wrong"


def _form(asked: Asked, *, till: str, name: str = "", problem: str = "", status: int = 200) -> Response:
    kept = asked.request.cookies.get(_FORM_COOKIE, "")  # another tab may show the form already
    key = kept if _KEY.fullmatch(kept) else secrets.token_urlsafe(32)
    response = asked.page(
        "login.html",
        status=status,
        key=key,
        till=till,
        name=name[:_LONGEST_NAME],
        problem=problem,
        left=asked.query("ut") == "1",
    )
    _set(response, asked, _FORM_COOKIE, key)
    return response


def _set(response: Response, asked: Asked, name: str, value: str) -> None:
    response.set_cookie(name, value, path=HOME, httponly=True, samesite="strict", secure=asked.https)


def _within(path: str) -> str:
    """A path of these pages to go on to, or the overview: never a place of somebody else's."""
    parts = urlsplit(path) if path.isprintable() and "\\" not in path else urlsplit("")
    inside = (
        not parts.scheme and not parts.netloc and (parts.path == HOME or parts.path.startswith("/admin/"))
    )
    return path if inside and parts.path != PATH else HOME
