"""Are tokens strong, kept as hashes only, and void once revoked?"""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.store import PageStore
from crawler.store.audit import Audit
from crawler.store.tokens import PREFIX, Purpose, Tokens

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageStore]:
    with PageStore(f"sqlite:///{tmp_path_factory.mktemp('tokens') / 's.sqlite3'}") as opened:
        yield opened


def test_a_secret_has_256_bits_and_is_nowhere_in_the_store(tmp_path: Path) -> None:
    file = tmp_path / "s.sqlite3"
    with PageStore(f"sqlite:///{file}") as store:
        token, secret = Tokens(store).create("Aspviks CMS", Purpose.PUSH, "aspvik", who="britta", at=NOON)
        assert len(base64.urlsafe_b64decode(secret.removeprefix(PREFIX) + "=")) == 32
        assert Tokens(store).bearer(secret) == token
        assert Tokens(store).tokens() == [token]
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert secret.encode() not in kept
    assert secret.removeprefix(PREFIX).encode() not in kept
    assert b"Aspviks CMS" in kept  # (so the files were written when they were searched)


def test_a_revoked_token_is_nobodys(store: PageStore) -> None:
    tokens = Tokens(store)
    token, secret = tokens.create("drift", Purpose.RECRAWL, "", who="britta", at=NOON)
    assert tokens.revoke(token.id, who="britta", at=NOON)
    assert tokens.bearer(secret) is None
    assert not tokens.revoke(token.id, who="britta", at=NOON)
    assert not tokens.revoke(4711, who="britta", at=NOON)
    newest, created = Audit(store).entries(2)
    assert (newest.action, newest.target, newest.who) == ("token revoked", token.who, "britta")
    assert (created.action, created.detail) == ("token created", "recrawl")


def test_two_tokens_of_a_name_are_two(store: PageStore) -> None:
    tokens = Tokens(store)
    one, first = tokens.create("samma", Purpose.RECRAWL, "aspvik", who="britta", at=NOON)
    two, second = tokens.create("samma", Purpose.RECRAWL, "aspvik", who="britta", at=NOON)
    assert first != second
    assert tokens.bearer(first) == one != tokens.bearer(second) == two


def test_a_token_reaches_its_agency_only(store: PageStore) -> None:
    tokens = Tokens(store)
    of_one, _ = tokens.create("en", Purpose.RECRAWL, "aspvik", who="britta", at=NOON)
    of_all, _ = tokens.create("alla", Purpose.RECRAWL, "", who="britta", at=NOON)
    assert of_one.is_for("aspvik")
    assert not of_one.is_for("granaby")
    assert of_all.is_for("granaby")


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "rad\0", "rad\x1b[2J"])
def test_a_name_can_be_shown(store: PageStore, name: str) -> None:
    with pytest.raises(ValueError, match="1 to 100 signs"):
        Tokens(store).create(name, Purpose.RECRAWL, "", who="britta", at=NOON)


def test_a_push_token_names_its_agency(store: PageStore) -> None:
    with pytest.raises(ValueError, match="--agency"):
        Tokens(store).create("cms", Purpose.PUSH, "", who="britta", at=NOON)


@given(st.text() | st.text().map(lambda text: PREFIX + text))
def test_no_other_text_is_a_token(store: PageStore, text: str) -> None:
    assert Tokens(store).bearer(text) is None
