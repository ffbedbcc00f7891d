"""Do both models of meaning run, and does a bad one say what is wrong with it?"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from indexer.meaning import EmbeddingModel, MeaningError, ModelChoice, open_model, why_not
from indexer.meaning.interface import packed, unpacked, usable
from tests.unit.tiny_onnx import SIZE, make_folder


@pytest.fixture(scope="module")
def bundled() -> Iterator[EmbeddingModel]:
    if lacking := why_not(ModelChoice()):
        pytest.skip(lacking)
    try:
        yield open_model(ModelChoice())
    except MeaningError as error:
        pytest.skip(str(error))


def test_the_bundled_model_knows_what_means_the_same(bundled: EmbeddingModel) -> None:
    pages = ["Bygglov. Du behöver lov för att bygga ut huset.", "Förskola. Ansök om plats för ditt barn."]
    vectors = np.stack([bundled.passage(page) for page in pages])
    assert vectors.shape == (2, bundled.size)
    for query, right in (("how do I get a building permit", 0), ("var kan min dotter gå på dagis", 1)):
        assert int(np.argmax(vectors @ bundled.query(query))) == right


@pytest.mark.parametrize("text", ["", " ", "a\0b", "\ud83d", "😀" * 300, "ord " * 300, "\u202e‮"])
def test_the_bundled_model_takes_any_text(bundled: EmbeddingModel, text: str) -> None:
    vector = bundled.query(text)
    assert np.isfinite(vector).all()
    assert float(np.linalg.norm(vector)) == pytest.approx(1.0, abs=1e-4)


def test_the_bundled_model_says_by_itself_whether_it_runs(bundled: EmbeddingModel) -> None:
    done = subprocess.run([sys.executable, "-m", "indexer.meaning.bundled"], check=False, timeout=120)
    assert done.returncode == 0


@pytest.mark.parametrize("kind", ["tokens", "text"])
def test_a_model_in_a_folder_runs(tmp_path: Path, kind: str) -> None:
    model = open_model(ModelChoice(make_folder(tmp_path / "model", kind=kind)))
    assert model.size == SIZE
    query = model.query("bygga altan")
    assert float(np.linalg.norm(query)) == pytest.approx(1.0, abs=1e-5)
    assert float(query @ model.passage("bygglov")) > float(query @ model.passage("förskola")) + 0.5


def test_prefixes_are_put_before_texts_and_name_the_model(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "model")
    with_words = open_model(ModelChoice(folder, "skola ", ""))
    without = open_model(ModelChoice(folder, "", ""))
    assert float(with_words.query("altan") @ without.query("skola")) > 0.5
    assert float(without.query("altan") @ without.query("skola")) < 0.2
    assert with_words.name != without.name


def test_any_text_has_a_vector_of_a_folders_model_or_is_refused_by_name(tmp_path: Path) -> None:
    model = open_model(ModelChoice(make_folder(tmp_path / "model"), "", ""))
    assert model.query("bygga " * 5000).shape == (SIZE,)
    assert model.query("\ud83d").shape == (SIZE,)
    with pytest.raises(MeaningError):
        model.query("")


@pytest.mark.parametrize(("kind", "told"), [("scalar", "no vectors of texts"), ("strange", "wants pixels")])
def test_a_model_of_another_kind_is_refused(tmp_path: Path, kind: str, told: str) -> None:
    with pytest.raises(MeaningError, match=told):
        open_model(ModelChoice(make_folder(tmp_path / "model", kind=kind)))


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("content", [None, b"", b"{}", b"\x00\xff" * 500])
def test_a_broken_folder_is_refused_in_one_line(tmp_path: Path, name: str, content: bytes | None) -> None:
    folder = make_folder(tmp_path / "model")
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    with pytest.raises(MeaningError) as caught:
        open_model(ModelChoice(folder))
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(MeaningError, match=r"no model\.onnx and no tokenizer\.json"):
        open_model(ModelChoice(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    "values", [[], [[1.0]], [float("nan")] * 3, [0.0] * 3, [1.0] * 4, [float("inf")] * 3]
)
def test_what_is_no_vector_is_refused(values: list[float]) -> None:
    with pytest.raises(MeaningError):
        usable(values, 3)


def test_a_vector_survives_the_store(tmp_path: Path) -> None:
    vector = usable(np.random.default_rng(1).standard_normal(384), 384)
    back = unpacked(packed(vector), 384)
    assert back is not None
    assert float(vector @ back) == pytest.approx(1.0, abs=1e-3)
    assert unpacked(packed(vector), 383) is None
