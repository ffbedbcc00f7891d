"""Are writings of an address taken for one only where enough pages have shown it, and never else?"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import InvalidUrlError
from crawler.fetch.learned import ENOUGH, TEST_EVERY, Preferred, Variants
from crawler.urls import canonicalise

HOST = "www.norrvik.example"
BASE = f"https://{HOST}"


def _taught(pairs: list[tuple[str, str]], *, same: bool = True) -> Variants:
    variants = Variants()
    for number, (one, other) in enumerate(pairs):
        variants.learn(one, f"hash {number}")
        variants.learn(other, f"hash {number}" if same else f"other {number}")
    return variants


def _pairs(one: str, other: str, count: int = ENOUGH) -> list[tuple[str, str]]:
    return [(one.format(n=n), other.format(n=n)) for n in range(count)]


KINDS = [
    (f"http://{HOST}/a{{n}}", BASE + "/a{n}", f"http://{HOST}/b?c=1", BASE + "/b?c=1", "https"),
    (BASE + "/a{n}/", BASE + "/a{n}", BASE + "/b/c/", BASE + "/b/c", "slash"),
    (BASE + "/A{n}", BASE + "/a{n}", BASE + "/Bygga/%C3%96", BASE + "/bygga/%C3%B6", "case"),
    (BASE + "/a{n}/skriv-ut", BASE + "/a{n}", BASE + "/b/utskrift.html", BASE + "/b", "printing"),
    (BASE + "/a{n}/default.aspx", BASE + "/a{n}/", BASE + "/b/index.html", BASE + "/b/", "index"),
    (BASE + "/a{n}?fontsize=2", BASE + "/a{n}", BASE + "/b?id=1&fontsize=9", BASE + "/b?id=1", "fontsize"),
    (BASE + "/a{n}?print=1", BASE + "/a{n}?print=2", BASE + "/b?print=1", BASE + "/b", "print"),
]


@pytest.mark.parametrize(("one", "other", "asked", "instead", "word"), KINDS)
def test_five_pages_alike_make_a_rule_with_its_reason(
    one: str, other: str, asked: str, instead: str, word: str
) -> None:
    for pairs in (_pairs(one, other), _pairs(other, one)):
        preferred = _taught(pairs).preferred(asked)
        assert preferred is not None
        assert preferred.url == instead
        assert word in preferred.reason
        assert str(ENOUGH) in preferred.reason
        assert _taught(pairs).preferred(instead) is None


@pytest.mark.parametrize(("one", "other", "asked", "instead", "word"), KINDS)
def test_less_or_other_evidence_makes_none(one: str, other: str, asked: str, instead: str, word: str) -> None:
    assert _taught(_pairs(one, other, ENOUGH - 1)).preferred(asked) is None
    assert _taught(_pairs(one, other), same=False).preferred(asked) is None
    variants = _taught(_pairs(one, other, 50))
    variants.learn(one.format(n=99), "summer")
    variants.learn(other.format(n=99), "winter")
    assert variants.preferred(asked) is None, f"one pair that differed must end the rule for {word}"
    assert variants.preferred(instead) is None


def test_rules_are_each_hosts_own() -> None:
    variants = _taught(_pairs(BASE + "/A{n}", BASE + "/a{n}"))
    assert variants.preferred("https://annan.example/Bygga") is None


def test_the_same_text_everywhere_proves_nothing() -> None:
    variants = Variants()
    for number in range(50):
        variants.learn(f"{BASE}/a{number}?x=1", "Sidan finns inte")
        variants.learn(f"{BASE}/a{number}", "Sidan finns inte")
    assert variants.preferred(f"{BASE}/b?x=1") is None


@pytest.mark.parametrize(
    "name",
    ["sida", "page", "id", "pageid", "lang", "epslanguage", "q", "datum", "sv.target", "folder", "Dnr"],
)
def test_parameters_that_choose_are_never_dropped(name: str) -> None:
    variants = _taught(_pairs(f"{BASE}/a{{n}}?{name}=1", BASE + "/a{n}", 30))
    assert variants.preferred(f"{BASE}/b?{name}=1") is None


def test_of_two_hosts_and_of_slashes_the_commoner_is_asked_for_and_stays() -> None:
    bare = "https://norrvik.example"
    variants = Variants()
    for number in range(9):
        variants.learn(f"{BASE}/b{number}/", f"other {number}")
    for number in range(ENOUGH):
        variants.learn(f"{bare}/a{number}/", f"hash {number}")
        variants.learn(f"{BASE}/a{number}/", f"hash {number}")
        variants.learn(f"{BASE}/a{number}", f"hash {number}")
    assert variants.preferred(f"{bare}/c") == Preferred(
        f"{BASE}/c/",
        "the host with and without www. showed the same on 5 pages; addresses with and without a slash at "
        "the end were the same on 5 pages of this host",
    )
    assert variants.preferred(f"{BASE}/c.pdf") is None
    for number in range(99):
        variants.learn(f"{bare}/d{number}", f"new {number}")
    preferred = variants.preferred(f"{bare}/c")
    assert preferred is not None
    assert preferred.url == f"{BASE}/c/"


def test_redirects_between_writings_prove_them_and_say_which() -> None:
    variants = Variants()
    for number in range(ENOUGH):
        variants.redirected(f"{BASE}/a{number}", f"{BASE}/a{number}/")
        variants.redirected(f"{BASE}/Sida{number}", f"{BASE}/sida{number}")
        variants.redirected(f"http://annan.example/{number}", f"https://annan.example/{number}")
        variants.redirected(f"{BASE}/x{number}", f"{BASE}/start/")
    preferred = variants.preferred(f"{BASE}/B")
    assert preferred is not None
    assert preferred.url == f"{BASE}/b/"
    elsewhere = variants.preferred("http://annan.example/b")
    assert elsewhere is not None
    assert elsewhere.url == "https://annan.example/b"
    variants.redirected(f"{BASE}/zz/", f"{BASE}/zz")
    assert variants.preferred(f"{BASE}/b") is None, "redirects both ways say nothing"


def test_a_rule_is_tested_now_and_then_and_falls() -> None:
    variants = _taught(_pairs(BASE + "/A{n}", BASE + "/a{n}"))
    asked = [f"{BASE}/B{n}" for n in range(TEST_EVERY * 3)]
    tested = [url for url in asked if variants.preferred(url) is None]
    assert len(tested) == 3
    variants.learn(tested[0], "upper")
    variants.learn(tested[0].replace("/B", "/b"), "lower")
    assert all(variants.preferred(url) is None for url in asked)


def test_what_was_learned_is_carried_over_and_can_still_fall() -> None:
    first = _taught(_pairs(BASE + "/a{n}/", BASE + "/a{n}"))
    first.learn(f"{BASE}/A1", "something else")
    assert first.preferred(f"{BASE}/b/")
    kept = json.loads(json.dumps(first.to_json(HOST)))
    assert first.to_json("annan.example") == {}
    again = Variants()
    again.from_json(HOST, kept)
    assert again.preferred(f"{BASE}/b/") == first.preferred(f"{BASE}/b/")
    assert again.preferred(f"{BASE}/A1") is None
    again.learn(f"{BASE}/c", "one")
    again.learn(f"{BASE}/c/", "two")
    assert again.preferred(f"{BASE}/b/") is None
    assert again.to_json(HOST) == {}


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["norrvik.example", "scheme", "parameter:x", "alike", "led", "with", "["]), inner
        ),
    ),
)


@given(_JSON)
def test_whatever_was_kept_is_read(kept: object) -> None:
    variants = Variants()
    variants.from_json(HOST, kept)
    variants.preferred(f"http://{HOST}/a?x=1")


@given(st.lists(st.tuples(st.text(max_size=30), st.sampled_from("abc")), max_size=30), st.text(max_size=30))
def test_whatever_was_fetched_a_preferred_address_is_canonical(
    fetched: list[tuple[str, str]], asked: str
) -> None:
    variants = _taught([pair for one, other, *_ in KINDS for pair in _pairs(one, other)])
    try:
        for tail, content in fetched:
            variants.learn(canonicalise(f"{BASE}/{tail}"), content)
        preferred = variants.preferred(canonicalise(f"{BASE}/{asked}"))
    except InvalidUrlError:
        return
    assert preferred is None or canonicalise(preferred.url) == preferred.url
