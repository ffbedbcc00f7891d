"""What is a model of meaning to the rest of the program, and what is a vector in the store?"""

from typing import TYPE_CHECKING, Any, Protocol

from indexer.meaning.errors import MeaningError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]
else:
    Vector = Any

_STORED = "<f2"
_LENGTH_OFF = 0.02
"""How far from 1 a stored vector's length may be: 16-bit floats round, and bits that fell over do more."""


class EmbeddingModel(Protocol):
    """Makes vectors of length 1 from texts. Safe to share between threads."""

    name: str
    """Names the model and the text that it is given: vectors of different names can't be compared."""
    size: int
    """How many numbers a vector has."""

    def query(self, text: str) -> Vector:
        """The vector of a query. Raise MeaningError."""

    def passage(self, text: str) -> Vector:
        """The vector of a page's text. Raise MeaningError."""


def usable(values: Any, size: int | None) -> Vector:
    """The vector with length 1. Raise MeaningError for what is none, or has not `size` numbers."""
    import numpy as np

    vector = np.asarray(values, dtype=np.float32)
    if vector.ndim != 1 or not vector.size or (size is not None and vector.size != size):
        raise MeaningError(f"the model gives {vector.shape} numbers where {size or 'some'} are wanted")
    length = float(np.linalg.norm(vector))
    if not np.isfinite(length) or length < 1e-6:
        raise MeaningError("the model gives a vector that is no number or has no length")
    return vector / np.float32(length)


def packed(vector: Vector) -> bytes:
    """The vector as the store keeps it."""
    return vector.astype(_STORED).tobytes()


def unpacked(stored: bytes, size: int) -> Vector | None:
    """A stored vector; None where it is broken or of another model's size."""
    import numpy as np

    if len(stored) != 2 * size:
        return None
    vector: Vector = np.frombuffer(stored, dtype=_STORED).astype(np.float32)
    length = float(np.linalg.norm(vector))
    return vector if abs(length - 1.0) <= _LENGTH_OFF else None
