"""Does `medborgarsok evaluate` measure, compare, ask for officials and write its report?"""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from searchapi.commands import evaluate
from searchapi.errors import BadRequestError, DataFolderError, NotReadyError
from tests.conftest import Program


@pytest.fixture
def run(program: Program, monkeypatch: pytest.MonkeyPatch) -> "Runner":
    for name, value in program.environment.items():
        if name.startswith("MEDBORGARSOK_") or name == "COLUMNS":
            monkeypatch.setenv(name, value)
    return Runner()


class Runner:
    """Runs the command as it stands in a program of its own."""

    def __init__(self) -> None:
        self._app = typer.Typer()
        evaluate.register(self._app)

    def __call__(self, *arguments: str) -> Result:
        """Run it; whatever it raises is in the result."""
        return CliRunner().invoke(self._app, list(arguments))


def _queries(folder: Path, port: int) -> Path:
    path = folder / "few.toml"
    right = f"http://www.norrvik.localhost:{port}/bygga-bo-och-miljo/bygglov"
    path.write_text(
        f'[[query]]\nq = "bygglov"\nkind = "errand"\nkommun = "norrvik"\nrelevant = {{ "{right}" = 3 }}\n'
        '[[query]]\nq = "xyzzyx"\nkind = "lay"\nrelevant = { "http://nowhere.example/" = 3 }\n',
        "utf-8",
    )
    return path


def test_it_measures_against_plain_bm25_and_writes_a_report(
    run: Runner, program: Program, tmp_path: Path
) -> None:
    few = _queries(tmp_path, program.settings.demo_port)
    html = tmp_path / "report.html"
    sets, asked = evaluate.measured(program.settings, [few], of_demo=True)
    assert asked == []
    assert [judged.first for judged in sets[0].judged] == [True, False]
    assert len(sets[0].plain) == 2
    result = run(str(few), "--demo", "--html", str(html))
    assert result.exit_code == 0, result.output
    text = html.read_text("utf-8")
    assert text.startswith("<!doctype html>")
    assert "xyzzyx" in text


def test_without_the_baseline_it_asks_only_us(run: Runner, program: Program, tmp_path: Path) -> None:
    html = tmp_path / "report.html"
    few = _queries(tmp_path, program.settings.demo_port)
    result = run(str(few), "--demo", "--no-baseline", "--html", str(html))
    assert result.exit_code == 0, result.output
    assert "lain BM25" not in html.read_text("utf-8")


def test_what_cant_be_done_is_told(
    run: Runner, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = str(_queries(tmp_path, program.settings.demo_port))
    assert isinstance(run(few, "--demo", "--half", "third").exception, BadRequestError)
    assert isinstance(run(str(tmp_path / "none.toml"), "--demo").exception, BadRequestError)
    unwritable = run(few, "--demo", "--no-baseline", "--html", str(tmp_path / "no" / "report.html"))
    assert isinstance(unwritable.exception, DataFolderError)
    elsewhere = _queries(tmp_path, program.settings.demo_port + 1)
    with pytest.raises(BadRequestError, match="crawl these sites first"):
        evaluate.measured(program.settings, [elsewhere])
    monkeypatch.setenv("MEDBORGARSOK_DATA_DIR", str(tmp_path / "empty"))
    assert isinstance(run(few, "--demo", "--no-baseline").exception, NotReadyError)
