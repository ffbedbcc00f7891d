"""Does the demo's content hold what its format promises, and does the truth match what is served?"""

import re
from pathlib import Path

import pytest

from crawler.record import Doctype
from crawler.registry import load_registry
from demo import registry_text, truth
from demo.content import DOCTYPES, ContentError, load_sites, problems, split_front_matter
from demo.federation import Federation
from demo.links import page_path

FEDERATION = Federation(8010)
_OWN_NUMBERS = re.compile(r"^(03139006\d\d|04062804\d\d|08465004\d\d|09803192\d\d|07017406\d\d)$")


def test_the_kinds_of_the_demo_are_the_doctypes_of_the_record() -> None:
    assert {doctype.value for doctype in Doctype} == DOCTYPES


def test_content_has_no_problems() -> None:
    assert list(problems(FEDERATION.sites)) == []


def test_phone_numbers_are_fictional_ones() -> None:
    strange = [
        f"{site.host}: {contact.phone}"
        for site in FEDERATION.sites.values()
        for contact in site.contacts.values()
        if contact.phone and not _OWN_NUMBERS.match(re.sub(r"\D", "", contact.phone))
    ]
    assert strange == []


def test_action_links_lead_somewhere() -> None:
    dead = [
        f"{page.host}{page.path} → {link.to}"
        for site in FEDERATION.sites.values()
        for page in site.pages.values()
        for link in page.links
        if FEDERATION.links.target(page.host, link.to) is None
        and FEDERATION.documents.find(page.host, link.to) is None
    ]
    assert dead == []


def test_the_federation_is_as_large_as_a_small_real_one() -> None:
    known = truth(8010, FEDERATION)
    kinds = [fact.kind for fact in known.values()]
    assert 900 <= len(known) <= 1400
    assert kinds.count("minutes") + kinds.count("steering") >= 170
    for kind in (
        "eservice",
        "form",
        "guide",
        "contact",
        "place",
        "news",
        "event",
        "job",
        "report",
        "decision",
    ):
        assert kind in kinds
    assert any(fact.easy_read for fact in known.values())
    assert {fact.lang for fact in known.values()} >= {"sv", "en"}


def test_truth_knows_eid_for_every_eservice() -> None:
    unknown = [
        url for url, fact in truth(8010, FEDERATION).items() if fact.kind == "eservice" and fact.eid is None
    ]
    assert unknown == []


def test_truth_leaves_out_what_must_not_be_found() -> None:
    urls = truth(8010, FEDERATION)
    assert not any("/internt/" in url for url in urls)
    assert not any(url.endswith("/mina-arenden") for url in urls)
    assert not any("MN_protokoll_230406" in url for url in urls)


def test_registry_is_valid_at_any_port(tmp_path: Path) -> None:
    file = tmp_path / "agencies.toml"
    file.write_text(registry_text(9123), "utf-8")
    registry = load_registry(file)
    assert [agency.id for agency in registry] == ["norrvik", "sunnerby", "region-vastmark", "sfm", "fbm"]
    assert all(":9123/" in seed for agency in registry for seed in agency.seeds)
    assert {host for agency in registry for host in agency.hosts} == set(FEDERATION.sites)


@pytest.mark.parametrize("text", ["no front matter", "---\ntitle: x\n", "---\n- a list\n---\nbody"])
def test_broken_front_matter_is_named(text: str) -> None:
    with pytest.raises(ContentError, match=r"page\.md"):
        split_front_matter(Path("page.md"), text)


def test_a_page_is_read_whole(tmp_path: Path) -> None:
    folder = tmp_path / "www.x.localhost"
    folder.mkdir()
    (folder / "_contacts.yaml").write_text(
        "a:\n  name: Växeln\n  phone: 031-390 06 00\n  fax: okänd\n", "utf-8"
    )
    (folder / "bygg").mkdir()
    (folder / "bygg" / "index.md").write_text(
        "---\ntitle: Bygg\nkind: guide\ncontact: a\nmodified: 2026-03-02\n"
        "links:\n- {kind: form, to: /bygg/blankett}\nfields: [Namn, {label: Adress}]\n---\n# Bygg\n\nText.\n",
        "utf-8",
    )
    site = load_sites(tmp_path)["www.x.localhost"]
    page = site.pages["/bygg"]
    assert (page.title, page.kind, page.contacts, page.fields) == (
        "Bygg",
        "guide",
        ("a",),
        ("Namn", "Adress"),
    )
    assert page.body.strip() == "Text."
    assert site.contacts["a"].phone == "031-390 06 00"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("/", "/"),
        ("/a/", "/a"),
        ("/a/index.md", "/a"),
        ("/a/b.pdf", "/a/b"),
        ("", "/"),
        ("/x.html", "/x.html"),
    ],
)
def test_page_path(written: str, key: str) -> None:
    assert page_path(written) == key
