"""How does a model in a folder (model.onnx, tokenizer.json) make vectors? By onnxruntime and tokenizers."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from indexer.meaning.errors import MeaningError
from indexer.meaning.interface import Vector, usable
from indexer.meaning.passage import RECIPE

_MOST_TOKENS = 512
_READ_AT_ONCE = 1 << 20
_INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids"})


class OnnxModel:
    """A sentence model exported to ONNX. Safe to share between threads.

    Its first output is a vector for each token, of which the mean is taken, or one for the whole text.
    """

    def __init__(self, folder: Path, query_prefix: str, passage_prefix: str) -> None:
        """Load and try the model. Raise MeaningError with what is wrong with the folder."""
        self._query_prefix, self._passage_prefix = query_prefix, passage_prefix
        model, tokenizer = folder / "model.onnx", folder / "tokenizer.json"
        lacking = [path.name for path in (model, tokenizer) if not path.is_file()]
        if lacking:
            raise MeaningError(f"the model folder {folder} has no {' and no '.join(lacking)}")
        self._tokenizer, self._session = _load(folder, model, tokenizer)
        self._inputs = {one.name for one in self._session.get_inputs()}
        strange = self._inputs - _INPUTS
        if strange:
            raise MeaningError(
                f"the model in {folder} wants {', '.join(sorted(strange))}, which no sentence model does"
            )
        self.size = len(self._embed("prov"))
        self.name = f"onnx {_fingerprint(model, tokenizer, query_prefix, passage_prefix)}, text {RECIPE}"

    def query(self, text: str) -> Vector:
        """The vector of a query. Raise MeaningError."""
        return self._embed(self._query_prefix + text)

    def passage(self, text: str) -> Vector:
        """The vector of a page's text. Raise MeaningError."""
        return self._embed(self._passage_prefix + text)

    def _embed(self, text: str) -> Vector:
        try:
            encoded = self._tokenizer.encode(text.encode("utf-8", "replace").decode("utf-8"))
            ids = np.array([encoded.ids], dtype=np.int64)
            mask = np.array([encoded.attention_mask], dtype=np.int64)
            given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            out = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        except Exception as error:
            raise MeaningError(f"the model fails: {_first_line(error)}") from error
        values = np.asarray(out, dtype=np.float32)
        if values.ndim == 3 and values.shape[0] == 1 and values.shape[1] == mask.shape[1]:
            weights = mask[0].astype(np.float32)
            values = (values[0] * weights[:, None]).sum(axis=0) / max(float(weights.sum()), 1.0)
        elif values.ndim == 2 and values.shape[0] == 1:
            values = values[0]
        else:
            raise MeaningError(f"the model gives a tensor of {values.shape}, and no vectors of texts")
        return usable(values, getattr(self, "size", None))


def _load(folder: Path, model: Path, tokenizer: Path) -> tuple[Any, Any]:
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        words = Tokenizer.from_file(str(tokenizer))
        words.enable_truncation(max_length=_MOST_TOKENS)
        words.no_padding()
        session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise MeaningError(f"the model folder {folder} can't be used: {_first_line(error)}") from error
    return words, session


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__


def _fingerprint(model: Path, tokenizer: Path, *prefixes: str) -> str:
    digest = hashlib.sha256("\0".join(prefixes).encode())
    for path in (model, tokenizer):
        with path.open("rb") as opened:
            while block := opened.read(_READ_AT_ONCE):
                digest.update(block)
    return digest.hexdigest()[:16]
