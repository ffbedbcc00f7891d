"""Is agencies.toml held to its word, with every problem at its line?"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import InvalidUrlError, RegistryError, UnknownAgencyError
from crawler.record import Doctype
from crawler.registry import (
    Agency,
    AgencyKind,
    host_of,
    is_private_address,
    is_private_host,
    load_registry,
)

GOOD = """
[[agency]]
id = "norrby"
name = "Norrby kommun"
kind = "municipality"
municipality_code = "2599"
region = "lanet"
seeds = ["https://www.norrby.example/"]
hosts = ["e-tjanster.norrby.example"]
deny = ["/intern/", "*?print="]
[agency.contact]
switchboard = "0980-319 200"
web = "https://www.norrby.example/"
[[agency.hints]]
pattern = "/arkiv/"
doctype = "minutes"

[[agency]]
id = "lanet"
name = "Region Länet"
kind = "region"
seeds = ["https://länet.example/"]
"""


def _write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "agencies.toml"
    path.write_text(text, "utf-8")
    return path


def _problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(RegistryError) as caught:
        load_registry(_write(tmp_path, text))
    return caught.value.problems


def test_a_good_registry(tmp_path: Path) -> None:
    registry = load_registry(_write(tmp_path, GOOD))
    norrby = registry["norrby"]
    assert [agency.id for agency in registry] == ["norrby", "lanet"]
    assert norrby.hosts == ("e-tjanster.norrby.example", "www.norrby.example")
    assert norrby.short_name == "Norrby kommun"
    assert registry["lanet"].hosts == ("xn--lnet-loa.example",)
    assert registry.of_host("www.norrby.example") is norrby
    assert registry.of_kind(AgencyKind.REGION) == (registry["lanet"],)
    hint = norrby.hint_for("https://www.norrby.example/arkiv/2024/1.pdf")
    assert hint is not None
    assert hint.doctype is Doctype.MINUTES


@pytest.mark.parametrize(
    ("url", "admitted"),
    [
        ("https://www.norrby.example/bygga/", True),
        ("https://www.norrby.example/intern/x", False),
        ("https://www.norrby.example/a?print=1", False),
    ],
)
def test_deny_patterns(tmp_path: Path, url: str, admitted: bool) -> None:
    assert load_registry(_write(tmp_path, GOOD))["norrby"].admits(url) is admitted


def test_all_problems_at_once_with_their_lines(tmp_path: Path) -> None:
    text = (
        GOOD.replace('"https://länet.example/"', '"ftp://lanet.example/"').replace('"2599"', '"25"')
        + '\n[[agency]]\nid = "Fel id"\nname = "X"\nkind = "kommun"\nseeds = []\nfart = 3\n'
    )
    problems = _problems(tmp_path, text)
    lines = text.splitlines()

    def line_of(start: str) -> int:
        return next(n for n, line in enumerate(lines, start=1) if line.startswith(start))

    told = "\n".join(problems)
    assert f"line {line_of('municipality_code')}: agency 'norrby': municipality_code" in told
    assert "ftp://lanet.example/" in told
    for key in ("id =", "kind", "seeds = []", "fart"):
        number = [n for n, line in enumerate(lines, start=1) if line.startswith(key)][-1]
        assert f"line {number}: agency 'Fel id'" in told
    assert len(problems) >= 6


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no [[agency]] entry"),
        ("[agency]\nid = 'x'", "double brackets"),
        ("agency = 3", "double brackets"),
        ("x = [", "is not TOML"),
        (GOOD + "\n[general]\nx = 1\n", "unknown key 'general'"),
        (GOOD.replace('region = "lanet"', 'region = "norrby"'), "is not the id of an agency of kind region"),
        (GOOD.replace("e-tjanster.norrby.example", "xn--lnet-loa.example"), "belongs to"),
        (GOOD.replace('id = "lanet"', 'id = "norrby"'), "used twice"),
        (GOOD.replace("e-tjanster.norrby.example", "https://e.example/"), "is not a host name"),
        (GOOD.replace('https://www.norrby.example/"]', 'https://a:b@www.norrby.example/"]'), "secrets"),
        (GOOD.replace('web = "https://www.norrby.example/"', 'web = "javascript:alert(1)"'), "web"),
    ],
)
def test_problems_are_named(tmp_path: Path, text: str, told: str) -> None:
    assert any(told in problem for problem in _problems(tmp_path, text))


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="cannot be read"):
        load_registry(tmp_path / "none.toml")
    path = tmp_path / "bytes.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RegistryError, match="not UTF-8"):
        load_registry(path)


def test_an_unknown_agency_names_the_known(tmp_path: Path) -> None:
    registry = load_registry(_write(tmp_path, GOOD))
    with pytest.raises(UnknownAgencyError, match="norrby, lanet"):
        _ = registry["sorby"]


@given(st.text())
def test_host_of_never_raises(url: str) -> None:
    host_of(url)
    host_of(f"https://{url}/")


@given(st.from_regex(r"/[a-z*\[\]!]{0,20}(\?[a-z]{1,5})?", fullmatch=True))
def test_a_pattern_admits_its_own_literal_path(path: str) -> None:
    agency = Agency(id="a", name="A", kind=AgencyKind.OTHER, seeds=("https://a.example/",), deny=(path,))
    assert not agency.admits("https://a.example" + path.replace("*", "x"))


@pytest.mark.parametrize(
    "host", ["localhost", "www.x.localhost", "127.0.0.1", "10.1.2.3", "[::1]", "printer.local", "169.254.1.1"]
)
def test_private_hosts(host: str) -> None:
    assert is_private_host(host)


@pytest.mark.parametrize("host", ["www.norrby.example", "93.184.216.34", "localhost.example"])
def test_public_hosts(host: str) -> None:
    assert not is_private_host(host)


def test_an_address_mapped_into_ipv6_is_still_private() -> None:
    assert is_private_address("::ffff:127.0.0.1")
    assert not is_private_address("not an address")


SAME = """
drop_parameters = ["sv.target", "Print*", "språk[]"]
prefer_https = true
ignore_case = true
ignore_trailing_slash = true
quiet_hours = ["07:00-09:30", "22:00-06:00"]
proxy = "http://proxy.norrby.example:3128"
"""
RULED = GOOD.replace('deny = ["/intern/", "*?print="]', SAME).replace(
    "[agency.contact]\nswitchboard", '[agency.aliases]\n"Norrby.example" = "www.norrby.example"\n'
    "[agency.contact]\nswitchboard"
)  # fmt: skip


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://norrby.example/Bygga/", "https://www.norrby.example/bygga"),
        ("http://norrby.example:8080/", "http://www.norrby.example:8080/"),
        ("https://www.norrby.example/F%C3%96RSKOLA//", "https://www.norrby.example/f%C3%B6rskola"),
        ("https://www.norrby.example/%C3%C5A%2F", "https://www.norrby.example/%C3%C5a%2F"),
        ("https://www.norrby.example/a?SV.target=12.3&Id=A&printview", "https://www.norrby.example/a?Id=A"),
        ("https://www.norrby.example/a?spr%c3%a5k%5b%5d=1&sv.targets=2", "https://www.norrby.example/a?sv.targets=2"),
        ("http://annan.example/A/?print=1", "http://annan.example/A/?print=1"),
    ],
)  # fmt: skip
def test_an_agencys_own_rules_of_writing(tmp_path: Path, url: str, canonical: str) -> None:
    registry = load_registry(_write(tmp_path, RULED))
    norrby = registry["norrby"]
    assert norrby.canonical(url) == registry.canonical(url) == canonical
    assert norrby.canonical(canonical) == canonical


def test_an_alias_is_the_agencys_and_never_asked(tmp_path: Path) -> None:
    registry = load_registry(_write(tmp_path, RULED))
    norrby = registry["norrby"]
    assert norrby.owns("https://norrby.example/a")
    assert registry.of_host("norrby.example") is norrby
    assert "norrby.example" not in norrby.hosts
    assert registry["lanet"].canonical("http://norrby.example/A/") == "http://norrby.example/A/"
    assert len({norrby, registry["lanet"], norrby}) == 2


@pytest.mark.parametrize(
    ("old", "new", "key", "told"),
    [
        ('= "www.norrby.example"', '= "www.annan.example"', "[agency.aliases]", "is not among hosts"),
        ('"Norrby.example" =', '"xn--lnet-loa.example" =', 'seeds = ["https://länet', "belongs to 'norrby'"),
        ('"Norrby.example" =', '"https://x" =', "[agency.aliases]", "is not a host name"),
        ('= "www.norrby.example"', '= "norrby.example"', "[agency.aliases]", "alias of itself"),
        ('= "www.norrby', '= "x.example"\n"x.example" = "www.norrby', "[agency.aliases]", "an alias too"),
        ('"22:00-06:00"', '"09:30-07:00"', "quiet_hours", "no time is left"),
        ('"22:00-06:00"', '"22-06"', "quiet_hours", "07:00-09:30"),
        ('"22:00-06:00"', '"22:00-22:00"', "quiet_hours", "begins when it ends"),
        ('"Print*"', '"*"', "drop_parameters", "name of a parameter"),
        ('"Print*"', '"a=1"', "drop_parameters", "name of a parameter"),
        ("http://proxy", "http://a:b@proxy", "proxy", "secrets"),
        ("http://proxy", "socks5://proxy", "proxy", "HTTP proxy"),
        ("http://proxy.norrby.example:3128", "http://proxy:99999", "proxy", "not a URL"),
    ],
)
def test_problems_of_the_rules_have_their_line(
    tmp_path: Path, old: str, new: str, key: str, told: str
) -> None:
    text = RULED.replace(old, new)
    assert text != RULED
    problems = _problems(tmp_path, text)
    number = next(n for n, line in enumerate(text.splitlines(), start=1) if line.startswith(key))
    assert any(told in problem and problem.startswith(f"line {number}:") for problem in problems), problems


@given(
    st.text(max_size=60),
    st.sampled_from(["http://a.example/", "https://B.example:81/%C4%B0", "http://b.example/å?Print=1&"]),
)
def test_an_agencys_rules_change_nothing_twice(tail: str, start: str) -> None:
    agency = Agency(
        id="a", name="A", kind=AgencyKind.OTHER, seeds=("https://a.example/",),
        aliases={"b.example": "a.example"}, prefer_https=True, ignore_case=True, ignore_trailing_slash=True,
        drop_parameters=("print", "x*"),
    )  # fmt: skip
    try:
        once = agency.canonical(start + tail)
    except InvalidUrlError:
        return
    assert agency.canonical(once) == once
    assert host_of(once) == "a.example"
