"""Is an HTML page read rightly: its title, text, links, robots rules, dates and language?"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.dates import parse_date
from crawler.extract.head import Head, header_directives
from crawler.extract.language import decide
from crawler.extract.titles import name_page, readable_file_name
from crawler.page import BlockKind, Region
from tests.unit.html_pages import PARAGRAPH, read, whole

# --- titles ---


@pytest.mark.parametrize(
    ("title", "h1", "expected", "site"),
    [
        ("Bygglov | Norrviks kommun", "", "Bygglov", "Norrviks kommun"),
        ("Bygglov - Norrviks kommun", "", "Bygglov", "Norrviks kommun"),
        ("Norrviks kommun: Bygglov", "", "Bygglov", "Norrviks kommun"),
        ("Norrviks kommun – Bygglov", "", "Bygglov", "Norrviks kommun"),
        ("Bygglov | Bygga och bo | Norrviks kommun", "", "Bygglov", "Norrviks kommun"),
        ("Bygglov | Norrvik", "Bygglov", "Bygglov", "Norrvik"),
        ("Avgifter - förskola och fritidshem", "", "Avgifter - förskola och fritidshem", ""),
        ("Protokoll 2024-03-02", "Protokoll 2024-03-02", "Protokoll 2024-03-02", ""),
        ("Ansök om skolskjuts | Sörby kommun", "Ansök om skolskjuts", "Ansök om skolskjuts", "Sörby kommun"),
        ("Region Mälarbygden", "Vaccinationer", "Vaccinationer", ""),
        ("", "Färdtjänst", "Färdtjänst", ""),
        ("Skollag (2010:800) | Lagar", "Skollag", "Skollag (2010:800)", "Lagar"),
    ],
)
def test_a_page_is_called_by_its_own_name(title: str, h1: str, expected: str, site: str) -> None:
    headings = [(1, h1, True)] if h1 else []
    assert name_page(Head(title=title), headings, "https://www.exempel.example/bygglov") == (expected, site)


def test_the_sites_name_in_an_h1_is_not_the_pages() -> None:
    headings = [(1, "Norrviks kommun", False), (2, "Bygglov", True)]
    assert (
        name_page(Head(title="Bygglov - Norrviks kommun"), headings, "https://norrvik.example/")[0]
        == "Bygglov"
    )


def test_a_page_without_any_name_is_called_after_its_address() -> None:
    assert (
        read("<p>" + PARAGRAPH, url="https://a.example/bygga/sok-bygglov.4.5d2b8a7c1e.html").title
        == "Sok bygglov"
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("protokoll_KS-2024.pdf", "Protokoll KS 2024"),
        ("Ansökan%20om".replace("%20", " ") + ".docx", "Ansökan om"),
        ("2024-03-02.pdf", "2024-03-02"),
    ],
)
def test_readable_file_names(name: str, expected: str) -> None:
    assert readable_file_name(name) == expected


# --- text ---


def test_lines_of_an_address_are_kept() -> None:
    page = read(whole("<main><p>Besök oss:<br>Storgatan 1<br/>123 45 Norrby</p></main>"))
    assert page.blocks[0].text == "Besök oss:\nStorgatan 1\n123 45 Norrby"


def test_a_row_of_a_table_is_one_block_and_a_layout_table_is_none() -> None:
    data = read(
        whole(
            "<main><table><tr><th>Dag</th><th>Tid</th></tr><tr><td>Mån</td><td>9<br>13</td></tr></table></main>"
        )
    )
    assert [b.text for b in data.blocks] == ["Dag | Tid", "Mån | 9, 13"]
    layout = read(
        whole(
            "<main><table><tr><td><h1>Bygglov</h1><p>Text ett.</p><p>Text två.</p></td></tr></table></main>"
        )
    )
    assert [b.kind for b in layout.blocks] == [BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.PARAGRAPH]


def test_soft_hyphens_and_zero_width_marks_are_gone() -> None:
    page = read(whole("<main><p>Barn&shy;omsorgs&shy;taxa och sop\u200bhämtning\ufeff</p></main>"))
    assert page.text() == "Barnomsorgstaxa och sophämtning"


def test_text_of_scripts_templates_and_icons_is_no_text() -> None:
    inside = (
        "<main><p>Text<i aria-hidden=true>ikon</i></p><script>var a='skript'</script><style>.b{}</style>"
        "<template><p>mall</p></template><noscript><p>utan skript</p></noscript>"
        "<svg><title>bild</title></svg></main>"
    )
    assert read(whole(inside)).text() == "Text"


def test_hidden_tabs_keep_their_text() -> None:
    page = read(
        whole("<main><h1>Avgift</h1><div style='display:none' aria-hidden=true><p>Taxan är 100 kr.</p></div>")
    )
    assert "Taxan är 100 kr." in page.text()


def test_an_address_that_stands_only_in_the_link_is_written_out() -> None:
    page = read(
        whole("<main><p>Frågor? <a href='mailto:bygg@norrby.example?subject=x'>Mejla oss</a></p></main>")
    )
    assert page.text() == "Frågor? Mejla oss (bygg@norrby.example)"


@pytest.mark.parametrize(
    "phrase",
    ["Hoppa till innehåll", "Skriv ut", "Lyssna", "Dela på Facebook", "Hjälpte informationen på sidan dig?",
     "Sidan uppdaterad: 3 mars 2026", "Sidansvarig: Kim Strand", "Till toppen", "Publicerad 2025-11-02"],
)  # fmt: skip
def test_tools_of_the_page_are_no_text(phrase: str) -> None:
    page = read(whole(f"<main><h1>Bygglov</h1><p>{PARAGRAPH}</p><p>{phrase}</p></main>"))
    assert phrase not in page.text()


@pytest.mark.parametrize(
    "phrase",
    ["Ändrade öppettider i jul", "Uppdaterad taxa för bygglov",
     "Är du osäker på vad som gäller?", "Dela gärna upp avfallet",
     "Sök bygglov", "E-post: bygg@norrby.example", "Publicera din annons hos oss", "Skicka in ansökan"],
)  # fmt: skip
def test_content_that_resembles_tools_is_kept(phrase: str) -> None:
    page = read(whole(f"<main><h1>Bygglov</h1><p>{PARAGRAPH}</p><p>{phrase}</p></main>"))
    assert phrase in page.text()


def test_class_names_of_state_or_layout_hide_nothing() -> None:
    for names in (
        "has-menu no-sidebar",
        "page-with-left-menu",
        "menu-open",
        "col-md-8 main-content sidebar-visible",
        "nav-wrapper",
    ):
        page = read(whole(f"<div class='{names}'><h1>Bygglov</h1><p>{PARAGRAPH}</p></div>"))
        assert PARAGRAPH in page.text(), names


def test_links_know_their_place_and_heading() -> None:
    inside = (
        "<nav><a href='/a'>Skola</a></nav><main><h1>Bygglov</h1><h2>E-tjänster</h2>"
        "<p>Gå till <a href='ansok#x'>Ansök</a> nu."
        "</p><p><a href='javascript:x()'>Nej</a><a href='tel:0313900612'>Ring</a></p></main>"
    )
    links = read(whole(inside), url="https://www.norrby.example/bygga/lov").links
    assert [(k.url, k.text, k.region, k.context) for k in links] == [
        ("https://www.norrby.example/a", "Skola", Region.CHROME, ""),
        ("https://www.norrby.example/bygga/ansok", "Ansök", Region.MAIN, "E-tjänster"),
    ]


def test_a_card_that_is_one_link_is_called_by_its_heading() -> None:
    page = read(
        whole("<main><h1>Bygga</h1><a href='/lov'><h2>Bygglov</h2><p>Så ansöker du om lov.</p></a></main>")
    )
    assert [link.text for link in page.links] == ["Bygglov"]
    assert "Så ansöker du om lov." in page.text()


def test_base_and_canonical() -> None:
    head = "<base href='https://cdn.norrby.example/sv/'><link rel=canonical href='/bygglov'>"
    page = read(whole("<main><p>Text <a href='x'>länk</a></p></main>", head))
    assert page.canonical == "https://cdn.norrby.example/bygglov"
    assert page.links[0].url == "https://cdn.norrby.example/sv/x"


# --- robots ---


def test_robots_of_meta_and_header() -> None:
    page = read(
        whole("<p>" + PARAGRAPH, "<meta name=robots content='NOINDEX, Follow'>"),
        **{"x-robots-tag": "noarchive"},
    )
    assert page.robots == {"noindex", "follow", "noarchive"}
    assert read(whole("<p>" + PARAGRAPH, "<meta name=medborgarsok content=none>")).robots == {
        "none",
        "noindex",
        "nofollow",
    }
    assert read(whole("<p>" + PARAGRAPH, "<meta name=otherbot content=noindex>")).robots == frozenset()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("noindex", {"noindex"}),
        ("otherbot: noindex, nofollow", set()),
        ("medborgarsok: noindex", {"noindex"}),
        ("otherbot: noindex, medborgarsok: nofollow", {"nofollow"}),
        ("unavailable_after: 25 Jun 2027 15:00:00 PST", set()),
        ("", set()),
    ],
)
def test_robots_of_the_header_are_addressed(header: str, expected: set[str]) -> None:
    assert header_directives(header) == expected


# --- dates ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Senast uppdaterad: 3 mars 2026", date(2026, 3, 3)),
        ("den 1:e februari 2024", date(2024, 2, 1)),
        ("2025-11-02T08:00", date(2025, 11, 2)),
        ("20251102", date(2025, 11, 2)),
        ("March 5, 2020", date(2020, 3, 5)),
        ("3/12 2024", date(2024, 12, 3)),
        ("31 februari 2024", None),
        ("ring 031-390 06 12", None),
        ("0202-44-99", None),
    ],
)
def test_dates_in_words(text: str, expected: date | None) -> None:
    assert parse_date(text) == expected


@given(st.text(max_size=200))
def test_dates_never_raise(text: str) -> None:
    parse_date(text)


def test_dates_of_the_page_and_of_nothing_else() -> None:
    inside = (
        f"<main><h1>Lov</h1><p>Lagen ändrades den 1 juli 2014.</p><p>{PARAGRAPH}</p>"
        "<p>Publicerad 2025-11-02</p><p>Senast granskad den 3 mars 2026</p></main>"
    )
    page = read(whole(inside))
    assert (page.published, page.modified) == (date(2025, 11, 2), date(2026, 3, 3))
    future = read(whole("<p>" + PARAGRAPH, "<meta property='article:published_time' content='2099-01-01'>"))
    assert future.published is None


# --- language ---


def test_declared_and_detected_languages() -> None:
    assert decide("Kort", "so", "html lang")[0] == "so"
    assert decide("Kort", "", "")[0] == "sv"
    english = (
        "This page is for you who want to apply for a permit and need help with the form or the fee. " * 3
    )
    assert decide(english, "sv", "html lang")[0] == "en"
    assert decide(PARAGRAPH, "en", "html lang")[0] == "sv"
    assert decide(PARAGRAPH, "", "")[0] == "sv"


def test_swedish_is_not_taken_for_its_neighbours() -> None:
    short = "Kom till oss om du vill ha information om skolan, det går bra att komma till kontoret."
    assert decide(short, "sv", "html lang")[0] == "sv"
    norwegian = (
        "Du som skal bygge må ofte søke om tillatelse hos kommunen, og her kan du lese om hva som gjelder og "
        "hvordan du søker. Det er også mulig å ringe."
    )
    assert decide(norwegian, "sv", "html lang")[0] == "no"
    danish = (
        "Her kan du læse om, hvad der gælder for børn, og hvordan du får hjælp af kommunen. "
        "Det er også muligt at ringe til os."
    )
    assert decide(danish, "", "")[0] == "da"


def test_other_scripts() -> None:
    arabic = (
        "يمكنك هنا قراءة المزيد عن المدرسة والروضة وكيفية تقديم طلب للحصول على مكان "
        "لطفلك في البلدية هذا العام أو العام القادم"
    )
    assert decide(arabic, "sv", "html lang")[0] == "ar"


def test_the_evidence_says_who_won() -> None:
    _, evidence = decide(PARAGRAPH, "en", "html lang")
    assert "declared en (html lang)" in evidence
    assert "sv" in evidence
