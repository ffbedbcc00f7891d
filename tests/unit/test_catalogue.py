"""Is the catalogue right about subjects, matters and words, and is it renewed when the index changes?"""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.record import Action, ActionKind, CanonicalUrl, Contact, Doctype
from crawler.registry import Agency, AgencyKind
from searchapi.catalogue import Catalogue, CatalogueKeeper, Entry
from searchapi.catalogue.headwords import count, index_of
from searchapi.catalogue.keeper import distinct, with_subjects
from searchapi.catalogue.matters import find_matters, matters, named_in
from searchapi.catalogue.open_data import COLUMNS, KINDS, as_csv, as_json_ld, as_json_lines, chosen, item
from searchapi.catalogue.subjects import OTHER, SubjectFinder, subjects
from searchapi.catalogue.title_words import heads, is_verb
from tests.integration import small_federation
from tests.waiting import until

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
EKDAL = Agency(
    id="ekdal",
    name="Ekdals kommun",
    short_name="Ekdal",
    kind=AgencyKind.MUNICIPALITY,
    region="skog",
    seeds=("https://www.ekdal.example/",),
)
SKOG = Agency(id="skog", name="Region Skog", kind=AgencyKind.REGION, seeds=("https://www.skog.example/",))
STATE = Agency(id="fmy", name="Folkmyndigheten", kind=AgencyKind.STATE, seeds=("https://www.fmy.example/",))
NAMES = frozenset({"ekdal", "ekdals", "kommun"})


def entry(title: str, doctype: Doctype = Doctype.GUIDE, agency: str = "ekdal", **fields: object) -> Entry:
    path = title.casefold().replace(" ", "-").replace(",", "")
    url = fields.pop("url", f"https://www.{agency}.example/{doctype}/{path}")
    return Entry(url=str(url), title=title, agency=agency, doctype=doctype, **fields)  # type: ignore[arg-type]


def catalogue(*entries: Entry) -> Catalogue:
    return Catalogue(1, entries, built=NOW)


def leading(title: str, *urls: str) -> Entry:
    actions = tuple(Action(kind=ActionKind.ESERVICE, url=CanonicalUrl(url), title="") for url in urls)
    return entry(title, actions=actions)


# --- subjects ---


def test_every_subject_has_concepts_and_each_concept_one_subject() -> None:
    assert len(subjects()) == len({subject.id for subject in subjects()}) > 8


@pytest.mark.parametrize(
    ("title", "breadcrumb", "subject"),
    [
        ("Ansök om bygglov", (), "building"),
        ("Anmäl till simskola", ("E-tjänster i Ekdals kommun",), "leisure"),
        ("Lämna orosanmälan för barn eller ung", (), "care"),
        ("Beställ seniorkort", (), "traffic"),
        ("Handläggaren", ("Kontakt", "Barn och utbildning"), "children"),
        ("Zzz", (), OTHER),
    ],
)
def test_pages_have_the_subject_that_a_reader_looks_for(
    title: str, breadcrumb: tuple[str, ...], subject: str
) -> None:
    assert SubjectFinder().find(title, breadcrumb) == subject


def test_what_tells_no_subject_has_that_of_the_guide_that_leads_to_it() -> None:
    lost = entry("Zzz", Doctype.ESERVICE, subject=OTHER)
    told = with_subjects([lost, leading("Bygglov", lost.url)], SubjectFinder())
    assert told[0].subject == "building"
    assert with_subjects([lost], SubjectFinder())[0].subject == OTHER


def test_a_print_view_is_no_page_of_its_own() -> None:
    own = entry("Altan", breadcrumb=("Bygga",), url="https://www.ekdal.example/altan")
    copy = entry("Altan", url="https://www.ekdal.example/altan?print=1")
    other = entry("Altan", Doctype.FORM)
    assert distinct([copy, own, other]) == [own, other]
    assert distinct([copy]) == [copy]


# --- matters ---


@pytest.mark.parametrize(
    ("title", "concept"),
    [
        ("Bygglov", "bygglov"),
        ("Bygglov – så går det till", "bygglov"),
        ("God man och förvaltare", "god-man"),
        ("Färdtjänst och riksfärdtjänst", "riksfardtjanst"),
        ("Biblioteken i Ekdal", "bibliotek"),
        ("Komplementbyggnader utan lov", "attefall"),
    ],
)
def test_titles_name_matters(title: str, concept: str) -> None:
    assert concept in named_in(title, NAMES)


def test_a_part_of_a_title_after_a_preposition_names_no_matter() -> None:
    title = "Lämna inkomstuppgift för förskola och fritidshem"
    assert named_in(title, doing=True).get("fritidshem", 0.0) < 0.7


def test_to_leave_is_not_to_apply() -> None:
    apply = entry("Ansök om barnomsorgsplats", Doctype.ESERVICE)
    leave = entry("Säg upp barnomsorgsplats", Doctype.ESERVICE)
    found = find_matters([leave, apply])["forskola-koplats"].page(0.6, {Doctype.ESERVICE})
    assert found is not None
    assert found[1] is apply


def test_easy_read_and_foreign_pages_and_start_pages_are_about_no_matter() -> None:
    plain = entry("Bygglov")
    others = [
        entry("Bygglov", easy_read=True, url="https://a.example/1"),
        entry("Bygglov", language="en", url="https://a.example/2"),
        entry("Bygglov", start_page=True, url="https://a.example/3"),
    ]
    assert find_matters(others) == {}
    assert find_matters([*others, plain])["bygglov"].page(0.9) == (1.0, plain)


def test_a_guide_that_leads_to_the_service_comes_first() -> None:
    service = entry("Sök feriejobb", Doctype.ESERVICE)
    guide = leading("Feriejobb för ungdomar i kommunens verksamheter", service.url)
    alone = matters(catalogue(service), EKDAL)["feriejobb"].page(0.6)
    assert alone is not None
    assert alone[1] is service
    both = matters(catalogue(service, guide), EKDAL)["feriejobb"]
    if Doctype.GUIDE in both.best:
        page = both.page(0.6)
        assert page is not None
        assert page[1] is guide


# --- words of titles ---


@pytest.mark.parametrize(
    ("title", "doctype", "words"),
    [
        ("Bygglov – så går det till", Doctype.GUIDE, ["Bygglov"]),
        ("Ansök om bygglov", Doctype.ESERVICE, ["Bygglov"]),
        ("Motionsspår, skidspår och badplatser", Doctype.PLACE, None),
        ("Budget- och skuldrådgivning", Doctype.GUIDE, ["Budget- och skuldrådgivning", "Skuldrådgivning"]),
        ("Kultur- och fritidsnämnden", Doctype.OTHER, ["Kultur- och fritidsnämnden"]),
        ("Biblioteken i Ekdal", Doctype.PLACE, ["Biblioteken"]),
        ("Avfallstaxa 2026", Doctype.GUIDE, ["Avfallstaxa"]),
        ("Vad kostar tandläkaren?", Doctype.GUIDE, []),
        ("Om webbplatsen", Doctype.OTHER, []),
        ("Blanketter", Doctype.OTHER, []),
        ("Ställ dig i tomtkön", Doctype.ESERVICE, []),
        ("Ansök om att få sota själv", Doctype.ESERVICE, []),
        ("Köp biljett eller ladda reskort", Doctype.ESERVICE, ["Biljett"]),
        ("Inkomstuppgift för förskola och fritidshem", Doctype.FORM, None),
    ],
)
def test_titles_give_words_of_an_index(title: str, doctype: Doctype, words: list[str] | None) -> None:
    found = heads(title, doctype, NAMES)
    if words is None:
        assert not found or found[0] == title or "Skidspår" in found
        assert "Fritidshem" not in found
    else:
        assert found == words


@pytest.mark.parametrize("word", ["grilla", "ansöka", "momsregistrera", "adressändra", "ställ"])
def test_verbs(word: str) -> None:
    assert is_verb(word)


@pytest.mark.parametrize("word", ["skola", "bygglov", "karta", "resa", "förskoleklass", "hyra"])
def test_nouns(word: str) -> None:
    assert not is_verb(word)


# --- the index ---


def _words(
    *entries: Entry, agencies: tuple[Agency, ...] = (EKDAL, SKOG, STATE)
) -> dict[str, tuple[str, str]]:
    index = index_of(catalogue(*entries), agencies)
    return {head.word: (head.entry.url, head.see) for heads_ in index.values() for head in heads_}


def test_other_words_lead_to_the_page_of_the_matter() -> None:
    preschool = entry("Förskola")
    found = _words(preschool)
    assert found["Förskola"] == (preschool.url, "")
    assert found["Dagis"] == (preschool.url, "Förskola")
    assert not any(" " in word for word, (_, see) in found.items() if see), "no phrases that people type"


def test_the_responsible_agency_answers() -> None:
    of_state = entry("Bygglov", agency="fmy")
    assert "Bygglovsansökan" not in _words(of_state), "the state gives no building permits"
    own = entry("Bygglov")
    assert _words(of_state, own)["Bygglov"] == (own.url, "")


def test_no_word_stands_twice_and_letters_are_in_order() -> None:
    entries = [
        *(
            entry("Förskola"),
            entry("Förskolor", Doctype.OTHER),
            entry("Altan och uteplats"),
            entry("Öppet hus"),
        ),
        *(entry("Ägarbyte", Doctype.ESERVICE), entry("Årsräkning", Doctype.FORM), entry("Lotteri")),
        *(entry("Lotteri", agency="skog"), entry("Kontakta oss", Doctype.CONTACT)),
    ]
    index = index_of(catalogue(*entries), (EKDAL, SKOG, STATE))
    words = [head.word for heads_ in index.values() for head in heads_]
    assert len(words) == len({word.casefold() for word in words}) == count(index)
    assert "Förskolor" not in words
    assert "Altan och uteplats" not in words, "only goes on from Altan"
    assert "Kontakta oss" not in words
    assert [letter for letter in index if letter in "ÅÄÖ"] == ["Å", "Ä", "Ö"]
    assert next(h for h in index["L"] if h.word == "Lotteri").entry.agency == "ekdal"


def test_what_is_worked_out_is_kept_with_the_catalogue() -> None:
    known = catalogue(entry("Förskola"))
    assert index_of(known, (EKDAL,)) is index_of(known, (EKDAL,))
    made: list[int] = []
    for number in range(300):
        known.derived(("n", number), lambda number=number: made.append(number))  # type: ignore[misc]
    known.derived(("n", 0), lambda: made.append(-1))
    assert made[-1] == -1, "of many, those asked for last"


# --- open data ---

_CONTACT = Contact(name="Ulla", role="Registrator", phone="+46313900612", visiting_address="Storgatan 1")
_ENTRIES = (
    entry("=HYPERLINK(1)", Doctype.ESERVICE, needs_eid=True, subject="building", checked=NOW),
    entry('Blankett, "lång"', Doctype.FORM, content_type="application/pdf", content_length=1200),
    entry("Kontakt", Doctype.CONTACT, contacts=(_CONTACT, Contact(email="a@ekdal.example"))),
    entry("Bygglov"),
)


def test_csv_is_read_back_and_holds_no_formula() -> None:
    rows = chosen(catalogue(*_ENTRIES), [EKDAL], KINDS)
    read = list(csv.DictReader(io.StringIO("".join(as_csv(rows)))))
    assert tuple(read[0]) == COLUMNS
    assert [row["kind"] for row in read] == ["eservice", "form", "contact", "contact"]
    assert read[0]["title"] == "'=HYPERLINK(1)"
    assert read[0]["needs_eid"] == "true"
    assert read[1]["title"] == 'Blankett, "lång"'
    assert (read[2]["phone"], read[2]["address"]) == ("+46313900612", "Storgatan 1")
    assert read[3]["email"] == "a@ekdal.example"


def test_json_ld_and_json_lines_say_the_same() -> None:
    rows = chosen(catalogue(*_ENTRIES), [EKDAL], KINDS)
    graph = json.loads("".join(as_json_ld(rows)))["@graph"]
    assert [node["@type"] for node in graph] == [
        *("GovernmentOrganization", "GovernmentService", "DigitalDocument", "ContactPage"),
    ]
    assert all(node["provider"]["@id"] == graph[0]["@id"] for node in graph[1:])
    lines = [json.loads(line) for line in as_json_lines(rows)]
    assert [line["url"] for line in lines] == [node["url"] for node in graph[1:]]
    assert item(*rows[0]).model_dump(mode="json") == lines[0]
    assert json.loads("".join(as_json_ld([])))["@graph"] == []


# --- the keeper ---


def test_the_catalogue_follows_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchapi.catalogue.keeper._LEAST_WAIT", 0.0)
    monkeypatch.setattr("searchapi.catalogue.keeper._SHARE", 0.0)
    small_federation.build(tmp_path)
    service = small_federation.service(tmp_path)
    keeper = CatalogueKeeper()
    try:
        first = keeper.current(service)
        assert first.revision == service.snapshot().revision
        assert {one.doctype for one in first.of("ekdal")} >= {
            Doctype.ESERVICE,
            Doctype.GUIDE,
            Doctype.CONTACT,
        }
        assert not any(one.doctype is Doctype.MINUTES for one in first.of("ekdal"))
        assert keeper.current(service) is first, "nothing changed"
        assert keeper.fresh(service) is first
        first.revision -= 1  # as if the index had gone on since
        assert keeper.current(service) is first, "nobody waits for the new one"
        until(lambda: keeper.current(service) is not first, "the new one")
        assert keeper.current(service).revision == service.snapshot().revision
    finally:
        keeper.close()
