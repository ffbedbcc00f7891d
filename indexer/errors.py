"""What can go wrong with the index."""


class IndexerError(Exception):
    """Base of every error that this package raises; the message says what to do."""


class IndexUnavailableError(IndexerError):
    """There is no index to search yet, or it can't be opened; `medborgarsok rebuild` makes one."""


class IndexLockedError(IndexerError):
    """Another process writes the index already."""


class IndexWriteError(IndexerError):
    """The index could not be written (disk full, say). What was committed before stays searchable."""


class IndexBrokenError(IndexWriteError):
    """The index can't even be read: it has to be built anew from the store."""
