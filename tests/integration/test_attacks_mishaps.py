"""Do mishaps of operators say what to do: a registry, a store, a folder, a process that is broken?"""

import os
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from rich.text import Text

from crawler.errors import RegistryError, StoreError
from crawler.registry import load_registry
from crawler.store import PageStore
from searchapi import processes, terminal
from searchapi.settings import Settings
from tests.integration import small_federation

_ENTRY = '[[agency]]\nid = "a"\nname = "A"\nkind = "other"\nseeds = ["https://a.example/"]\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("agency = [[1]]", "an agency is a table"),
        ('agency = ["x"]', "an agency is a table"),
        ("x = " + "9" * 5_000, "holds what no registry needs"),
        ("x = " + "[" * 100_000, "holds what no registry needs"),
        (_ENTRY.replace("a.example/", "a.example:99999/"), "Port out of range"),
        (_ENTRY.replace("a.example/", "a b.example/"), "not a host name"),
        (_ENTRY.replace('"A"', '"\\u001b[31mA"'), "signs that can't be shown"),
    ],
    ids=["lists", "words", "digits", "brackets", "port", "host", "escapes"],
)
def test_no_registry_brings_the_program_down(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "agencies.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(RegistryError, match=re.escape(told)):
        load_registry(path)


def test_a_registry_with_a_byte_order_mark_is_one(tmp_path: Path) -> None:
    path = tmp_path / "agencies.toml"
    path.write_text(_ENTRY, "utf-8-sig")
    assert [agency.id for agency in load_registry(path)] == ["a"]


def test_text_of_others_has_no_effect_on_a_terminal() -> None:
    shown = Text.from_markup(terminal.plain("[/b] [red]x[/red] \x1b]0;x\x07 \u202eabc")).plain
    assert shown == "[/b] [red]x[/red] \ufffd]0;x\ufffd \ufffdabc"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small federation's store."""
    folder = tmp_path_factory.mktemp("damaged")
    small_federation.build(folder)
    return Settings(data_dir=folder)


def _damaged(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda path: path.write_bytes(b"no database" * 1_000), "not a database. To do: "),
        (lambda path: path.write_bytes(path.read_bytes()[:9_000]), "malformed. To do: "),
        (lambda path: _damaged(path, "UPDATE alembic_version SET version_num = 'x'"), "a later version"),
        (lambda path: _damaged(path, "UPDATE document SET record = '{}'"), "crawl ekdal into a new one"),
        (lambda path: _damaged(path, "DROP TABLE document"), "no such table: document. To do: "),
    ],
    ids=["garbage", "cut", "newer", "record", "table"],
)
def test_a_damaged_store_says_what_to_do(
    settings: Settings, tmp_path: Path, damage: Callable[[Path], object], told: str
) -> None:
    path = tmp_path / "store.sqlite3"
    with closing(sqlite3.connect(settings.data_dir / "store.sqlite3")) as whole:
        whole.execute("VACUUM INTO ?", [str(path)])
    damage(path)
    with pytest.raises(StoreError) as caught, PageStore(f"sqlite:///{path}") as store:
        list(store.documents())
    assert told in str(caught.value)
    assert "SELECT" not in str(caught.value)


def test_a_store_in_memory_is_refused() -> None:
    with pytest.raises(StoreError, match="names no file"):
        PageStore("sqlite://")


def test_a_data_folder_that_cant_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = subprocess.run(
        [sys.executable, "-m", "searchapi.cli", "demo"],
        env={**os.environ, "MEDBORGARSOK_DATA_DIR": str(tmp_path / "file")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 2
    assert "can't be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_process_that_ends_by_itself_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_WATCH_SECONDS", 0.05)
    starts = threading.Semaphore(0)

    def start() -> processes.Child:
        starts.release()
        return processes.Child("searchapi")  # a package without __main__: it ends at once

    with processes.KeptRunning(start):
        assert all(starts.acquire(timeout=30) for _ in range(3))
