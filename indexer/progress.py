"""How far has the index come? The store's revision up to which what is searched is complete."""

from pathlib import Path

from indexer.errors import IndexUnavailableError
from indexer.generations import Generations
from indexer.schema import FORMAT


def indexed_revision(index_dir: Path) -> int | None:
    """The store's revision that the searched index stands for; None where there is no index of this version.

    Two small files are read. Not to be confused with Snapshot.revision, which numbers the index's commits.
    """
    generations = Generations(Path(index_dir))
    try:
        state = generations.state(generations.current())
    except IndexUnavailableError:
        return None
    return state.revision if state is not None and state.format == FORMAT else None
