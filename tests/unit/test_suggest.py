"""Is what a citizen begins to type completed by what the place has a good page for, slips and all?"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchapi.beginnings import Beginnings
from searchapi.remembered import Remembered
from searchapi.search import SearchService
from searchapi.suggest import MAX_SUGGESTIONS
from tests.integration import small_federation

# --- beginnings ---

_WORDS = ["bygglov", "bygglovshandläggare", "byggnad", "parkeringstillstånd", "förskola", "förskoleklass"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bygglvo", "bygglov"),
        ("byglo", "bygglo"),
        ("byyggl", "byggl"),
        ("bugglov", "bygglov"),
        ("parkeringstils", "parkeringstills"),
        ("förskloa", "förskola"),
    ],
)
def test_one_slip_is_mended(typed: str, meant: str) -> None:
    assert meant in Beginnings(_WORDS).near(typed)


@pytest.mark.parametrize("typed", ["", "b", "byg", "xyzzy", "bybblov", "lov"])
def test_more_than_a_slip_is_left(typed: str) -> None:
    assert Beginnings(_WORDS).near(typed) == []


@given(st.sets(st.text("abcö", min_size=1, max_size=6), max_size=12), st.text("abcdö", max_size=8))
def test_what_is_mended_is_a_beginning_one_slip_away(words: set[str], typed: str) -> None:
    beginnings = Beginnings(words)
    found = beginnings.near(typed)
    assert len(set(found)) == len(found)
    for one in found:
        assert one != typed
        assert abs(len(one) - len(typed)) <= 1
        assert any(word.startswith(one) for word in words)
    assert beginnings.has(typed) == any(word.startswith(typed) for word in words)


def test_what_was_found_lately_is_kept_within_a_bound() -> None:
    asked: list[int] = []

    def make(number: int) -> int:
        asked.append(number)
        return number * 2

    kept: Remembered[int] = Remembered(3)
    for number in (1, 2, 3, 1, 4, 1, 2):
        assert kept.get(number, lambda number=number: make(number)) == number * 2  # type: ignore[misc]
    assert asked == [1, 2, 3, 4, 2]
    assert len(kept) == 3


# --- suggestions ---


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> SearchService:
    folder = tmp_path_factory.mktemp("suggested")
    small_federation.build(folder)
    service = small_federation.service(folder)
    service.read_titles()
    return service


def _texts(service: SearchService, typed: str, home: str | None = "ekdal", limit: int = 6) -> list[str]:
    return [one.text for one in service.suggest(typed, home, limit=limit)]


@pytest.mark.parametrize("typed", ["byggl", "Bygglo", "bygglov", "bygglvo", "BYGGLO ", "byglo"])
def test_a_matter_is_suggested_first_with_its_page(service: SearchService, typed: str) -> None:
    first = service.suggest(typed, "ekdal", limit=6)[0]
    assert (first.text, first.doctype.value) == ("Bygglov", "guide")
    assert first.url == "https://www.ekdal.example/bygga/bygglov"


@pytest.mark.parametrize(("with_dots", "without"), [("försk", "forsk"), ("återv", "aterv")])
def test_letters_typed_without_dots_find_the_same(
    service: SearchService, with_dots: str, without: str
) -> None:
    assert _texts(service, with_dots)
    assert set(_texts(service, with_dots)) <= set(_texts(service, without, limit=MAX_SUGGESTIONS))


def test_a_lay_word_leads_to_the_page_of_its_matter(service: SearchService) -> None:
    found = service.suggest("dagi", "ekdal", limit=6)
    assert any(
        one.text.startswith("Dagis") and one.url.startswith("https://www.ekdal.example/") for one in found
    )


def test_words_before_the_last_narrow(service: SearchService) -> None:
    found = _texts(service, "hur ansöker jag om byggl")
    assert found
    assert all("bygg" in text.casefold() for text in found)


def test_only_those_who_answer_in_the_place_are_suggested(service: SearchService) -> None:
    found = [
        one.url for word in ("bygg", "för", "av", "ko") for one in service.suggest(word, "ekdal", limit=8)
    ]
    assert found
    assert not [url for url in found if "alno.example" in url]


@pytest.mark.parametrize("typed", ["bygg", "för", "an", "kon", "ek"])
def test_nothing_is_suggested_twice(service: SearchService, typed: str) -> None:
    found = service.suggest(typed, "ekdal", limit=8)
    assert len({one.url for one in found}) == len(found)
    assert len({one.text.casefold() for one in found}) == len(found)


@pytest.mark.parametrize("typed", ["", " ", "b", "-", '"', "xyzzy", "och", "\x00\x01"])
def test_nothing_to_go_on_is_nothing(service: SearchService, typed: str) -> None:
    assert _texts(service, typed) == []


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.text('bygglovåäö-*:"( ', max_size=20), st.sampled_from(["ekdal", None]))
def test_anything_can_be_typed(service: SearchService, typed: str, home: str | None) -> None:
    found = service.suggest(typed, home, limit=3)
    assert len(found) <= 3
    assert all(one.text and one.url.startswith("https://") for one in found)
