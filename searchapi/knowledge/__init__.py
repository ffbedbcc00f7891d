"""What does the search know of public matters? Word lists and thesaurus, in TOML files beside this."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent


@cache
def load(name: str) -> dict[str, Any]:
    """The content of knowledge/<name>.toml. Do not change what comes back: it is read once and shared."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


@cache
def word_set(name: str, *path: str) -> frozenset[str]:
    """A list of a knowledge file as a set: `word_set("words", "language", "en")`."""
    value: Any = load(name)
    for step in path:
        value = value[step]
    return frozenset(value)
