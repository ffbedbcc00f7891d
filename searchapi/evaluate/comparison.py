"""What would a plain engine have found? The same queries to BM25 over the same documents, judged alike."""

from collections.abc import Sequence

from crawler.registry import AgencyKind, Registry
from indexer.baseline import Baseline
from searchapi.evaluate.judging import DEPTH, GoldenQuery, Judged, Shown, judge_shown

_ANYWHERE = "other_municipality"


def compare(queries: Sequence[GoldenQuery], baseline: Baseline, registry: Registry) -> list[Judged]:
    """Ask plain BM25 every query and judge its answers.

    It knows nothing of places, so it is helped: pages of other municipalities and regions than the query's
    own are kept from it, but where the query names another municipality. What is left is the difference that
    understanding makes, and not that of a filter that anybody could have set.
    """
    return [_asked(query, baseline, registry) for query in queries]


def _asked(query: GoldenQuery, baseline: Baseline, registry: Registry) -> Judged:
    hits = baseline.search(query.q, DEPTH, agencies=_near(query, registry))
    return judge_shown(query, [Shown(hit.url, hit.title, hit.doctype) for hit in hits])


def _near(query: GoldenQuery, registry: Registry) -> frozenset[str] | None:
    if query.kommun not in registry or query.kind == _ANYWHERE:
        return None
    home = registry[query.kommun]
    local = (AgencyKind.MUNICIPALITY, AgencyKind.REGION)
    return frozenset(
        agency.id for agency in registry if agency.kind not in local or agency.id in (home.id, home.region)
    )
