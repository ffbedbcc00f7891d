"""Does the search box work on other people's sites? A second origin with policies of its own."""

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect

from crawler.registry import AgencyKind
from searchapi.models import AgencyInfo, Interpretation, SearchResponse
from searchapi.pages.widget_file import NEXT, newest, releases
from tests.browser.host_site import HostSite
from tests.browser.looking import check_axe, screenshot, sideways, silent_console
from tests.conftest import Program

pytestmark = pytest.mark.browser

LABEL = "Vad behöver du hjälp med?"
NONCE = "ZmljdGlvbmFs"


@pytest.fixture(scope="module")
def site() -> Iterator[HostSite]:
    with HostSite().serving() as served:
        yield served


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A window that no page of ours was in."""
    with browser.new_context(viewport={"width": 900, "height": 800}, locale="sv-SE") as context:
        yield context


@pytest.fixture
def page(visitor: BrowserContext) -> Page:
    return visitor.new_page()


def box(program: Program, attributes: str = 'kommun="norrvik"', label: str = LABEL) -> str:
    """The element around its form, as the webmaster's page gives it."""
    return (
        f"<medborgarsok-sok {attributes}>"
        f'<form action="{program.url}/sok" method="get" accept-charset="utf-8">'
        '<input type="hidden" name="kommun" value="norrvik">'
        f'<label>{label} <input type="search" name="q"></label>'
        "<button>Sök</button></form></medborgarsok-sok>"
    )


def script(program: Program, version: str = NEXT, more: str = "") -> str:
    return f'<script type="module" src="{program.url}/widget/{version}/widget.js" {more}></script>'


def field(page: Page) -> Locator:
    return page.get_by_role("combobox", name=LABEL)


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_it_suggests_and_searches_by_keyboard(program: Program, site: HostSite, page: Page) -> None:
    page.goto(site.put(f"<main><h1>Norrvik</h1>{box(program)}</main>{script(program)}"))
    with silent_console(page):
        page.keyboard.press("Tab")
        expect(field(page)).to_be_focused()
        page.keyboard.type("bygg")
        expect(page.get_by_role("option")).not_to_have_count(0)
        assert page.locator("[aria-selected=true]").count() == 0, (
            "Enter without a choice sends what was typed"
        )
        check_axe(page, "suggestions")
        screenshot(page, "widget-suggestions-desktop")
        page.keyboard.press("ArrowDown")
        chosen = page.locator("[aria-selected=true] .suggestion-text").inner_text()
        page.keyboard.press("Enter")
        page.wait_for_url(f"{program.url}/sok?**")
    assert asked(page) == {"q": [chosen], "kommun": ["norrvik"]}


def test_answers_appear_beneath_the_box(program: Program, site: HostSite, page: Page) -> None:
    there = site.put(f"<main><h1>Norrvik</h1>{box(program, 'results=inline')}</main>{script(program)}")
    page.goto(there)
    with silent_console(page):
        field(page).fill("altan")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").filter(has_text="träff")).to_contain_text("träffar på ”altan”")
        first = page.get_by_role("listitem").filter(has=page.get_by_role("heading")).first
        expect(first.get_by_role("heading", level=3)).to_have_text("Altan och uteplats")
        expect(first.get_by_role("link", name="Ansök om bygglov")).to_be_visible()
        expect(first.get_by_text("Kräver e-legitimation")).to_be_visible()
        expect(first.locator("a[href='tel:+46980319210']")).to_have_text("0980-319 210")
        expect(field(page)).to_be_focused()
        inside = "document.querySelector('medborgarsok-sok').shadowRoot"
        assert page.evaluate(f"{inside}.querySelectorAll('ol:empty, ul:empty:not(.suggestions)').length") == 0
        check_axe(page, "inline")
        screenshot(page, "widget-inline-desktop")
        assert page.url == there
        page.get_by_role("link", name="Visa alla träffar").click()
        page.wait_for_url(f"{program.url}/sok?**")
    assert asked(page) == {"q": ["altan"], "kommun": ["norrvik"]}


def test_an_empty_answer_offers_ways_on(site: HostSite, page: Page) -> None:
    agency = AgencyInfo(
        id="norrvik", name="Norrviks kommun", kind=AgencyKind.MUNICIPALITY, short_name="Norrvik",
        municipality_code="9901", region="", web="https://www.norrvik.example", switchboard="0980-319 20",
        email="", languages=["sv"], documents=1,
    )  # fmt: skip
    answer = SearchResponse(
        query="xyzzy", interpretation=Interpretation(intent="errand", suggestion="bygglov"), total=0,
        took_ms=1, page=1, limit=5, hits=[], fallback=[agency],
    )  # fmt: skip
    site.put_json("/api/v1/search", answer.model_dump_json().encode())
    source = site.put_script("/widget.js", newest().content)
    bare = '<medborgarsok-sok results="inline"></medborgarsok-sok>'
    page.goto(site.put(f'{bare}<script type="module" src="{source}"></script>'))
    field(page).fill("xyzzy")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Inga träffar på ”xyzzy”")).to_be_visible()
    further = page.get_by_role("link", name="Visa fler sätt att gå vidare")
    expect(further).to_have_attribute("href", f"{site.url}/sok?q=xyzzy")
    expect(page.locator("a[href='tel:098031920']")).to_have_text("0980-319 20")
    page.get_by_role("button", name="bygglov").click()
    expect(field(page)).to_have_value("bygglov")
    expect(page.get_by_text("Inga träffar på ”bygglov”")).to_be_visible()


def test_a_page_of_their_own_shows_the_answers(program: Program, site: HostSite, page: Page) -> None:
    site.put(box(program, "results=inline") + script(program), path="/svar")
    page.goto(site.put(box(program, 'results-url="/svar"') + script(program)))
    field(page).fill("förskola")
    page.get_by_role("button", name="Sök").click()
    page.wait_for_url(f"{site.url}/svar?**")
    expect(field(page)).to_have_value("förskola")
    expect(page.get_by_text("träffar på ”förskola”")).to_be_visible()


def test_strict_policy_with_a_nonce(program: Program, site: HostSite, page: Page) -> None:
    policy = (
        f"default-src 'none'; script-src 'nonce-{NONCE}'; style-src 'nonce-{NONCE}'; "
        f"connect-src {program.url}; form-action {program.url}; base-uri 'none'; "
        "require-trusted-types-for 'script'"
    )
    body = box(program, "results=inline") + script(
        program, newest().version, f'nonce="{NONCE}" integrity="{newest().integrity}" crossorigin="anonymous"'
    )
    page.goto(site.put(body, policy=policy))
    with silent_console(page):
        field(page).fill("altan")
        expect(page.get_by_role("option").first).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Altan och uteplats")).to_be_visible()
        button = page.get_by_role("button", name="Sök")
        assert button.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(13, 65, 66)", (
            "styles apply"
        )


@pytest.mark.parametrize("fault", ["wrong hash", "no script", "no server"])
def test_the_form_searches_without_the_script(
    program: Program, site: HostSite, browser: Browser, fault: str
) -> None:
    source = {
        "wrong hash": script(program, newest().version, 'integrity="sha384-AAAA" crossorigin="anonymous"'),
        "no script": script(program),
        "no server": '<script type="module" src="http://127.0.0.1:9/widget.js"></script>',
    }[fault]
    with browser.new_context(java_script_enabled=fault != "no script") as context:
        page = context.new_page()
        page.goto(site.put(box(program) + source))
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.querySelector('medborgarsok-sok').shadowRoot") is None
        page.get_by_label(LABEL).fill("bygglov för äldre å")
        page.get_by_role("button", name="Sök").click()
        page.wait_for_url(f"{program.url}/sok?**")
        assert asked(page) == {"q": ["bygglov för äldre å"], "kommun": ["norrvik"]}
        assert page.locator("ol.hits > li").count() > 0


@pytest.mark.parametrize("results", ["page", "inline"])
def test_a_policy_that_forbids_to_ask_us(program: Program, site: HostSite, page: Page, results: str) -> None:
    policy = f"script-src {program.url}; connect-src 'self'; form-action {program.url}"
    page.goto(site.put(box(program, f"results={results}") + script(program), policy=policy))
    with silent_console(page, "Content Security Policy", "Fetch API cannot load", "ERR_BLOCKED_BY_CSP"):
        with page.expect_console_message(lambda message: "connect-src" in message.text):
            field(page).press_sequentially("altan")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{program.url}/sok?**")
    assert asked(page) == {"q": ["altan"], "kommun": ["norrvik"]}


def test_hostile_styles_change_nothing(program: Program, site: HostSite, page: Page) -> None:
    body = f"{box(program, 'results=inline')}{script(program)}"
    pictures = []
    for head in (
        "<style>body { margin: 0 }</style>",
        "<style>* { color: red !important; all: unset !important }",
    ):
        end = (
            ""
            if head.endswith("</style>")
            else "head, style, script, title { display: none !important }</style>"
        )
        page.goto(site.put(body, head=head + end))
        field(page).fill("altan")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Visa alla träffar")).to_be_visible()
        page.evaluate("document.activeElement.shadowRoot.activeElement.blur()")
        pictures.append(page.locator("medborgarsok-sok").screenshot(animations="disabled"))
    screenshot(page, "widget-hostile-desktop")
    assert pictures[0] == pictures[1]


def test_a_page_in_an_old_encoding(program: Program, site: HostSite, browser: Browser) -> None:
    for scripts in (True, False):
        with browser.new_context(java_script_enabled=scripts) as context:
            page = context.new_page()
            page.goto(site.put(box(program) + script(program), encoding="iso-8859-1"))
            box_there = field(page) if scripts else page.get_by_label(LABEL)
            box_there.fill("dagisplats på ön för åäö")
            page.get_by_role("button", name="Sök").click()
            page.wait_for_url(f"{program.url}/sok?**")
            assert asked(page)["q"] == ["dagisplats på ön för åäö"]


def test_narrow_windows_and_large_text(program: Program, site: HostSite, browser: Browser) -> None:
    body = f"<main><h1>Norrvik</h1>{box(program, 'results=inline')}</main>{script(program)}"
    for name, width, size in (("320", 320, "100%"), ("200-percent", 640, "200%"), ("phone", 390, "100%")):
        with browser.new_context(viewport={"width": width, "height": 800}) as context:
            page = context.new_page()
            page.goto(site.put(body, head=f"<style>html {{ font-size: {size} }}</style>"))
            field(page).fill("altan")
            page.keyboard.press("Enter")
            expect(page.get_by_role("link", name="Visa alla träffar")).to_be_visible()
            screenshot(page, f"widget-inline-{name}")
            assert sideways(page) <= 0, name
            tall = page.get_by_role("button", name="Sök").evaluate("e => e.getBoundingClientRect().height")
            assert tall >= 44
            check_axe(page, name)
            if name == "200-percent":
                assert field(page).evaluate("e => getComputedStyle(e).fontSize") == "32px"


@pytest.mark.parametrize("theme", ["dark", "auto"])
def test_dark(program: Program, site: HostSite, browser: Browser, theme: str) -> None:
    with browser.new_context(color_scheme="dark") as context:
        page = context.new_page()
        page.goto(site.put(f"<main>{box(program, f'results=inline theme={theme}')}</main>{script(program)}"))
        field(page).fill("altan")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Visa alla träffar")).to_be_visible()
        shown = page.locator("[part=box]")
        assert shown.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(18, 25, 26)"
        check_axe(page, theme)
        screenshot(page, f"widget-{theme}")
        page.locator("medborgarsok-sok").evaluate("e => e.setAttribute('theme', 'light')")
        assert shown.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"


def test_forced_colours(program: Program, site: HostSite, browser: Browser) -> None:
    with browser.new_context(forced_colors="active") as context:
        page = context.new_page()
        page.goto(site.put(f"<main>{box(program)}</main>{script(program)}"))
        field(page).fill("bygg")
        expect(page.get_by_role("option").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        chosen = page.locator("[aria-selected=true]")
        assert chosen.evaluate("e => getComputedStyle(e).outlineStyle") == "solid", "the choice can be seen"
        button = page.get_by_role("button", name="Sök")
        assert button.evaluate("e => getComputedStyle(e).borderTopStyle") == "solid"
        screenshot(page, "widget-forced")


def test_two_boxes_live_changes_and_moves(program: Program, site: HostSite, page: Page) -> None:
    other = box(program, "results=inline", label="Sök i hela landet")
    bare = '<medborgarsok-sok id="bare" language="en"></medborgarsok-sok>'
    page.goto(
        site.put(f"<main>{box(program)}{other}{bare}<p id=end></p></main>{script(program)}{script(program)}")
    )
    with silent_console(page):
        expect(page.get_by_role("combobox")).to_have_count(3)
        second = page.get_by_role("combobox", name="Sök i hela landet")
        second.fill("altan")
        page.keyboard.press("Enter")
        expect(page.get_by_text("träffar på ”altan”")).to_have_count(1)
        expect(field(page)).to_have_value("")
        page.evaluate(
            "document.querySelector('#end').append(document.querySelectorAll('medborgarsok-sok')[1])"
        )
        expect(page.get_by_text("träffar på ”altan”")).to_have_count(1)
        expect(second).to_have_value("altan")
        page.evaluate("document.querySelectorAll('medborgarsok-sok')[2].setAttribute('language', 'fi')")
        expect(page.get_by_text("osumaa haulle ”altan”")).to_have_count(1)
        expect(page.get_by_role("combobox", name="What do you need help with?")).to_have_count(1)
        page.evaluate("document.querySelector('#bare').remove()")
        page.evaluate(
            """() => { const made = document.createElement('medborgarsok-sok');
                made.setAttribute('language', 'fi'); document.body.append(made); made.remove();
                document.body.append(made); }"""
        )
        page.get_by_role("combobox", name="Missä asiassa tarvitset apua?").fill("lupa")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{program.url}/fi/sok?q=lupa")


def test_what_is_typed_before_the_script_comes_stays(program: Program, site: HostSite, page: Page) -> None:
    page.goto(site.put(box(program)))
    page.get_by_label(LABEL).fill("byg")
    page.evaluate(
        """src => { const made = document.createElement('script');
            made.type = 'module'; made.src = src; document.body.append(made); }""",
        f"{program.url}/widget/{NEXT}/widget.js",
    )
    expect(field(page)).to_have_value("byg")
    expect(field(page)).to_be_focused()


def test_right_to_left(program: Program, site: HostSite, page: Page) -> None:
    page.goto(site.put(box(program, 'language="sv"') + script(program), html='lang="ar" dir="rtl"'))
    left = field(page).bounding_box()
    button = page.get_by_role("button", name="Sök").bounding_box()
    assert left
    assert button
    assert left["x"] < button["x"], "Swedish is read from the left wherever it stands"
    assert sideways(page) <= 0


def test_answers_are_never_markup(program: Program, site: HostSite, page: Page) -> None:
    evil = '<img src=x onerror="window.broken=1">'
    hit = {
        "url": "javascript:window.broken=1", "title": evil, "snippet": [{"text": evil, "match": True}],
        "doctype": "guide", "agency": {"id": "x", "name": evil, "kind": "state"}, "language": "en",
        "needs_eid": None, "breadcrumb": [evil],
        "contact": {"name": evil, "phone": "javascript:window.broken=1", "email": evil},
        "actions": [{"kind": "form", "url": "data:text/html,", "title": evil, "needs_eid": True}],
    }  # fmt: skip
    answer = {
        "total": 1, "hits": [hit], "fallback": [{"name": evil, "switchboard": evil}],
        "interpretation": {"corrected": None, "suggestion": evil},
    }  # fmt: skip
    site.put_json("/api/v1/search", json.dumps(answer).encode())
    suggested = {"suggestions": [{"text": evil, "doctype": "guide", "label": evil}]}
    site.put_json("/api/v1/suggest", json.dumps(suggested).encode())
    source = site.put_script("/widget.js", newest().content)
    page.goto(site.put(f'{box(program, "results=inline")}<script type="module" src="{source}"></script>'))
    field(page).fill("<img")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Visa alla träffar")).to_be_visible()
    inside = "document.querySelector('medborgarsok-sok').shadowRoot"
    assert page.evaluate(f"{inside}.querySelectorAll('img, script, iframe').length") == 0
    links = page.evaluate(f"[...{inside}.querySelectorAll('a[href]')].map(a => a.protocol)")
    assert set(links) <= {"http:", "https:", "tel:", "mailto:"}
    assert page.evaluate("window.broken") is None


def test_a_server_that_is_down_is_told_politely(program: Program, site: HostSite, page: Page) -> None:
    page.goto(site.put(box(program, "results=inline") + script(program)))
    page.route("**/api/v1/**", lambda route: route.abort("connectionrefused"))
    with silent_console(page, "ERR_CONNECTION_REFUSED"):
        field(page).fill("altan")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").filter(has_text="svarar inte")).to_be_visible()
    expect(field(page)).to_have_value("altan")
    page.unroute("**/api/v1/**")
    page.keyboard.press("Enter")
    expect(page.get_by_text("träffar på ”altan”")).to_be_visible()


def test_it_asks_only_us_and_keeps_nothing(
    program: Program, site: HostSite, visitor: BrowserContext, page: Page
) -> None:
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))
    there = site.put(box(program, "results=inline") + script(program))
    page.goto(there)
    field(page).fill("altan")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Visa alla träffar")).to_be_visible()
    ours = [one for one in requests if one.url.startswith(program.url)]
    assert {one.url.removeprefix(site.url) for one in requests if one not in ours} <= {"/", "/favicon.ico"}
    told = [one.all_headers() for one in ours if "/api/v1/" in one.url]
    assert len(told) == 2
    assert [name for headers in told for name in headers if name in {"referer", "cookie"}] == []
    assert visitor.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0
    before = len(requests)
    page.wait_for_timeout(1000)
    assert len(requests) == before, "it does not poll"


@pytest.mark.parametrize("version", releases())
def test_every_released_version_still_works(
    program: Program, site: HostSite, page: Page, version: str
) -> None:
    file = releases()[version]
    tag = script(program, version, f'integrity="{file.integrity}" crossorigin="anonymous"')
    page.goto(site.put(box(program, "results=inline") + tag))
    with silent_console(page):
        field(page).fill("altan")
        expect(page.get_by_role("option").first).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Altan och uteplats")).to_be_visible()


def test_the_frame(program: Program, site: HostSite, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640}) as context:
        page = context.new_page()
        page.goto(f"{program.url}/widget?kommun=norrvik")
        tag = page.get_by_label("Kod för ramen").input_value()
        page.goto(site.put(f"<main><h1>Norrvik</h1>{tag}</main>"))
        frame = page.frame_locator("iframe")
        screenshot(page, "widget-frame-320")
        frame.get_by_label(LABEL).fill("dagis på ön")
        shown = frame.get_by_role("button", name="Sök").bounding_box()
        around = page.locator("iframe").bounding_box()
        assert shown
        assert around
        assert shown["y"] + shown["height"] <= around["y"] + around["height"], "nothing is cut off"
        frame.get_by_role("button", name="Sök").click()
        page.wait_for_url(f"{program.url}/sok?**")
        assert asked(page) == {"q": ["dagis på ön"], "kommun": ["norrvik"]}
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{program.url}/en/widget/ruta?kommun=norrvik&theme=dark")
        check_axe(page, "frame")
        page.goto(site.put(f'<iframe src="{program.url}/" title="x"></iframe>'))
        assert page.frame_locator("iframe").get_by_label(LABEL).count() == 0, "no other page may be framed"


@pytest.mark.parametrize("width", [390, 1280, 320])
@pytest.mark.parametrize("language", ["", "/en", "/fi"])
def test_the_webmasters_page(program: Program, browser: Browser, language: str, width: int) -> None:
    with browser.new_context(base_url=program.url, viewport={"width": width, "height": 900}) as context:
        page = context.new_page()
        with silent_console(page):
            page.goto(f"{language}/widget?kommun=norrvik&results=inline&theme=dark")
            expect(page.locator("medborgarsok-sok").get_by_role("combobox")).to_be_visible()
            check_axe(page)
            screenshot(page, f"widget-page{language.replace('/', '-')}-{width}")
            assert sideways(page) <= 0


def test_the_tag_that_is_copied_is_the_tag_that_works(
    program: Program, site: HostSite, browser: Browser
) -> None:
    with browser.new_context(base_url=program.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/widget")
        page.get_by_label("Er kommun").select_option("norrvik")
        page.get_by_label("På en egen sida hos er").check()
        page.get_by_label("Adress till er egen sida").fill("javascript:alert(1)")
        page.get_by_role("button", name="Visa rutan och koden").click()
        expect(page.get_by_label("Adress till er egen sida")).to_have_attribute("aria-invalid", "true")
        assert "javascript" not in page.get_by_label("Kod för sökrutan").input_value()
        page.get_by_label("Adress till er egen sida").fill('/svar"><b>')
        page.get_by_label("Direkt under rutan").check()
        page.get_by_role("button", name="Visa rutan och koden").click()
        tag = page.get_by_label("Kod för sökrutan").input_value()
        assert tag.isascii()
        assert page.get_by_role("button", name="Kopiera").count() == 0, "nothing that does nothing"
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(site.put(tag, encoding="iso-8859-1"))
        field(page).fill("altan")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Altan och uteplats")).to_be_visible()


def test_copying_is_told(program: Program, browser: Browser) -> None:
    for allowed in (True, False):
        with browser.new_context(base_url=program.url) as context:
            if allowed:
                context.grant_permissions(["clipboard-read", "clipboard-write"])
            page = context.new_page()
            page.goto("/widget")
            if not allowed:
                page.evaluate(
                    "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')) }"
                )
            page.get_by_role("button", name=re.compile("Kopiera.*Kod för sökrutan")).click()
            told = "Koden är kopierad." if allowed else "Koden är markerad. Kopiera den med Ctrl + C."
            expect(page.get_by_role("status").filter(has_text="Koden är")).to_have_text(told)
            tag = page.get_by_label("Kod för sökrutan").input_value()
            if allowed:
                assert page.evaluate("navigator.clipboard.readText()") == tag
            else:
                assert page.evaluate("getSelection().toString()") == tag
