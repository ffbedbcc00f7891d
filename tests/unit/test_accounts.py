"""Do accounts let in whom they should, for as long as they should, and nobody else?"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from crawler.store import PageStore
from crawler.store.accounts import (
    FIRST_WAIT,
    FREE_FAILURES,
    IDLE,
    LONGEST,
    LONGEST_WAIT,
    Accounts,
    PasswordFlaw,
    _wait,
    flaw_of,
    is_account_name,
)
from crawler.store.audit import Audit
from crawler.store.schema import account, login_session

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
GOOD = "en lång räcka ord"


@pytest.fixture
def store(tmp_path: Path):
    with PageStore(f"sqlite:///{tmp_path / 'store.sqlite3'}") as opened:
        yield opened


@pytest.fixture
def accounts(store: PageStore) -> Accounts:
    made = Accounts(store)
    assert made.create("maja", GOOD, NOW, by="command line test")
    return made


def test_only_the_right_password_of_the_right_name_passes(accounts: Accounts) -> None:
    assert accounts.check("maja", GOOD, NOW)
    assert accounts.check("maja", "en la\u030ang ra\u0308cka ord", NOW), "å as two signs is å"
    assert not accounts.check("maja", GOOD + " ", NOW)
    assert not accounts.check("nils", GOOD, NOW)
    assert not accounts.check("", "", NOW)
    assert not accounts.check("maja\0", "\ud800" * 10, NOW)


def test_neither_password_nor_key_is_kept(store: PageStore, accounts: Accounts) -> None:
    key = accounts.begin_session("maja", NOW)
    with store.reading() as connection:
        kept = [*connection.execute(sa.select(account)), *connection.execute(sa.select(login_session))]
    assert kept[0].password_hash.startswith("$argon2id$")
    assert len(key) >= 43, "256 bits"
    for row in kept:
        assert GOOD not in str(row)
        assert key not in str(row)


def test_an_existing_name_is_replaced_only_on_demand(accounts: Accounts) -> None:
    key = accounts.begin_session("maja", NOW)
    assert not accounts.create("maja", "något helt annat", NOW, by="x")
    assert accounts.check("maja", GOOD, NOW)
    assert accounts.session(key, NOW)
    assert accounts.create("maja", "något helt annat", NOW, by="x", replace=True)
    assert not accounts.check("maja", GOOD, NOW)
    assert accounts.check("maja", "något helt annat", NOW)
    assert accounts.session(key, NOW) is None, "who was in by the old password is out"


def test_the_waits_grow_and_the_right_password_waits_too(accounts: Accounts) -> None:
    for _ in range(FREE_FAILURES - 1):
        assert not accounts.check("maja", "fel", NOW)
    assert accounts.check("maja", GOOD, NOW), "a few slips cost nothing"
    for _ in range(FREE_FAILURES):
        assert not accounts.check("maja", "fel", NOW)
    assert not accounts.check("maja", GOOD, NOW + FIRST_WAIT - SECOND)
    assert not accounts.check("maja", "fel", NOW + FIRST_WAIT), "one try after the wait"
    assert not accounts.check("maja", GOOD, NOW + FIRST_WAIT + 2 * FIRST_WAIT - SECOND), "and twice the wait"
    assert accounts.check("maja", GOOD, NOW + 3 * FIRST_WAIT)
    assert accounts.all()[0].failures == 0
    assert [_wait(n) for n in (4, 5, 6, 1000)] == [timedelta(), FIRST_WAIT, 2 * FIRST_WAIT, LONGEST_WAIT]


def test_locking_is_told_to_administrators_once(store: PageStore, accounts: Accounts) -> None:
    for _ in range(FREE_FAILURES + 3):
        accounts.check("maja", "fel", NOW)
    for _ in range(FREE_FAILURES + 3):
        accounts.check("finns-inte", "fel", NOW)
    locked = Audit(store).entries(action="login_locked")
    assert [(entry.who, entry.target) for entry in locked] == [("maja", "maja")]


def test_an_unknown_name_costs_the_same_work(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    from crawler.store import accounts as module

    done: list[str] = []
    verify = module._verified

    def counted(digest: str, password: str) -> bool:
        done.append(digest.rsplit("$", 2)[0])  # the parameters, without salt and hash
        return verify(digest, password)

    monkeypatch.setattr(module, "_verified", counted)
    accounts.check("maja", "fel", NOW)
    accounts.check("finns-inte", "fel", NOW)
    accounts.disable("maja", NOW, by="x")
    accounts.check("maja", GOOD, NOW)
    assert len(done) == 3
    assert len(set(done)) == 1


def test_a_session_ends_by_idling_by_age_by_logout_and_by_the_account(accounts: Accounts) -> None:
    key = accounts.begin_session("maja", NOW)
    assert accounts.session(key, NOW + IDLE - SECOND)
    assert accounts.session(key, NOW + 2 * IDLE - 2 * SECOND), "used, so it goes on"
    assert accounts.session(key, NOW + 5 * IDLE) is None

    key = accounts.begin_session("maja", NOW)
    for hour in range(12):
        assert accounts.session(key, NOW + timedelta(hours=hour))
    assert accounts.session(key, NOW + LONGEST) is None, "however busy"

    key = accounts.begin_session("maja", NOW)
    assert accounts.session(key, NOW + IDLE - SECOND, active=False)
    assert accounts.session(key, NOW + IDLE + SECOND) is None, "a page that renews itself is nobody's doing"

    key, other = accounts.begin_session("maja", NOW), accounts.begin_session("maja", NOW)
    accounts.end_session(key, NOW)
    assert accounts.session(key, NOW) is None
    assert accounts.session(other, NOW)
    accounts.change_password("maja", "ett annat långt ord", NOW)
    assert accounts.session(other, NOW) is None
    key = accounts.begin_session("maja", NOW)
    assert accounts.disable("maja", NOW, by="x")
    assert accounts.session(key, NOW) is None
    assert not accounts.disable("finns-inte", NOW, by="x")


@pytest.mark.parametrize(
    ("password", "flaw"),
    [
        ("kort ord", PasswordFlaw.TOO_SHORT),
        ("x" * 501, PasswordFlaw.TOO_LONG),
        ("Maja älskar katter", PasswordFlaw.LIKE_NAME),
        ("aaaaaaaaaaaaaaaa", PasswordFlaw.TOO_SIMPLE),
        ("abababababababab", PasswordFlaw.TOO_SIMPLE),
        ("123456789:;<=", PasswordFlaw.TOO_SIMPLE),
        (GOOD, None),
    ],
)
def test_weak_passwords_are_named(password: str, flaw: PasswordFlaw | None) -> None:
    assert flaw_of("maja", password) is flaw


@pytest.mark.parametrize(
    ("name", "good"),
    [
        *(("maja", True), ("åsa.öberg@ekdal.example", True), ("", False), ("a b", False)),
        *(("a" * 101, False), ("<b>", False), ("maja\n", False), ("-x", False)),
    ],
)
def test_names_are_plain(name: str, good: bool) -> None:
    assert is_account_name(name) is good
