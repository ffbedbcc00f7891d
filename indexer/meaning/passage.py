"""Which pages get a vector, and of which text is it made?"""

import hashlib

from crawler.record import Doctype
from crawler.store import DocumentRow

MEANT = frozenset(
    {Doctype.GUIDE, Doctype.ESERVICE, Doctype.FORM, Doctype.CONTACT, Doctype.PLACE, Doctype.OTHER}
)
"""Kinds of pages that somebody with an errand looks for. Minutes, news, plans and laws are found by words."""
RECIPE = 1
"""Raised when the text is put together in another way: vectors are then made anew."""
_LENGTH = 400


def passage(row: DocumentRow) -> str:
    """Title, description and the start of the text: what a page says of itself first.

    A model's vector is the mean of its words': more text would blur what the page is about, and the time it
    takes grows faster than the text.
    """
    record = row.record
    parts = [record.title]
    if record.description:
        parts.append(record.description)
    # What the whole site repeats says nothing of this page.
    text = row.text()[: 2 * _LENGTH]
    if text:
        parts.append(text)
    return ". ".join(" ".join(part.split()) for part in parts)[:_LENGTH]


def hash_of(text: str) -> str:
    """The text's SHA-256, as it is kept beside its vector."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
