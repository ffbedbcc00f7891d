"""What did a reader of PDFs or office documents find? The plain answer of the child process."""

from dataclasses import asdict, dataclass, field
from typing import Any

from crawler.page import BlockKind

MAX_CHARACTERS = 1_500_000
"""Characters of one document. What stands after them is not read."""
MAX_BLOCKS = 20_000
MAX_PAGES = 1_500
MAX_FIELDS = 200


@dataclass(slots=True)
class RawDocument:
    """A document as read. `blocks` are (kind, level, text); dates are as the file writes them, or ISO."""

    blocks: list[tuple[str, int, str]] = field(default_factory=list)
    heading: str = ""  # the title as it is set on the first page, if one stands out
    meta_title: str = ""
    language: str = ""
    created: str = ""
    modified: str = ""
    pages: int = 0
    fields: list[tuple[str, str]] = field(default_factory=list)  # label or name, type
    meta: dict[str, str] = field(default_factory=dict)
    _size: int = 0

    def add(self, text: str, kind: BlockKind = BlockKind.PARAGRAPH, level: int = 0) -> bool:
        """Take a block. Return False when the document is full."""
        if text and any(map(str.isalnum, text)):
            self.blocks.append((kind.value, level, text[:20_000]))
            self._size += len(text)
        return self._size < MAX_CHARACTERS and len(self.blocks) < MAX_BLOCKS

    def as_json(self) -> dict[str, Any]:
        """For json.dumps."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "RawDocument":
        """The inverse of as_json after a journey through JSON."""
        document = cls(**value)
        document.blocks = [(str(kind), int(level), str(text)) for kind, level, text in document.blocks]
        document.fields = [(str(name), str(kind)) for name, kind in document.fields]
        return document
