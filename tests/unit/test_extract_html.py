"""Is an HTML page read rightly whatever it declares, however it is built, and however hostile it is?"""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract import charset, extract
from crawler.extract.dates import parse_date
from crawler.extract.head import Head, header_directives
from crawler.extract.kinds import Kind, kind_of
from crawler.extract.language import decide
from crawler.extract.titles import name_page, readable_file_name
from crawler.outcomes import Outcome
from crawler.page import BlockKind, ExtractedPage, FetchedPage, Region, UnreadablePage
from crawler.record import RequestedUrl

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PARAGRAPH = (
    "Du som vill bygga en altan behöver ibland söka bygglov hos kommunen. Här kan du läsa om vad som gäller "
    "och hur du ansöker. Kontakta oss gärna om du är osäker på vad som gäller för just ditt hus."
)


def read(
    body: str | bytes,
    url: str = "https://www.norrby.example/a",
    content_type: str = "text/html",
    **headers: str,
) -> ExtractedPage:
    raw = body.encode() if isinstance(body, str) else body
    return extract(
        FetchedPage(RequestedUrl(url), url, 200, {"content-type": content_type, **headers}, raw, NOW)
    )


def outcome(body: str | bytes, **more: str) -> Outcome:
    with pytest.raises(UnreadablePage) as caught:
        read(body, **more)
    return caught.value.outcome


def whole(inside: str, head: str = "<title>Bygglov</title>") -> str:
    return f"<!doctype html><html lang=sv><head>{head}</head><body>{inside}</body></html>"


# --- character sets ---


@pytest.mark.parametrize(
    ("encoding", "header", "meta"),
    [
        ("utf-8", "", ""),
        ("utf-8", "iso-8859-1", "windows-1252"),
        ("utf-8-sig", "iso-8859-1", ""),
        ("windows-1252", "", ""),
        ("windows-1252", "utf-8", "utf-8"),
        ("iso-8859-1", "iso-8859-1", ""),
        ("utf-16", "", ""),
        ("utf-16-le", "utf-16", ""),
        ("iso-8859-15", "iso-8859-15", "utf-8"),
    ],
)
def test_swedish_letters_survive_every_declaration(encoding: str, header: str, meta: str) -> None:
    declared = f"<meta charset='{meta}'>" if meta else ""
    html = whole(
        f"<main><h1>Sök bygglov för växthus</h1><p>{PARAGRAPH} Åtta överåriga älgar.</p></main>", declared
    )
    page = read(html.encode(encoding), content_type=f"text/html; charset={header}" if header else "text/html")
    assert page.title == "Sök bygglov för växthus"
    assert "Åtta överåriga älgar" in page.text()


def test_other_declared_sets_are_believed() -> None:
    html = (
        "<html lang=ru><main><p>Добро пожаловать на сайт муниципалитета, здесь вы найдёте помощь</p></main>"
    )
    page = read(html.encode("windows-1251"), content_type="text/html; charset=windows-1251")
    assert "Добро пожаловать" in page.text()
    assert page.language == "ru"


def test_a_page_pasted_together_from_two_sets() -> None:
    raw = "<main><p>Förskola och vård</p>".encode() + "<p>Ängelholm åker</p></main>".encode("cp1252")
    assert read(raw, content_type="text/html; charset=utf-8").text() == "Förskola och vård\nÄngelholm åker"


def test_letters_encoded_twice_are_mended() -> None:
    twice = "Förskolan på Ängsvägen är öppen".encode().decode("cp1252").encode()
    assert read(b"<main><p>" + twice + b"</p></main>").text() == "Förskolan på Ängsvägen är öppen"


@given(st.binary(max_size=300), st.text(max_size=40))
def test_decoding_never_raises(body: bytes, declared: str) -> None:
    assert isinstance(charset.decode(body, f"text/html; charset={declared}"), str)


@pytest.mark.parametrize(
    "label", ["rot13", "zip", "undefined", "unicode_escape", "punycode", "base64", "no-such"]
)
def test_codecs_that_are_no_character_sets(label: str) -> None:
    assert (
        "Höst"
        in read(
            "<main><p>Höst och vår i parken</p></main>".encode("cp1252"),
            content_type=f"text/html; charset={label}",
        ).text()
    )


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


# --- outcomes and hostile input ---


def test_pages_with_nothing_on_them() -> None:
    assert outcome("") is Outcome.EMPTY
    assert outcome("   \n ") is Outcome.EMPTY
    assert outcome("<html><body><script>x</script></body></html>") is Outcome.EMPTY
    assert outcome(bytes(range(256)) * 40) is Outcome.EXTRACTION_FAILED
    assert outcome(b"\x89PNG\r\n\x1a\n" + bytes(100)) is Outcome.UNSUPPORTED_TYPE


def test_a_form_is_something() -> None:
    page = read(
        "<title>Logga in</title><form action=/in method=post><input name=pnr id=p>"
        "<label for=p>Personnummer</label><button>Logga in</button></form>"
    )
    assert page.forms[0].fields == ("Personnummer",)
    assert (page.forms[0].submit, page.forms[0].method, page.forms[0].action) == (
        "Logga in",
        "post",
        "https://www.norrby.example/in",
    )


@pytest.mark.parametrize(
    "title",
    [
        "Sidan finns inte",
        "404",
        "Sidan kunde inte hittas | Norrviks kommun",
        "Page not found",
        "Sidan du söker finns inte längre",
        "404 – Norrviks kommun",
        "Ojdå! Fel 404",
        "Något gick fel (404)",
    ],
)
def test_error_pages_with_status_200(title: str) -> None:
    assert (
        outcome(whole(f"<main><h1>{title}</h1><p>Prova att söka.</p></main>", f"<title>{title}</title>"))
        is Outcome.SOFT_404
    )


@pytest.mark.parametrize(
    "title", ["Bidraget som inte finns kvar", "Rum 404", "När hjälpen inte hittas i tid"]
)
def test_pages_that_only_sound_like_errors(title: str) -> None:
    body = f"<main><h1>{title}</h1>" + f"<p>{PARAGRAPH}</p>" * 4 + "</main>"
    assert read(whole(body)).title == title


@pytest.mark.parametrize("title", ["Väg 404", "Förordning (1998:410)", "Blankett nr 404", "410 § är upphävd"])
def test_short_pages_with_a_number_are_no_errors(title: str) -> None:
    assert read(whole(f"<main><h1>{title}</h1><p>Vägen är avstängd.</p></main>")).title == title


def test_nesting_bombs_survive() -> None:
    deep = read("<html><body>" + "<div>" * 900 + f"<p>{PARAGRAPH}</p>")
    assert PARAGRAPH in deep.text()
    deeper = read("<html><body>" + "<b>" * 100_000 + PARAGRAPH)
    assert "altan" in deeper.text()


def test_a_page_without_end_is_read_within_bounds() -> None:
    page = read("<main>" + f"<p>{PARAGRAPH}</p><a href='/a'>Länk hit</a>" * 30_000)
    assert len(page.blocks) <= 20_000
    assert len(page.links) <= 5_000


def test_structured_data_that_is_broken_or_endless() -> None:
    deep = '{"@type":"A","b":' * 500 + "1" + "}" * 500
    head = (
        f'<script type="application/ld+json">{deep}</script><script type="application/ld+json">{{nej</script>'
    )
    assert isinstance(read(whole("<p>" + PARAGRAPH, head)).schema_items, tuple)


def test_control_characters_are_gone() -> None:
    page = read(whole("<main><h1>Bygg\x00lov\x07</h1><p>Text&#1;\x0b med\x85 tecken</p></main>"))
    assert page.text().replace("\n", "").isprintable()


_TAGS = st.sampled_from(
    ["<p>", "</p>", "<div class='menu'>", "</div>", "<table>", "<tr>",
     "<td>", "</table>", "<a href='/x'>", "</a>", "<h1>", "</h1>",
     "<ul>", "<li>", "<form>", "<input name=q>", "<label>",
     "<button aria-expanded=false>", "<main>", "</main>", "<dl>", "<dt>",
     "<dd>", "<br>", "<nav aria-label='Brödsmulor'>",
     "</nav>", "<summary>", "<time datetime=2020-01-01>", "<x-footer>",
     "<span role=heading aria-level=9>", "<!--", "-->", "&#0;", "\x00"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(_TAGS, st.text(max_size=12)), max_size=60))
def test_no_page_raises_anything_but_a_verdict(pieces: list[str]) -> None:
    try:
        page = read("".join(pieces))
    except UnreadablePage:
        return
    assert len(page.title) <= 300
    assert all(block.text.strip() for block in page.blocks)
    assert all(link.url.startswith("http") for link in page.links)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_but_a_verdict(body: bytes) -> None:
    try:
        read(body)
    except UnreadablePage:
        return


@pytest.mark.parametrize(
    ("body", "content_type", "url", "expected"),
    [
        (b"%PDF-1.7", "text/html", "https://a.example/x", Kind.PDF),
        (b"\n\n%PDF-1.4", "application/octet-stream", "https://a.example/x.bin", Kind.PDF),
        (b"<html><body>fel", "application/pdf", "https://a.example/x.pdf", Kind.HTML),
        (b"{\\rtf1 hej}", "application/msword", "https://a.example/x.doc", Kind.RTF),
        (b"hej", "text/plain; charset=utf-8", "https://a.example/robots", Kind.TEXT),
        (b"<html>", "", "https://a.example/", Kind.HTML),
        (b"{}", "application/json", "https://a.example/api", Kind.OTHER),
        (b"PK\x03\x04word/document.xml", "application/zip", "https://a.example/x", Kind.DOCX),
    ],
)
def test_the_kind_of_a_body(body: bytes, content_type: str, url: str, expected: Kind) -> None:
    assert kind_of(body, {"content-type": content_type}, url) is expected


# --- pages without landmarks, forms and buttons ---

FRAMED = whole(
    """
<div class="a"><div class="b"><a href="/">Norrby kommun</a></div>
<div class="c"><a href="/a-o">A–Ö</a> | <a href="/kontakt">Kontakt</a> | <a href="/en">English</a></div>
</div>
<div class="d"><div class="e">
<p><a href="/">Start</a> &gt; <a href="/bygga">Bygga – så går det till</a> &gt; Kontakta oss</p>
<p><a href="javascript:print()">Skriv ut</a> <a href="#">Lyssna</a> <a href="/tipsa">Tipsa en vän</a></p>
<h1>Kontakta oss</h1>
<p>Ring eller besök oss om du inte vet vem som kan svara på din fråga om bygglov.</p>
<p>Byggenheten, telefon 031-390 06 12, vardagar 9–12.</p>
</div><div class="f">
<b>Populära tjänster</b>
<ul><li><a href="/x">Ansök om förskola</a></li><li><a href="/y">Sök bygglov</a></li></ul>
<b>Nytt</b><ul><li>2026-11-02 <a href="/n/1">Ny gångväg längs ån är färdig</a></li>
<li>2026-10-02 <a href="/n/2">Badhuset stänger för ombyggnad</a></li></ul>
</div></div>
<div class="g"><p>Norrby kommun, 123 80 Norrby, telefon 031-390 06 00, e-post a@norrby.example</p></div>""",
    "<title>Kontakta oss - Norrby kommun</title>",
)


def test_frame_of_a_page_without_landmarks_is_known_by_its_place() -> None:
    page = read(FRAMED)
    main = page.text()
    assert main.startswith("Kontakta oss\nRing eller besök oss")
    assert main.endswith("telefon 031-390 06 12, vardagar 9–12.")
    assert page.text(Region.ASIDE) == ""
    assert {link.region for link in page.links} == {Region.CHROME}
    assert page.breadcrumb == ("Bygga – så går det till",)


def test_last_box_with_a_heading_is_no_footer() -> None:
    page = read(FRAMED.replace("<p>Norrby kommun, 123", "<h2>Byggenheten</h2><p>Storgatan 1, 123"))
    assert "031-390 06 00" in page.text(Region.MAIN, Region.ASIDE)


@pytest.mark.parametrize("head", ["Nytt", "Genvägar", "Populära e-tjänster"])
def test_boxes_of_shortcuts_within_the_main_part_stay(head: str) -> None:
    html = whole(
        f"<main><h1>Bygglov</h1><p>{PARAGRAPH}</p><h2>Regler</h2><p>{PARAGRAPH}</p></main>"
        f"<div><b>{head}</b><ul><li><a href=/a>Ny gångväg</a></li></ul></div>"
    )
    page = read(html)
    assert head not in page.text(Region.MAIN, Region.ASIDE)
    inside = html.replace("</main>", "").replace("</ul></div>", "</ul></div></main>")
    assert "Ny gångväg" in read(inside).text(Region.MAIN, Region.ASIDE)


def test_form_of_labels_only_stands_where_it_says_itself() -> None:
    form = (
        "<form action=/spara method=post><label>Personnummer <input name=pnr></label>"
        "<label for=a>Namn</label><input id=a name=n><button>Skicka</button></form>"
    )
    footer = "<footer><p>Kommunen, telefon 031-390 06 00</p></footer>"
    for body, expected in (
        (f"<main><h1>Ansök om plats</h1>{form}</main>{footer}", Region.MAIN),
        (f"<main><h1>Plats</h1><p>{PARAGRAPH}</p></main><aside>{form}</aside>{footer}", Region.ASIDE),
        (f"<main><h1>Plats</h1><p>{PARAGRAPH}</p></main><div>{form}</div>{footer}", Region.ASIDE),
        (f"<header>{form}</header><main><h1>Plats</h1><p>{PARAGRAPH}</p></main>", Region.CHROME),
    ):
        (found,) = read(whole(body)).forms
        assert found.region is expected
        assert found.fields == ("Personnummer", "Namn")


def test_header_search_is_no_field_of_a_form_around_the_page() -> None:
    page = read(
        whole(
            "<form id=aspnetForm method=post><div class=sidhuvud><input name='ctl00$Search' title='Sök'>"
            "<input type=submit value='Sök'></div><div id=content><h1>Ansök om plats</h1>"
            f"<p>{PARAGRAPH}</p><label for=p>Personnummer</label><input id=p name=pnr>"
            "<input type=submit value='Skicka ansökan'></div></form>"
        )
    )
    (form,) = page.forms
    assert (form.fields, form.submit, form.region) == (("Personnummer",), "Skicka ansökan", Region.MAIN)


def test_button_outside_a_form_is_text_and_perhaps_a_link() -> None:
    page = read(
        whole(
            "<header><button>Meny</button></header><main><h1>Sök bygglov</h1><p>Här söker du.</p><div>"
            "<button onclick=\"location.href='/login'\">Logga in med BankID</button>"
            "<button type=button>Logga in med Freja</button></div></main>"
        )
    )
    assert page.text().split("\n")[2] == "Logga in med BankID Logga in med Freja"
    assert [(link.url, link.text) for link in page.links] == [
        ("https://www.norrby.example/login", "Logga in med BankID")
    ]
    assert "Meny" not in page.text(Region.MAIN, Region.ASIDE)


def test_heading_of_jumps_goes_with_them() -> None:
    page = read(
        whole(
            "<main><h1>Bygglov</h1><p>Här står om bygglov.</p><h3>På sidan</h3>"
            "<ul><li><a href='#a'>Avgifter</a></li></ul>"
            f"<h2 id=a>Avgifter</h2><p>{PARAGRAPH}</p></main>"
        )
    )
    assert page.headings() == ("Bygglov", "Avgifter")


def test_large_menu_gives_its_links_and_no_text() -> None:
    entries = "".join(
        f"<li><a href=/{n} class=link><span class=icon aria-hidden=true>›</span><b>Avdelning</b> {n}"
        "<span class=sr-only>visa mer</span></a></li>"
        for n in range(9)
    )
    menu = f"<nav class=main><h2>Meny</h2><ul>{entries}<li><a href='#top'>Upp</a></li></ul></nav>"
    page = read(whole(f"{menu}<main><h1>Bygglov</h1><p>{PARAGRAPH}</p></main>"))
    assert [(link.text, link.region) for link in page.links] == [
        (f"Avdelning {n}", Region.CHROME) for n in range(9)
    ]
    assert all(block.region is Region.MAIN for block in page.blocks)
    crumbs = menu.replace("<h2>Meny</h2>", "<ol class=breadcrumb><li><a href=/b>Bygga</a></li></ol>")
    assert read(whole(f"{crumbs}<main><h1>Bygglov</h1><p>{PARAGRAPH}</p></main>")).breadcrumb == ("Bygga",)


def test_picture_link_of_the_header_is_no_link_of_the_text_before_it() -> None:
    page = read(
        whole(
            f"<main><h1>Bygglov</h1><p>{PARAGRAPH}</p></main><footer><a href=/><img src=v.png></a></footer>"
        )
    )
    assert [link.region for link in page.links] == [Region.CHROME]


@pytest.mark.parametrize(
    "start",
    [
        "<!doctype html><html lang=sv><title>Altan</title>",
        "<!doctype html><title>Altan</title><meta name=x content=y>",
        "<!doctype html><html lang=sv><head><title>Altan</title>",
        "<title>Altan</title><header>Norrby</header>",
    ],
)
def test_tags_that_html_lets_one_leave_out_may_be_left_out(start: str) -> None:
    page = read(f"{start}<main><h1>Bygga altan</h1><p>{PARAGRAPH}</p></main><footer>Sidfot</footer>")
    assert page.title == "Bygga altan"
    assert page.text() == f"Bygga altan\n{PARAGRAPH}"


def test_what_an_open_head_holds_comes_first_in_the_body() -> None:
    page = read(f"<html><title>Altan</title><main><h1>Altan</h1><p>{PARAGRAPH}</p></main>Sist<p>Allra sist")
    assert page.text().startswith(f"Altan\n{PARAGRAPH}")
