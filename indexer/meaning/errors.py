"""What can go wrong with a language model?"""

from indexer.errors import IndexerError


class MeaningError(IndexerError):
    """A model can't be opened or gives no usable vectors. Searches by words go on without it."""
