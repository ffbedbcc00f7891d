"""Is plain BM25 asked the same, helped with places, and judged like us?"""

from collections.abc import Collection

import pytest

from crawler.record import Doctype
from crawler.registry import Agency, AgencyKind, Registry
from indexer.baseline import Baseline, BaselineHit
from searchapi.evaluate import GoldenQuery, compare


def _agency(name: str, kind: AgencyKind, region: str = "") -> Agency:
    return Agency(id=name, name=name, kind=kind, region=region, seeds=(f"http://{name}.example/",))


REGISTRY = Registry(
    [
        _agency("norrby", AgencyKind.MUNICIPALITY, "vast"),
        _agency("sunnerby", AgencyKind.MUNICIPALITY, "vast"),
        _agency("vast", AgencyKind.REGION),
        _agency("ost", AgencyKind.REGION),
        _agency("fbm", AgencyKind.STATE),
    ]
)


class _Asked(Baseline):
    """Answers with one page, and remembers which agencies it was asked for."""

    def __init__(self) -> None:
        self.agencies: Collection[str] | None = ()

    def search(self, query: str, limit: int, *, agencies: Collection[str] | None = None) -> list[BaselineHit]:
        self.agencies = agencies
        return [BaselineHit("http://a.example/right", query, Doctype.GUIDE, "norrby")]


@pytest.mark.parametrize(
    ("kommun", "kind", "agencies"),
    [
        ("norrby", "errand", {"norrby", "vast", "fbm"}),
        ("norrby", "other_municipality", None),
        ("", "errand", None),
        ("unknown", "errand", None),
    ],
)
def test_it_is_helped_with_the_place(kommun: str, kind: str, agencies: set[str] | None) -> None:
    query = GoldenQuery(q="bygglov", kind=kind, kommun=kommun, relevant={"http://a.example/right": 3})
    baseline = _Asked()
    (judged,) = compare([query], baseline, REGISTRY)
    assert judged.first
    assert judged.ndcg == pytest.approx(1.0)
    assert (baseline.agencies if agencies is None else set(baseline.agencies or ())) == agencies
