"""Do the pages for operators and developers name settings and commands that there are?"""

import re
from pathlib import Path

import pytest
import typer.main

from searchapi.cli import app
from searchapi.settings import ENVIRONMENT_PREFIX, FILE_VARIABLE, Settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "registry" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMANDS = typer.main.get_group(app)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_variables_and_commands_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    variables = set(re.findall(rf"\b{ENVIRONMENT_PREFIX}[A-Z_]*[A-Z]\b", text)) - {FILE_VARIABLE}
    known = {f"{ENVIRONMENT_PREFIX}{name.upper()}" for name in Settings.model_fields}
    assert variables <= known
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
    for line in re.findall(r"(?:^|[`/ ])medborgarsok ((?:[a-z-]+ ?)+)", code, re.MULTILINE):
        _assert_command(line.split())


def test_the_table_of_settings_names_settings() -> None:
    text = (ROOT / "docs" / "operating.md").read_text("utf-8")
    table = text.partition("## Settings that matter")[2].partition("\n## ")[0]
    named = {name for row in re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE) for name in _codes(row)}
    assert {"user_agent", "public_url", "terminals"} <= named <= set(Settings.model_fields)


def _assert_command(words: list[str]) -> None:
    """The first word is a command, and where it is a group, the second is one of the group's."""
    assert words[0] in COMMANDS.commands, words
    group = getattr(COMMANDS.commands[words[0]], "commands", None)
    assert group is None or len(words) == 1 or words[1] in group, words


def _codes(row: str) -> list[str]:
    return re.findall(r"`([a-z_]+)`", row)
