"""What weighs how much? Every weight of the search, from weights.toml, each with its reason and its query."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_suffix(".toml")


class Weights:
    """Weights by dotted name: `weights["prior.errand.guide"]`, or a `table("prior.errand")` of them."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._values: dict[str, float] = {}
        self.reasons: dict[str, tuple[str, str]] = {}
        self._flatten(document, "")
        self._tables: dict[str, dict[str, float]] = {}
        for name, value in self._values.items():
            table, _, leaf = name.rpartition(".")
            self._tables.setdefault(table, {})[leaf] = value

    def _flatten(self, table: Mapping[str, Any], prefix: str) -> None:
        for key, entry in table.items():
            if "value" in entry:
                self._values[prefix + key] = float(entry["value"])
                self.reasons[prefix + key] = (entry["why"], entry["query"])
            else:
                self._flatten(entry, f"{prefix}{key}.")

    def __getitem__(self, name: str) -> float:
        """The weight. Raise KeyError where there is none of that name: a fault of ours."""
        return self._values[name]

    def table(self, name: str) -> Mapping[str, float]:
        """The weights directly under a name."""
        return self._tables[name]


@cache
def load_weights() -> Weights:
    """The weights that come with the program."""
    return Weights(tomllib.loads(_FILE.read_text("utf-8")))
