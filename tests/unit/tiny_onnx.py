"""A model folder that onnxruntime really runs: a table of word vectors, and a tokenizer of words."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace

WORDS = ("[UNK]", "query", "passage", ":", "bygga", "bygglov", "altan", "skola", "förskola", "villkåpa")
SIZE = 4
_TABLE = np.array(
    [
        [0.0, 0.0, 0.0, 0.1],
        [0.0, 0.0, 0.1, 0.0],
        [0.0, 0.0, 0.1, 0.0],
        [0.0, 0.0, 0.1, 0.0],
        [1.0, 0.0, 0.0, 0.0],
        [1.0, 0.0, 0.0, 0.0],
        [0.9, 0.1, 0.0, 0.0],
        [0.0, 1.0, 0.0, 0.0],
        [0.0, 1.0, 0.0, 0.0],
        [1.0, 0.0, 0.0, 0.0],  # a word that stands on no page
    ],
    np.float32,
)


def make_folder(folder: Path, *, kind: str = "tokens", size: int = SIZE) -> Path:
    """Write model.onnx and tokenizer.json.

    `kind`: "tokens" gives a vector a token, "text" one for the text, "scalar" nothing of use, "strange" wants
    an input that no sentence model has.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    onnx.save(_model(kind, size), str(folder / "model.onnx"))
    return folder


def _model(kind: str, size: int) -> onnx.ModelProto:
    table = np.zeros((len(WORDS), size), np.float32)
    table[:, : min(size, SIZE)] = _TABLE[:, : min(size, SIZE)]
    first = "pixels" if kind == "strange" else "input_ids"
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, [1, None])
        for name in (first, "attention_mask")
    ]
    nodes = [helper.make_node("Gather", ["table", first], ["tokens"], axis=0)]
    shape: list[int | None] = [1, None, size]
    out = "tokens"
    if kind == "text":
        axes = numpy_helper.from_array(np.array([1], np.int64), "axes")
        nodes.append(helper.make_node("ReduceMean", ["tokens", "axes"], ["text"], keepdims=0))
        out, shape = "text", [1, size]
    elif kind == "scalar":
        nodes.append(helper.make_node("ReduceMean", ["tokens"], ["scalar"], keepdims=0))
        out, shape = "scalar", []
    tables = [numpy_helper.from_array(table, "table")]
    if kind == "text":
        tables.append(axes)
    graph = helper.make_graph(
        nodes, "tiny", inputs, [helper.make_tensor_value_info(out, TensorProto.FLOAT, shape)], tables
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.checker.check_model(model)
    return model
