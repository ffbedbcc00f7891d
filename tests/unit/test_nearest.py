"""Are the nearest vectors found, among few and among many, whatever comes and goes?"""

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.meaning.nearest import FEW, Row, VectorSearch

SIZE = 96


def _vectors(count: int, seed: int = 0) -> NDArray[np.float32]:
    """Unit vectors in clusters around a common direction, as models make them."""
    centres = np.random.default_rng(7).standard_normal((40, SIZE)) + 2.0
    generator = np.random.default_rng(seed)
    found = centres[np.arange(count) % 40] + 0.6 * generator.standard_normal((count, SIZE))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def _filled(vectors: NDArray[np.float32]) -> VectorSearch:
    search = VectorSearch(SIZE)
    search.put(
        Row(number, f"agency{number % 3}", "guide" if number % 2 else "form", vector)
        for number, vector in enumerate(vectors)
    )
    return search


def _exactly(vectors: NDArray[np.float32], query: NDArray[np.float32], limit: int) -> list[int]:
    return [int(number) for number in np.argsort(-(vectors @ query))[:limit]]


@pytest.mark.parametrize("count", [1, 50, FEW, 4 * FEW])
def test_the_nearest_are_those_of_an_exact_comparison(count: int) -> None:
    vectors = _vectors(count)
    search = _filled(vectors)
    found = 0
    queries = _vectors(20, seed=1)
    for query in queries:
        found += len(set(search.nearest(query, 10).numbers) & set(_exactly(vectors, query, 10)))
    assert found >= 0.97 * 20 * min(10, count)


def test_cosines_are_in_order_and_right() -> None:
    vectors = _vectors(300)
    search = _filled(vectors)
    query = _vectors(1, seed=2)[0]
    near = search.nearest(query, 5)
    assert list(near.cosines) == sorted(near.cosines, reverse=True)
    assert near.cosines == pytest.approx([float(vectors[n] @ query) for n in near.numbers], abs=2e-3)
    assert search.cosines(query, [7, 999_999]) == {7: pytest.approx(float(vectors[7] @ query), abs=2e-3)}
    assert near.mean < near.cosines[0]


@pytest.mark.parametrize("count", [600, 2 * FEW])
def test_limits_are_held(count: int) -> None:
    vectors = _vectors(count)
    search = _filled(vectors)
    query = _vectors(1, seed=3)[0]
    near = search.nearest(query, 20, agencies={"agency1"}, doctypes={"guide"})
    assert len(near.numbers) == 20
    assert all(number % 3 == 1 and number % 2 == 1 for number in near.numbers)
    assert not search.nearest(query, 20, agencies={"nobody"}).numbers
    assert not search.nearest(query, 20, doctypes=set()).numbers


def test_what_leaves_is_found_no_more_and_its_place_is_taken() -> None:
    vectors = _vectors(200)
    search = _filled(vectors)
    query = vectors[50]
    assert search.nearest(query, 1).numbers == [50]
    search.put([Row(50, "agency2", "form", None), Row(9999, "agency2", "form", None)])
    assert len(search) == 199
    assert 50 not in search.nearest(query, 200).numbers
    search.put([Row(777, "agency0", "guide", vectors[50])])
    assert search.nearest(query, 1).numbers == [777]
    assert len(search) == 200


def test_a_vector_that_changed_takes_the_place_of_the_old() -> None:
    vectors = _vectors(100)
    search = _filled(vectors)
    search.put([Row(3, "agency0", "guide", vectors[4])])
    assert len(search) == 100
    assert set(search.nearest(vectors[4], 2).numbers) == {3, 4}


def test_an_empty_search_finds_nothing() -> None:
    search = VectorSearch(SIZE)
    search.put([Row(1, "agency0", "guide", None)])
    near = search.nearest(_vectors(1)[0], 10)
    assert (list(near.numbers), near.mean, near.spread) == ([], 0.0, 0.0)
