"""What is the main part of a page without landmarks, and what are its forms and buttons?"""

import pytest

from crawler.page import Region
from tests.unit.html_pages import PARAGRAPH, read, whole

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
