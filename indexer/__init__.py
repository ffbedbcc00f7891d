"""Swedish analysis, and the index that is derived from the page store."""

from indexer.analysis import Analyzer
from indexer.errors import IndexerError, IndexLockedError, IndexUnavailableError, IndexWriteError
from indexer.follow import IndexFollower, rebuild
from indexer.schema import number_of
from indexer.spelling import Correction, Speller
from indexer.tantivy_engine import open_engine

__all__ = [
    "Analyzer",
    "Correction",
    "IndexFollower",
    "IndexLockedError",
    "IndexUnavailableError",
    "IndexWriteError",
    "IndexerError",
    "Speller",
    "number_of",
    "open_engine",
    "rebuild",
]
