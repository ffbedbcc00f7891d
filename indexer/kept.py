"""Which documents are kept decoded between searches? Those looked at last, within a bound of characters."""

import threading
from collections import OrderedDict

from indexer.engine import IndexedDocument

MAX_CHARACTERS = 24_000_000
"""Characters of all texts kept: about 50 MB, as a text with one sign beyond Latin-1 takes two bytes each."""
MAX_DOCUMENTS = 4000
_BESIDE = 3000  # what a record takes beside its texts, in characters

Key = tuple[int, int]


class KeptDocuments:
    """Decoded documents by segment and number, the longest unused given up first. Safe to share."""

    def __init__(self, characters: int = MAX_CHARACTERS, documents: int = MAX_DOCUMENTS) -> None:
        self._limit = characters
        self._most = documents
        self._held = 0
        self._documents: OrderedDict[Key, IndexedDocument] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> IndexedDocument | None:
        """The document, if it is kept."""
        with self._lock:
            document = self._documents.get(key)
            if document is not None:
                self._documents.move_to_end(key)
            return document

    def put(self, key: Key, document: IndexedDocument) -> None:
        """Keep a document. One that alone fills much of the room is not kept."""
        size = _size(document)
        if size > self._limit // 8:
            return
        with self._lock:
            if key in self._documents:
                return
            self._documents[key] = document
            self._held += size
            while self._held > self._limit or len(self._documents) > self._most:
                _, given_up = self._documents.popitem(last=False)
                self._held -= _size(given_up)

    def __len__(self) -> int:
        return len(self._documents)


def _size(document: IndexedDocument) -> int:
    own = 0 if document.text is document.record.text else len(document.text)
    return len(document.record.text) + own + _BESIDE
