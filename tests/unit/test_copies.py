"""Are copies one hit, with the right one standing for all, and pages that differ in a fact two?"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from crawler.record import Action, ActionKind, CanonicalUrl, Contact, Doctype, DocumentRecord, RequestedUrl
from crawler.registry import AgencyKind
from crawler.understand.signature import content_hash, simhash
from indexer.engine import Candidate, IndexedDocument, Plan
from searchapi.copies import fold_copies
from searchapi.highlight import Highlighter
from searchapi.models import Hit, HitExplanation
from searchapi.rank import Ranked
from searchapi.refine import Answer
from searchapi.show import Presenter, Targets
from searchapi.texts import Texts
from tests.integration.small_federation import registry

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = {agency.id: agency.kind for agency in registry()}
HOST = {"ekdal": "www.ekdal.example", "mark-by": "www.alno.example", "region-skog": "www.regionskog.example",
        "vuxen": "www.vuxen.example"}  # fmt: skip
TITLE = "Riktlinje för byggande"
GUIDE = "\n".join(
    f"Du behöver bygglov när du ska bygga nytt, bygga till eller ändra en byggnad av slag {word}. Skicka in "
    "ritningar i skala och en beskrivning av arbetet, så prövar nämnden din ansökan inom tio veckor."
    for word in ("ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")
)


def _answer(
    agency: str, path: str = "policy.pdf", text: str = GUIDE, score: float = 1.0, **more: Any
) -> Answer:
    url = CanonicalUrl(f"https://{HOST[agency]}/{path}")
    title = more.pop("title", "Riktlinje för byggande")
    values: dict[str, Any] = {
        "url": url, "requested_url": RequestedUrl(url), "agency": agency, "host": HOST[agency],
        "title": title,
        "text": text, "doctype": Doctype.STEERING, "content_type": "application/pdf", "fetched": SEEN,
        "checked": SEEN, "signature": simhash(text), "content_hash": content_hash(title, text), **more,
    }  # fmt: skip
    record = DocumentRecord(**values)
    candidate = Candidate(url, score, 1.0, record.doctype, agency, record.host, "sv", None, 2, None)
    return Answer(Ranked(candidate, score), IndexedDocument(record, (), record.text), score)


def _fold(*answers: Answer, first: tuple[str, ...] = ()) -> list[tuple[str, list[str]]]:
    return [
        (one.document.record.agency, [copy.document.record.agency for copy in one.copies])
        for one in fold_copies(answers, first=first, kinds=KINDS)
    ]


def test_the_same_document_on_three_hosts_is_one_hit() -> None:
    answers = [_answer("ekdal"), _answer("mark-by"), _answer("ekdal", "arkiv/policy.pdf")]
    assert _fold(*answers) == [("ekdal", ["mark-by", "ekdal"])]


@pytest.mark.parametrize(
    ("order", "first", "stands"),
    [
        (("ekdal", "mark-by"), (), "ekdal"),
        (("mark-by", "ekdal"), ("ekdal",), "ekdal"),
        (("mark-by", "region-skog", "ekdal"), (), "region-skog"),
        (("mark-by", "region-skog", "vuxen"), (), "vuxen"),
        (("vuxen", "region-skog", "ekdal"), ("ekdal",), "ekdal"),
        (("vuxen", "ekdal", "mark-by"), ("mark-by", "ekdal"), "mark-by"),
    ],
)
def test_who_stands_for_all(order: tuple[str, ...], first: tuple[str, ...], stands: str) -> None:
    answers = [_answer(agency, score=1.0 - place / 10) for place, agency in enumerate(order)]
    folded = fold_copies(answers, first=first, kinds=KINDS)
    assert [one.document.record.agency for one in folded] == [stands]
    assert folded[0].score == 1.0, "it takes the best place of them all"
    copies = [copy.document.record.agency for copy in folded[0].copies]
    assert sorted([stands, *copies]) == sorted(order)
    assert all(not copy.copies for copy in folded[0].copies)


def test_without_kinds_the_best_ranked_stands() -> None:
    assert [a.document.record.agency for a in fold_copies([_answer("ekdal"), _answer("vuxen")])] == ["ekdal"]


HTML: dict[str, Any] = {"content_type": "text/html", "doctype": Doctype.GUIDE, "title": "Bygglov"}
NUMBERED = GUIDE + "\nAvgiften är 4 200 kronor."
PHONE = Contact(name="Bygglovsenheten", phone="+46313900610")
OTHER_PHONE = Contact(name="Bygglovsenheten", phone="+46406280410")
SERVICE = Action(kind=ActionKind.ESERVICE, url=CanonicalUrl("https://e.ekdal.example/1"), title="Ansök")
OTHER_SERVICE = Action(kind=ActionKind.ESERVICE, url=CanonicalUrl("https://e.alno.example/1"), title="Ansök")


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ({"text": NUMBERED}, {"text": NUMBERED.replace("4 200", "4 300")}),
        ({"text": GUIDE + "\nVi i Ekdal svarar."}, {"text": GUIDE + "\nVi i Alnö svarar."}),
        ({"contacts": (PHONE,)}, {"contacts": (OTHER_PHONE,)}),
        ({"actions": (SERVICE,)}, {"actions": (OTHER_SERVICE,)}),
        ({"title": "Budget 2025"}, {"title": "Budget 2026"}),
        ({"doctype": Doctype.ESERVICE}, {"doctype": Doctype.ESERVICE}),
        ({"doctype": Doctype.CONTACT}, {"doctype": Doctype.CONTACT}),
        ({"text": "Logga in med e-legitimation."}, {"text": "Logga in med e-legitimation."}),
        ({"content_type": "text/html"}, {"content_type": "application/pdf"}),
        ({"language": "sv"}, {"language": "fi"}),
        ({"text": GUIDE * 20}, {"text": GUIDE * 20 + "\noch"}),
        ({"text": GUIDE}, {"text": GUIDE.replace("bygglov", "marklov").replace("tio veckor", "ett år")}),
    ],
)
def test_two_agencies_pages_that_differ_in_a_fact_are_two_hits(
    here: dict[str, Any], there: dict[str, Any]
) -> None:
    for shape in (HTML, {}):
        one, other = _answer("ekdal", **{**shape, **here}), _answer("mark-by", **{**shape, **there})
        assert len(_fold(one, other)) == 2


def test_near_texts_of_two_agencies_without_other_facts_are_one() -> None:
    other = GUIDE + "\noch"
    assert (int(simhash(GUIDE), 16) ^ int(simhash(other), 16)).bit_count() <= 1
    assert len(_fold(_answer("ekdal", **HTML), _answer("mark-by", text=other, **HTML))) == 1
    assert len(_fold(_answer("ekdal"), _answer("mark-by", doctype=Doctype.REPORT))) == 1


def test_within_an_agency_years_keep_documents_apart() -> None:
    years = [_answer("ekdal", f"taxa-{year}.pdf", title=f"Taxa {year}") for year in (2025, 2026)]
    assert len(_fold(*years)) == 2
    assert len(_fold(_answer("ekdal", "a.pdf"), _answer("ekdal", "b.pdf", GUIDE + "\noch"))) == 1


def test_pages_that_share_address_and_title_are_one_only_where_they_are_alike() -> None:
    page, view = _answer("ekdal", "a", **HTML), _answer("ekdal", "a?print=1", GUIDE + " Skriv ut", **HTML)
    folded = fold_copies([view, page])
    assert [one.document.record.url for one in folded] == ["https://www.ekdal.example/a"]
    other = _answer("ekdal", "a?id=2", "Något helt annat står här. " * 40, **HTML)
    assert len(_fold(page, other)) == 2


@pytest.mark.parametrize("signature", ["", "no hex", "0"])
def test_a_signature_that_is_none_folds_nothing(signature: str) -> None:
    assert len(_fold(_answer("ekdal", signature=signature), _answer("mark-by", signature=signature))) == 2


class _Empty:
    revision = 1


def _hit(answer: Answer, explanation: HitExplanation | None = None) -> Hit:
    known: Any = _Empty()
    presenter = Presenter(registry(), known, Targets(), [], Highlighter(Plan(clauses=())))
    return presenter.hit(answer, explanation)


def test_a_hit_names_its_copies() -> None:
    places = [("ekdal", "a.pdf"), ("mark-by", "a.pdf"), ("mark-by", "b.pdf"), ("ekdal", "c.pdf")]
    (answer,) = fold_copies([_answer(agency, path) for agency, path in places])
    hit = _hit(answer, HitExplanation(score=1.0, reasons=["Alla ord finns."]))
    assert [(copy.agency.name, copy.url) for copy in hit.copies] == [
        ("Alnö stad", "https://www.alno.example/a.pdf"),
        ("Alnö stad", "https://www.alno.example/b.pdf"),
        ("Ekdals kommun", "https://www.ekdal.example/c.pdf"),
    ]
    assert {(copy.title, copy.agency.kind) for copy in hit.copies} == {(TITLE, AgencyKind.MUNICIPALITY)}
    assert hit.explanation is not None
    assert hit.explanation.reasons[0] == "Alla ord finns."
    assert "Alnö stad" in hit.explanation.reasons[-1]
    assert "Ekdals" not in hit.explanation.reasons[-1]
    alone = _hit(_answer("ekdal"), HitExplanation(score=1.0, reasons=["Alla ord finns."]))
    assert alone.copies == []
    assert alone.explanation is not None
    assert alone.explanation.reasons == ["Alla ord finns."]


def test_the_page_links_each_other_agency_once() -> None:
    places = [("ekdal", "a.pdf"), ("mark-by", "<b>.pdf"), ("mark-by", "b.pdf"), ("ekdal", "c.pdf")]
    (answer,) = fold_copies([_answer(agency, path) for agency, path in places])
    templates = Path(__file__).parents[2] / "frontend" / "templates"
    environment = Environment(
        loader=FileSystemLoader(templates), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    show = environment.from_string('{% import "hit.html" as hits with context %}{{ hits.show(hit, 1) }}')
    texts = Texts.load("sv")

    def shown(one: Answer) -> str:
        return show.render(hit=_hit(one), texts=texts, file_types={}, dated=())

    assert f"{texts('hit.copies')} <a" in shown(answer)
    assert shown(answer).count("https://www.alno.example/") == 1
    assert "https://www.alno.example/&lt;b&gt;.pdf" in shown(answer)
    assert "c.pdf" not in shown(answer)
    assert "hit-copies" not in shown(_answer("ekdal"))
