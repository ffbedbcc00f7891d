"""Do pages answer that mean what is asked without saying so, and does everything go on where that fails?

The model is a tiny one that onnxruntime really runs; it knows a handful of words.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from crawler.store import PageStore
from crawler.store.schema import page_vector
from indexer.meaning import why_not
from searchapi.commands.evaluate import measured
from searchapi.meaning_follow import choice_of, make_vectors
from searchapi.processes import start_meaning
from searchapi.settings import Settings
from tests.integration import small_federation
from tests.integration.served import served
from tests.unit.tiny_onnx import make_folder
from tests.waiting import until

_KEY = "villkåpa"
"""A word that no page has. To the model it means the same as bygglov."""
_LAY = f"min {_KEY} då"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    small_federation.build(tmp_path)
    (tmp_path / "agencies.toml").write_text(small_federation.registry_toml(), "utf-8")
    return Settings(
        data_dir=tmp_path,
        registry=tmp_path / "agencies.toml",
        meaning="auto",
        meaning_model=make_folder(tmp_path / "model"),
    )


@contextmanager
def _opened(settings: Settings) -> Iterator[httpx.Client]:
    with served(settings) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
        yield client


def _search(client: httpx.Client, q: str, **parameters: Any) -> dict[str, Any]:
    response = client.get("/api/v1/search", params={"q": q, "kommun": "ekdal", **parameters})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def _check(client: httpx.Client) -> dict[str, Any]:
    checks = client.get("/readyz").json()["checks"]
    return next(check for check in checks if check["name"] == "meaning")


def test_a_page_that_has_none_of_the_words_answers_and_says_why(settings: Settings) -> None:
    make_vectors(settings)
    with _opened(settings) as client:
        until(
            lambda: (
                "0 wait" in _check(client)["detail"] and ", 0 are searched" not in _check(client)["detail"]
            ),
            "every page's vector",
        )
        answer = _search(client, _LAY, explain=True)
        assert answer["hits"][0]["title"] in {"Bygglov", "Altan och uteplats"}
        assert answer["total"] >= len(answer["hits"])
        assert not _search(client, _KEY)["hits"], "a key word that a page lacks does not bring it alone"
        reasons = answer["hits"][0]["explanation"]["reasons"]
        assert "Sidan har inte sökningens ord, men handlar om detsamma." in reasons
        # Within the municipality and the kinds of pages that were asked for, like all hits.
        assert {hit["agency"]["id"] for hit in answer["hits"]} <= {"ekdal", "region-skog", "vuxen"}
        narrowed = _search(client, _LAY, doctype="eservice")
        assert {hit["doctype"] for hit in narrowed["hits"]} <= {"eservice"}


@pytest.mark.parametrize("query", [f'"{_KEY}"', f"{_LAY} -bygglov", f"protokoll {_KEY} 2024"])
def test_exact_words_stay_with_words(settings: Settings, query: str) -> None:
    make_vectors(settings)
    with _opened(settings) as client:
        until(
            lambda: ", 0 are searched" not in _check(client)["detail"] and _check(client)["ok"],
            "the first vectors",
        )
        until(lambda: "are searched" in _check(client)["detail"], "a model")
        titles = [hit["title"] for hit in _search(client, query)["hits"]]
        assert "Bygglov" not in titles


def test_the_process_makes_vectors_that_a_running_server_takes_up(settings: Settings) -> None:
    choice = choice_of(settings)
    assert choice is not None
    with _opened(settings) as client:
        until(lambda: "are searched" in _check(client)["detail"], "a model")
        assert _check(client)["detail"].endswith(" 0 are searched")
        assert not _search(client, _LAY)["hits"]
        child = start_meaning(settings.store_url, choice, "plain")
        try:
            until(lambda: bool(_search(client, _LAY)["hits"]), "the page by its meaning")
            until(lambda: " 0 wait" in _check(client)["detail"], "the last vector")
        finally:
            child.close()
        assert _check(client)["ok"] is True
        assert _check(client)["needed"] is False


def test_a_broken_model_folder_is_told_and_words_go_on(settings: Settings) -> None:
    assert settings.meaning_model is not None
    (settings.meaning_model / "model.onnx").write_bytes(b"no model")
    with _opened(settings) as client:
        until(lambda: not _check(client)["ok"], "the fault to be told")
        check = _check(client)
        assert check["needed"] is False
        assert str(settings.meaning_model) in check["detail"]
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["degraded"]) == (200, True)
        assert _search(client, "bygglov")["hits"]


def test_vectors_of_another_model_are_none_of_this_one(settings: Settings, tmp_path: Path) -> None:
    make_vectors(settings)
    other = settings.model_copy(update={"meaning_model": make_folder(tmp_path / "wider", size=6)})
    with _opened(other) as client:
        until(lambda: "are searched" in _check(client)["detail"], "a model")
        assert not _search(client, _LAY)["hits"]
        assert ": 0 pages have vectors" in _check(client)["detail"]


def test_corrupt_vectors_hide_their_pages_from_meaning_only(settings: Settings) -> None:
    make_vectors(settings)
    with PageStore(settings.store_url) as store, store.writing() as connection:
        connection.execute(sa.update(page_vector).values(vector=b"\xff" * 8))
    with _opened(settings) as client:
        until(lambda: "are searched" in _check(client)["detail"], "a model")
        assert not _search(client, _LAY)["hits"]
        assert _search(client, "bygglov")["hits"]


def test_off_is_said_and_is_no_fault(settings: Settings) -> None:
    with _opened(settings.model_copy(update={"meaning": "off"})) as client:
        check = _check(client)
        assert check["ok"] is True
        assert check["detail"].startswith("off")
        assert not _search(client, _LAY)["hits"]


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    choice = choice_of(settings)
    assert choice is not None
    assert why_not(choice) == ""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert why_not(choice) == "numpy, onnxruntime, tokenizers is not installed; install the extra 'onnx'"


def test_evaluate_makes_the_vectors_that_wait_and_says_how_pages_are_found(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = tmp_path / "few.toml"
    page = "https://www.ekdal.example/bygga/bygglov"
    few.write_text(
        f'[[query]]\nq = "{_LAY}"\nkind = "lay"\nkommun = "ekdal"\nrelevant = {{ "{page}" = 3 }}\n'
    )
    without, _ = measured(settings.model_copy(update={"meaning": "off"}), [few], baseline=False)
    assert "words only" in capsys.readouterr().out
    assert not without[0].judged[0].top
    make_vectors(settings)
    found, _ = measured(settings, [few], baseline=False)
    assert "by meaning too" in capsys.readouterr().out
    assert found[0].judged[0].top
