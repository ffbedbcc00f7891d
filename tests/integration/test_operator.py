"""Do citizens read who runs the service, and is it said in words where nobody has set it?"""

from pathlib import Path
from typing import Any

import httpx
import pytest

from searchapi.settings import Settings
from searchapi.texts import Texts, languages
from tests.integration import small_federation
from tests.integration.served import served

PAGES = ("/tillganglighet", "/integritet")


def _pages(folder: Path, **operator: Any) -> dict[str, str]:
    """Both pages in every language, of a service that has nothing indexed."""
    (folder / "agencies.toml").write_text(small_federation.registry_toml(), "utf-8")
    settings = Settings(data_dir=folder, registry=folder / "agencies.toml", meaning="off", **operator)
    prefixes = ["" if language == "sv" else f"/{language}" for language in languages()]
    with served(settings) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        return {
            path: client.get(path).text for path in (prefix + page for prefix in prefixes for page in PAGES)
        }


def test_name_address_and_number_are_shown(tmp_path: Path) -> None:
    pages = _pages(
        tmp_path,
        operator_name="Norrviks <kommun>",
        operator_email="sok@norrvik.example",
        operator_phone="0980-31 92 00",
    )
    for path, text in pages.items():
        assert "Norrviks &lt;kommun&gt;" in text, path
        assert 'href="mailto:sok@norrvik.example"' in text, path
        assert 'href="tel:+46980319200">0980-319 200<' in text, path


def test_it_is_said_where_nobody_is_named(tmp_path: Path) -> None:
    for path, text in _pages(tmp_path).items():
        language = path.split("/")[1] if path.count("/") > 1 else "sv"
        assert Texts.load(language)("portal.operator.unknown") in text, path
        assert "mailto:" not in text, path


def test_a_way_to_reach_without_a_name_is_shown(tmp_path: Path) -> None:
    text = _pages(tmp_path, operator_email="sok@norrvik.example")["/tillganglighet"]
    assert Texts.load("sv")("portal.operator.unnamed") in text
    assert "sok@norrvik.example" in text


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="operator_email"):
        Settings(operator_email="norrvik")
