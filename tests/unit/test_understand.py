"""Does a page become a sound record, whatever it holds?"""

# ruff: noqa: E501 - sketches of pages read better whole

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.page import Block, BlockKind, ExtractedPage, FetchedPage, PageForm, PageLink, Region
from crawler.record import ActionKind, Doctype, DocumentRecord, RequestedUrl
from crawler.registry import AgencyKind, DoctypeHint
from crawler.understand import MAX_TEXT, behind_login, understand
from crawler.understand.rules import RULES
from crawler.understand.signature import content_hash, simhash
from crawler.urls import canonicalise
from tests.unit.understanding import AGENCY, AT, record

GUIDE = (
    "<h1>Bygga altan</h1><p>Du behöver sällan bygglov för en altan. Så här ansöker du: fyll i e-tjänsten. Du kan ringa oss.</p>"
    "<p>Läs mer om <a href='/bygga/bygglov'>bygglov</a> och <a href='/nyheter/1'>våra nyheter</a>.</p>"
)
SERVICES = (
    "<h2>Självservice</h2><ul><li><a href='http://e-tjanster.ekdal.localhost/oversikt/overview/7'>Ansök om bygglov</a> (kräver e-legitimation)</li>"
    "<li><a href='/blanketter/ansokan-om-bygglov.pdf'>Ansökan om bygglov, blankett (PDF, 120 kB)</a></li>"
    "<li><a href='http://e-tjanster.ekdal.localhost/oversikt/overview/7?utm_source=box'>E-tjänst</a></li>"
    "<li><a href='/kontakt/byggenheten'>Kontakta byggenheten</a></li></ul>"
)


def test_actions_of_a_guide() -> None:
    found = record("/bygga/altan", GUIDE, aside=SERVICES).actions
    assert [(a.kind, a.url, a.title, a.needs_eid) for a in found] == [
        (
            ActionKind.ESERVICE,
            "http://e-tjanster.ekdal.localhost/oversikt/overview/7",
            "Ansök om bygglov",
            True,
        ),
        (
            ActionKind.FORM,
            "http://www.ekdal.localhost/blanketter/ansokan-om-bygglov.pdf",
            "Ansökan om bygglov, blankett",
            None,
        ),
        (ActionKind.CONTACT, "http://www.ekdal.localhost/kontakt/byggenheten", "Kontakta byggenheten", None),
    ]


def test_menus_and_related_links_are_no_actions() -> None:
    aside = "<h2>Relaterad information</h2><ul><li><a href='http://e-tjanster.ekdal.localhost/oversikt/overview/8'>Anmäl eldstad</a></li></ul>"
    assert record("/bygga/altan", GUIDE, aside=aside).actions == ()


def test_minutes_have_neither_actions_nor_contacts() -> None:
    main = (
        "<h1>Protokoll kommunstyrelsen 2026-03-11</h1><p>Sammanträdesprotokoll. Plats och tid: Ekdalssalen. Utses att justera: Per Gran. Paragrafer 1–4.</p>"
        "<p>Telefon 031-390 06 12</p><p><a href='http://e-tjanster.ekdal.localhost/oversikt/overview/7'>Ansök om bygglov</a></p>"
    )
    found = record("/protokoll/ks", main)
    assert found.doctype is Doctype.MINUTES
    assert found.actions == ()
    assert found.contacts == ()


def test_a_record_holds_what_was_read() -> None:
    found = record("/bygga/altan", GUIDE, crumbs="Start / Bygga och bo")
    assert found.agency == "ekdal"
    assert found.host == "www.ekdal.localhost"
    assert found.title == "Bygga altan"
    assert found.fetched == found.checked == AT
    assert found.content_hash == content_hash(found.title, found.text)
    assert found.signature == simhash(found.text)
    assert len(found.signature) == 16
    assert found.content_length > 500
    assert DocumentRecord.model_validate_json(found.model_dump_json()) == found


def test_the_agencys_hint_decides() -> None:
    agency = AGENCY.model_copy(update={"hints": (DoctypeHint(pattern="/bygga/", doctype=Doctype.STEERING),)})
    assert record("/bygga/altan", GUIDE, agency=agency).doctype is Doctype.STEERING


def test_long_texts_are_bounded() -> None:
    blocks = tuple(Block("Du kan ansöka om bygglov här. " * 200) for _ in range(200))
    assert (
        len(assembled(ExtractedPage("http://x.example/a", "text/html", "A" * 9_000, blocks=blocks)).text)
        <= MAX_TEXT
    )


def test_a_pdf_with_lines_to_fill_in_is_a_form() -> None:
    lines = ("Namn ______________", "Personnummer ____________", "Adress __________", "Ort och datum ________", "Underskrift _________",
             "Blanketten skickas till: Byggenheten, Box 1, 987 65 Ekdal")  # fmt: skip
    page = ExtractedPage(
        "http://www.ekdal.localhost/d/18.6.pdf",
        "application/pdf",
        "Anmälan om eldstad",
        blocks=tuple(map(Block, lines)),
        pages=1,
    )
    found = assembled(page)
    assert found.doctype is Doctype.FORM
    assert found.contacts[0].postal_address == "Box 1, 987 65 Ekdal"


@pytest.mark.parametrize(
    ("title", "text", "doctype"),
    [
        ("Sammanträdesprotokoll byggnadsnämnden 2026-04-02",
         "Sammanträdesdatum 2026-04-02\nPlats och tid\nBeslutande\nJusterare\nUnderskrifter\n§ 41 Bygglov Ek 1:2\nDnr BN 2026-77", "minutes"),
        ("Policy för inköp", "Antagen av kommunfullmäktige 2024-02-26\nGäller från: 2024-03-01\nDokumentansvarig: inköpschefen\nSyfte", "steering"),
        ("Taxa för kopior och avskrifter", "Fastställd av kommunfullmäktige 2025-11-24. Gäller från och med 2026-01-01. Författningssamling.", "steering"),
        ("Delårsrapport januari–augusti 2026", "Förvaltningsberättelse\nResultaträkning\nBalansräkning\nPrognos och utfall\nNettokostnader", "report"),
        ("Granskning av intern kontroll", "Revisionsrapport. Sammanfattning. Iakttagelser. Bedömning. Revisionsfråga. Slutsats.", "report"),
        ("Beslut om bidrag till Ekdals IK", "Dnr KF 2026:9\nBeslutsdatum 2026-02-02\nÄrendet\nSkäl för beslutet\nHur man överklagar\nBeslutet fattas med stöd av delegationsordning",
         "decision"),
        ("Förordning (2011:338) om plan och bygge", "1 kap. Inledande bestämmelser\n1 § Denna förordning innehåller föreskrifter.\n2 § Med altan avses", "law"),
        ("Stadgar (1906:60 s.1) för Ekdals samfund", "§ 1. Samfundet har till uppgift att främja lärdom.\n§ 2. Samfundet har trettio ledamöter.", "law"),
        ("SÄL är en förkortning av lagen (1990:999) om särskilda frågor", "Lagen säger när en kommun får besluta om plats.\nDu kan fråga din handläggare.", "guide"),
        ("Vad betyder lagen (1990:999) om särskilda frågor för dig?", "Du kan få hjälp av kommunen.\nHör av dig till oss.", "guide"),
    ],
)  # fmt: skip
def test_documents(title: str, text: str, doctype: str) -> None:
    page = ExtractedPage("http://www.ekdal.localhost/download/18.abc/1.pdf", "application/pdf", title,
                         blocks=tuple(Block(line) for line in text.split("\n")), pages=3)  # fmt: skip
    found = assembled(page)
    assert found.doctype == Doctype(doctype), found.doctype_evidence


def assembled(page: ExtractedPage) -> DocumentRecord:
    url = canonicalise(page.url)
    return understand(FetchedPage(RequestedUrl(page.url), page.url, 200, {}, b"", AT), page, AGENCY, url)


# --- behind a login ---


def test_an_e_service_behind_a_login_is_known_by_its_links() -> None:
    found = behind_login(
        "http://e-tjanster.ekdal.localhost/oversikt/overview/7", ("Ansök om bygglov", "Logga in"), AGENCY, AT
    )
    assert found is not None
    assert (found.doctype, found.needs_eid, found.title) == (Doctype.ESERVICE, True, "Ansök om bygglov")
    assert found.doctype_evidence
    assert found.eid_evidence
    assert found.host == "e-tjanster.ekdal.localhost"


@pytest.mark.parametrize(
    ("url", "texts"),
    [
        ("http://www.ekdal.localhost/intranat", ("Intranät",)),
        ("http://www.ekdal.localhost/admin/login", ("Logga in",)),
        ("http://e-tjanster.ekdal.localhost/", ("Mina sidor",)),
        ("http://e-tjanster.ekdal.localhost/oversikt/overview/7", ()),
        ("http://e-tjanster.ekdal.localhost/oversikt/overview/7", ("Läs mer", "Här")),
        ("http://www.ekdal.localhost/larplattform", ("Lärplattformen",)),
        ("not a url", ("Ansök om bygglov",)),
    ],
)
def test_what_is_no_e_service_behind_a_login(url: str, texts: tuple[str, ...]) -> None:
    assert behind_login(url, texts, AGENCY, AT) is None


# --- signatures ---


def distance(a: str, b: str) -> int:
    return (int(simhash(a), 16) ^ int(simhash(b), 16)).bit_count()


def test_near_copies_have_near_signatures() -> None:
    words = [f"ord{n * 7919 % 1000}" for n in range(600)]
    changed = [*words[:300], "annat", *words[301:]]
    assert distance(" ".join(words), " ".join(changed)) <= 6
    assert distance(" ".join(words), " ".join(f"sak{n}" for n in range(600))) > 15
    assert simhash("") == simhash(" – !") == ""
    assert simhash("Ett Ord") == simhash("ett  ord")


def test_the_signature_never_changes() -> None:
    # It lies in stores: a new way of counting would make every page look new.
    assert simhash("Bygglov för altan i Ekdals kommun") == SIGNATURE


SIGNATURE = "0425d1e2542414dc"


# --- the table of rules ---


def test_every_doctype_has_rules_with_reasons() -> None:
    assert {rule.doctype for rule in RULES} == set(Doctype)
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.reason and rule.weight for rule in RULES)
    assert all(bool(rule.pattern) != bool(rule.words) for rule in RULES)
    assert all(len(rule.words) >= rule.at_least for rule in RULES if rule.words)


# --- whatever a page holds ---

TEXT = st.text(max_size=120)
WORDS = st.sampled_from(
    [
        "Telefon: 031-390 06 12",
        "§ 12",
        "Protokoll",
        "e-tjänst",
        "BankID",
        "a" * 5_000,
        "((((((",
        "0" * 300,
        "____" * 80,
        "@" * 200,
        "Kontakt",
        "\x00\ud800",
    ]
)
BLOCKS = st.lists(
    st.builds(Block, TEXT | WORDS, st.sampled_from(BlockKind), st.sampled_from(Region), st.integers(0, 6)),
    max_size=12,
).map(tuple)
URLS = st.sampled_from(
    [
        "http://x.example/",
        "http://e-tjanster.x.example/oversikt/overview/1",
        "mailto:a@b",
        "",
        "http://[",
        "tel:1",
    ]
)
LINKS = st.lists(st.builds(PageLink, URLS, TEXT | WORDS, st.sampled_from(Region), TEXT), max_size=6).map(
    tuple
)
FORMS = st.lists(
    st.builds(PageForm, TEXT, TEXT, st.lists(TEXT, max_size=4).map(tuple), st.lists(TEXT, max_size=4).map(tuple), TEXT, st.sampled_from(Region)),
    max_size=3,
).map(tuple)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["@type", "@graph", "name", "telephone", "email", "address", "openingHours", "properties", "x"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
ITEMS = st.lists(
    st.dictionaries(
        st.sampled_from(
            ["@type", "name", "telephone", "email", "address", "openingHoursSpecification", "mainEntity"]
        ),
        JSON,
        max_size=4,
    ),
    max_size=3,
).map(tuple)
PAGES = st.builds(
    ExtractedPage, st.just("http://x.example/a"), st.sampled_from(["text/html", "application/pdf", "x"]), TEXT | WORDS, TEXT, BLOCKS, TEXT,
    st.lists(TEXT, max_size=3).map(tuple), st.just("sv"), TEXT, st.booleans(), st.none() | st.just(date(2026, 1, 1)), st.none(), LINKS, FORMS, ITEMS,
    st.dictionaries(st.sampled_from(["og:type", "pagetype", "x"]), TEXT, max_size=2),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(PAGES)
def test_no_page_makes_it_fail(page: ExtractedPage) -> None:
    found = assembled(page)
    assert found.doctype in Doctype
    assert DocumentRecord.model_validate_json(found.model_dump_json()).url == found.url


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.lists(TEXT | WORDS, max_size=4).map(tuple))
def test_no_login_makes_it_fail(path: str, texts: tuple[str, ...]) -> None:
    for url in (path, f"http://e-tjanster.ekdal.localhost/{path}"):
        found = behind_login(url, texts, AGENCY, AT)
        assert found is None or found.model_dump_json()


@pytest.mark.parametrize("kind", list(AgencyKind))
def test_any_kind_of_agency(kind: AgencyKind) -> None:
    agency = AGENCY.model_copy(update={"kind": kind, "municipality_code": ""})
    assert record("/bygga/altan", GUIDE, agency=agency).doctype is Doctype.GUIDE


@pytest.mark.parametrize(
    "title",
    [
        "Förordning om avgifter vid samordning av resurser med enskilda anordnare av utbildningar (2024:672)",
        "Förordning (1975:1) om protokoll i ärenden",
        "Tjänsteresereglemente (1953:666)",
    ],
)
def test_a_statute_is_law_whatever_it_is_about(title: str) -> None:
    sections = "".join(
        f"<h3>{number} §</h3><p>Vid sammanträde förs protokoll. Denna paragraf gäller dagordning och justering.</p>"
        for number in range(1, 9)
    )
    assert record("/eli/sfs/2024/672", f"<h1>{title}</h1>{sections}").doctype is Doctype.LAW


@pytest.mark.parametrize("title", ["Press", "Pressrum", "För journalister"])
def test_a_page_with_the_press_offices_number_is_contact(title: str) -> None:
    main = f"<h1>{title}</h1><p>Pressjouren svarar journalister dygnet runt.</p><p>Ring 031-390 06 70, press@ekdal.example</p>"
    assert record("/om/press", main).doctype is Doctype.CONTACT
