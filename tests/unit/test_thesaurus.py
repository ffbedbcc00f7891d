"""Do citizens' words lead to official ones, and is a bad thesaurus refused whole?"""

from typing import Any

import pytest

from crawler.registry import AgencyKind
from searchapi.concepts import KINDS, Concept, ThesaurusError, entries, validate, with_languages
from searchapi.query import parse
from searchapi.thesaurus import ConceptMatch, Thesaurus, load_thesaurus

WEIGHTS = {
    "preferred": 0.9,
    "official": 0.7,
    "lay": 0.35,
    "old": 0.3,
    "foreign": 0.9,
    "broader": 0.45,
    "broader_known": 0.15,
}


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return Thesaurus(
        [
            Concept(
                id="forskola", preferred="förskola", official=("pedagogisk omsorg", "plats i förskola"),
                lay=("dagis", "barnpassning"), old=("daghem",), english=("preschool", "day care"),
                responsible=(AgencyKind.MUNICIPALITY,),
            ),
            Concept(id="hemtjanst", preferred="hemtjänst", lay=("hjälper hemma",)),
            Concept(id="gata", preferred="felanmälan", lay=("hål i vägen",), one_way=True),
            Concept(id="omsorg", preferred="omsorg"),
            Concept(id="kommunchef", preferred="kommundirektör", official=("kommunchef", "stadsdirektör")),
        ]
    )  # fmt: skip


def _ids(thesaurus: Thesaurus, query: str, language: str = "sv") -> list[str]:
    return [match.concept.id for match in thesaurus.match(parse(query).words, language)]


@pytest.mark.parametrize(
    ("query", "concepts"),
    [
        ("dagis", ["forskola"]),
        ("dagiset", ["forskola"]),
        ("dagisplats", ["forskola"]),
        ("vem hjälper min mamma hemma", ["hemtjanst"]),
        ("det är ett hål i vägen", ["gata"]),
        ("hål på vägen", ["gata"]),
        ("pedagogisk omsorg", ["forskola"]),
        ("kommunchefens", ["kommunchef"]),
        ("hål", []),
        ("preschool", ["forskola"]),
        ("", []),
    ],
)
def test_concepts_are_found(thesaurus: Thesaurus, query: str, concepts: list[str]) -> None:
    assert _ids(thesaurus, query) == concepts


def test_a_foreign_query_is_matched_by_foreign_words(thesaurus: Thesaurus) -> None:
    assert _ids(thesaurus, "day care for children", "en") == ["forskola"]


def _synonyms(thesaurus: Thesaurus, query: str, *, known: bool) -> dict[str, float]:
    (match,) = thesaurus.match(parse(query).words)
    return {one.text: one.weight for one in thesaurus.synonyms(match, WEIGHTS, known=known)}


def test_lay_words_lead_to_official_ones(thesaurus: Thesaurus) -> None:
    found = _synonyms(thesaurus, "dagis", known=False)
    assert found["förskola"] == 0.9
    assert found["pedagogisk omsorg"] == 0.7
    assert "dagis" not in found


def test_an_official_word_that_is_there_needs_no_lay_words(thesaurus: Thesaurus) -> None:
    assert set(_synonyms(thesaurus, "förskola", known=True)) == {"pedagogisk omsorg"}
    assert "dagis" in _synonyms(thesaurus, "förskola", known=False)


def test_one_way_never_leads_back(thesaurus: Thesaurus) -> None:
    assert "hål i vägen" not in _synonyms(thesaurus, "felanmälan", known=False)


def test_a_compound_is_less_sure(thesaurus: Thesaurus) -> None:
    (match,) = thesaurus.match(parse("dagisfröken").words)
    assert match.sureness < 1


def test_a_compound_that_only_asks_for_something_of_it_is_sure(thesaurus: Thesaurus) -> None:
    for word in ("dagisplats", "dagisblanketten"):
        (match,) = thesaurus.match(parse(word).words)
        assert match.sure, word
        assert not match.written


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"concept": [{"id": "a1"}]}, "preferred"),
        ({"concept": [{"id": "A!", "preferred": "ett"}]}, "id"),
        ({"concept": [{"id": "a1", "preferred": "ett", "laye": ["två"]}]}, "laye"),
        ({"concept": [{"id": "a1", "preferred": "ett", "responsible": "kungen"}]}, "responsible"),
        ({"concept": [{"id": "a1", "preferred": "ett"}, {"id": "a1", "preferred": "två"}]}, "twice"),
        ({"concept": [{"id": "a1", "preferred": "ett", "lay": ["Ett"]}]}, "stands as"),
        ({"concept": [{"id": "a1", "preferred": "??"}]}, "no word"),
        ({"other": 1}, "unknown key"),
    ],
)
def test_a_bad_file_is_refused(document: dict[str, Any], problem: str) -> None:
    with pytest.raises(ThesaurusError, match=problem):
        validate("thesaurus", document)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ThesaurusError) as caught:
        validate("thesaurus", {"x": 1, "concept": [{"id": "a1"}, {"id": "b1", "preferred": "??"}]})
    assert all(told in caught.value.message for told in ("'x'", "'a1'", "'b1'"))


def test_the_program_comes_with_a_good_one() -> None:
    thesaurus = load_thesaurus()
    words = sum(len(concept.terms(kind)) for concept in thesaurus.concepts for kind in KINDS)
    assert len(thesaurus.concepts) == len(entries()) >= 700
    assert words >= 8000
    assert _ids(thesaurus, "dagis")[0].startswith("forskola")


def _matches(query: str, *concepts: Concept, language: str = "sv") -> dict[str, ConceptMatch]:
    found = Thesaurus(concepts).match(parse(query).words, language)
    return {match.concept.id: match for match in found}


BUS = Concept(id="buss", preferred="kollektivtrafik", lay=("buss",))
SCHOOL_BUS = Concept(id="skolskjuts", preferred="skolskjuts", lay=("buss till skolan",))


def test_a_common_word_alone_is_not_sure_beside_others() -> None:
    jobs = Concept(id="jobb", preferred="lediga tjänster", lay=("jobb",))
    assert not _matches("skatt på extra jobb", jobs)["jobb"].sure
    assert _matches("jobb", jobs)["jobb"].sure


def test_the_longer_term_wins() -> None:
    assert set(_matches("buss till skolan", BUS, SCHOOL_BUS)) == {"skolskjuts"}
    assert set(_matches("när går bussen", BUS, SCHOOL_BUS)) == {"buss"}


def test_words_of_doing_make_a_term_only_together() -> None:
    office = Concept(id="kontor", preferred="servicekontor", lay=("få hjälp av någon",))
    assert "kontor" in _matches("kan jag få hjälp av någon", office)
    assert "kontor" not in _matches("få hjälp med städningen", office)


def test_an_auxiliary_verb_is_no_school() -> None:
    start = Concept(id="skolstart", preferred="skolstart", lay=("börja skolan",))
    assert "skolstart" not in _matches("min son ska börja förskolan", start)
    assert "skolstart" in _matches("min son ska börja skolan", start)


def test_the_words_of_a_term_may_stand_apart_in_a_sentence() -> None:
    fee = Concept(id="avgift", preferred="förskoleavgift", lay=("vad kostar dagis",))
    match = _matches("hur mycket kostar det att ha två barn på dagis", fee)["avgift"]
    assert match.sure
    assert match.sureness < 1.0


def test_the_very_name_of_a_matter_means_that_one() -> None:
    bulky = Concept(id="grovavfall", preferred="grovavfall")
    centre = Concept(id="central", preferred="återvinningscentral", official=("grovavfall",))
    assert set(_matches("grovavfall", bulky, centre)) == {"grovavfall"}


def test_a_head_before_its_word_is_their_compound() -> None:
    glasses = Concept(id="glas", preferred="glasögonbidrag")
    match = _matches("bidrag till glasögon", glasses)["glas"]
    assert not match.written
    assert "glasögonbidrag" in {one.text for one in Thesaurus([glasses]).synonyms(match, WEIGHTS, known=True)}


def test_english_words_of_doing_hide_no_matter() -> None:
    place = Concept(id="plats", preferred="förskoleplats", english=("apply for preschool",))
    school = Concept(id="forskola", preferred="förskola", english=("preschool",))
    bus = Concept(id="buss", preferred="buss", english=("bus",))
    school_bus = Concept(id="skolskjuts", preferred="skolskjuts", english=("school bus",))
    assert set(_matches("apply for preschool", place, school, language="en")) == {"plats", "forskola"}
    assert set(_matches("free school bus", bus, school_bus, language="en")) == {"skolskjuts"}


def test_a_part_of_a_matter_leads_to_the_whole() -> None:
    whole = Concept(id="tandvard", preferred="tandvård")
    price = Concept(id="pris", preferred="tandvårdspriser", lay=("kostar tandläkaren",), broader="tandvard")
    thesaurus = Thesaurus([whole, price])
    (match,) = thesaurus.match(parse("kostar tandläkaren").words)
    found = {one.text: one.weight for one in thesaurus.synonyms(match, WEIGHTS, known=True)}
    assert found["tandvårdspriser"] > found["tandvård"] > 0


def test_newcomers_words_are_found_in_their_own_script() -> None:
    assert _ids(load_thesaurus(), "الروضة", "ar")[:1] == ["forskola"]
    assert _ids(load_thesaurus(), "dhakhtarka ilkaha", "so")[:1] == ["tandvard"]
    assert _ids(load_thesaurus(), "садок", "uk") == ["forskola"]


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"klingon": {"forskola": ["qa"]}}, "unknown language"),
        ({"arabic": {"nothing": ["روضة"]}}, "no concept 'nothing'"),
        ({"arabic": {"forskola": ["x"]}}, "at least 2"),
    ],
)
def test_words_of_languages_are_checked(document: dict[str, Any], problem: str) -> None:
    with pytest.raises(ThesaurusError, match=problem):
        with_languages([Concept(id="forskola", preferred="förskola")], document)


def test_what_denies_tells() -> None:
    day = Concept(id="dag", preferred="hämtningsdag", lay=("när hämtas soporna",))
    missed = Concept(id="missad", preferred="utebliven hämtning", lay=("inte hämtat soporna",))
    assert set(_matches("varför har ni ej hämtat soporna", day, missed)) == {"missad"}
    assert set(_matches("när hämtas soporna", day, missed)) == {"dag"}


def test_a_part_named_like_the_whole_needs_all_its_words() -> None:
    whole = Concept(id="god-man", preferred="god man")
    part = Concept(id="bli-god-man", preferred="vara god man", broader="god-man")
    assert set(_matches("god man", whole, part)) == {"god-man"}
    assert "bli-god-man" in _matches("vara god man", whole, part)


def test_a_part_that_is_known_needs_less_of_the_whole() -> None:
    whole = Concept(id="bibliotek", preferred="bibliotek")
    thesaurus = Thesaurus([whole, Concept(id="bokbuss", preferred="bokbussen", broader="bibliotek")])
    (match,) = thesaurus.match(parse("bokbussen").words)
    weights = [
        {one.text: one.weight for one in thesaurus.synonyms(match, WEIGHTS, known=known)}["bibliotek"]
        for known in (True, False)
    ]
    assert weights == [WEIGHTS["broader_known"], WEIGHTS["broader"]]


@pytest.mark.parametrize("query", ["aldreboende", "aldreboenden", "plats pa aldreboende"])
def test_words_without_dots_are_known(query: str) -> None:
    home = Concept(id="boende", preferred="särskilt boende", official=("äldreboende",))
    assert set(_matches(query, home)) == {"boende"}


def test_a_word_that_is_one_without_dots_is_left_alone() -> None:
    assert not _matches("var finns en bar", Concept(id="bar", preferred="bär"))


@pytest.mark.parametrize(
    ("query", "known"),
    [
        ("lov skola", True),
        ("lov 2026 skolor", True),
        ("bidrag till glasögon", True),
        ("kvalitet vatten", False),
        ("lov från skolan", False),
    ],
)
def test_parts_of_a_compound_are_turned_where_a_head_leads(query: str, known: bool) -> None:
    turned = Thesaurus(
        [
            Concept(id="lov", preferred="skollov"),
            Concept(id="glas", preferred="glasögonbidrag"),
            Concept(id="vatten", preferred="vattenkvalitet"),
        ]
    )
    assert bool(turned.match(parse(query).words)) is known


def test_a_small_word_in_the_midst_begins_no_compound(thesaurus: Thesaurus) -> None:
    assert _ids(thesaurus, "vem ansvarar för skolan") == []
    assert _ids(thesaurus, "för skola") == ["forskola"]


@pytest.mark.parametrize(
    ("query", "concepts"),
    [
        ("vår dotter är sjuk", ["vab"]),
        ("ungen blev sjuk igen", ["vab"]),
        ("farfar är sjuk", []),
        ("morfar klarar sig inte hemma", ["hemtjanst"]),
        ("sonen klarar sig inte hemma", []),
        ("sonen", []),
        ("barn", []),
    ],
)
def test_what_is_said_of_one_of_the_kin_holds_of_others_alike(query: str, concepts: list[str]) -> None:
    kin = Thesaurus(
        [
            Concept(id="vab", preferred="vab", lay=("sjukt barn",)),
            Concept(id="hemtjanst", preferred="hemtjänst", lay=("mamma klarar inte hemma",)),
        ]
    )
    assert _ids(kin, query) == concepts


def test_a_like_word_brings_in_the_name_of_the_matter_as_well() -> None:
    names = Concept(id="namn", preferred="anmäla barns namn", lay=("namn på barn", "namn på son"))
    (match,) = Thesaurus([names]).match(parse("anmäla namn på bebis").words)
    assert not match.written
    synonyms = Thesaurus([names]).synonyms(match, WEIGHTS, known=True)
    assert "anmäla barns namn" in {one.text for one in synonyms}
    (written,) = Thesaurus([names]).match(parse("namn på son").words)
    assert written.written
    assert written.term == "namn på son"
