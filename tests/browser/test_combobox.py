"""Does the combobox do what the ARIA practices promise? Keys, words said, stale answers, shadow roots."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

pytestmark = pytest.mark.browser

LABEL = "Vad behöver du hjälp med?"
OPTIONS = ".suggestions [role=option]"


def _typed(page: Page, text: str = "bygg") -> Locator:
    """The box of the start page with something typed, and its list open."""
    page.goto("/?kommun=norrvik")
    box = page.get_by_label(LABEL)
    box.press_sequentially(text)
    page.locator(OPTIONS).first.wait_for()
    return box


def _active(page: Page) -> int:
    """Which option the arrow keys are at; -1 for none."""
    return page.locator(OPTIONS).evaluate_all("rows => rows.findIndex(row => row.ariaSelected === 'true')")  # type: ignore[no-any-return]


def test_it_is_a_combobox_with_nothing_chosen_beforehand(page: Page) -> None:
    box = _typed(page)
    assert box.get_attribute("role") == "combobox"
    assert box.get_attribute("aria-autocomplete") == "list"
    assert box.get_attribute("aria-expanded") == "true"
    listed = page.locator(f"#{box.get_attribute('aria-controls')}")
    assert listed.get_attribute("role") == "listbox"
    assert listed.get_attribute("aria-label") == "Förslag"
    assert _active(page) == -1
    assert box.get_attribute("aria-activedescendant") is None
    assert 1 <= page.locator(OPTIONS).count() <= 6
    assert page.locator(OPTIONS).filter(has_text="E-tjänst").count() >= 1, "the kind of page is told"
    assert page.locator(f"{OPTIONS} b").first.inner_text().lower() == "bygg"


def test_the_arrows_go_round_and_the_focus_stays(page: Page) -> None:
    box = _typed(page)
    last = page.locator(OPTIONS).count() - 1
    box.press("ArrowUp")
    assert _active(page) == last
    box.press("ArrowDown")
    assert _active(page) == 0
    assert box.get_attribute("aria-activedescendant") == page.locator(OPTIONS).first.get_attribute("id")
    box.press("ArrowUp")
    assert _active(page) == last
    assert box.evaluate("box => box === document.activeElement")
    assert box.input_value() == "bygg", "only choosing changes what was typed"
    box.press("ArrowLeft")
    assert _active(page) == -1, "the caret is moved in what was typed"


def test_escape_closes_then_clears_and_alt_down_opens(page: Page) -> None:
    box = _typed(page)
    box.press("Escape")
    assert page.locator(".suggestions").is_hidden()
    assert box.get_attribute("aria-expanded") == "false"
    assert box.input_value() == "bygg"
    box.press("Alt+ArrowDown")
    page.locator(OPTIONS).first.wait_for()
    assert _active(page) == -1
    box.press("Alt+ArrowUp")
    assert page.locator(".suggestions").is_hidden()
    box.press("Escape")
    assert box.input_value() == ""


def test_enter_without_a_choice_searches_for_the_text(page: Page) -> None:
    box = _typed(page)
    box.press("Enter")
    page.wait_for_url("**/sok?**")
    assert parse_qs(urlsplit(page.url).query)["q"] == ["bygg"]


def test_a_choice_is_searched_for_by_key_and_by_pointer(page: Page) -> None:
    box = _typed(page)
    box.press("ArrowDown")
    words = page.locator(f"{OPTIONS} .suggestion-text").first.inner_text()
    box.press("Enter")
    page.wait_for_url("**/sok?**")
    assert parse_qs(urlsplit(page.url).query) == {"q": [words], "kommun": ["norrvik"]}
    _typed(page)
    page.locator(OPTIONS).first.click()
    page.wait_for_url("**/sok?**")
    assert parse_qs(urlsplit(page.url).query)["q"] == [words]


def test_the_number_of_suggestions_is_told_politely(page: Page) -> None:
    _typed(page)
    status = page.locator(".searchbox [role=status]")
    count = page.locator(OPTIONS).count()
    assert status.inner_text().startswith(f"{count} förslag")
    page.get_by_label(LABEL).fill("xyzzyqwrt")
    expect(page.locator(".searchbox [role=status]")).to_have_text("Inga förslag")
    assert page.locator(".suggestions").is_hidden()


def test_leaving_the_box_closes_the_list_and_chooses_nothing(page: Page) -> None:
    box = _typed(page)
    box.press("ArrowDown")
    box.press("Tab")
    assert page.locator(".suggestions").is_hidden()
    assert box.input_value() == "bygg"


def test_nothing_on_the_page_moves(page: Page) -> None:
    page.goto("/?kommun=norrvik")
    below = page.locator("main")
    before = below.bounding_box()
    box = page.get_by_label(LABEL)
    box.press_sequentially("bygg")
    page.locator(OPTIONS).first.wait_for()
    assert below.bounding_box() == before


def test_a_late_answer_to_what_stands_there_no_more_is_dropped(page: Page) -> None:
    held: list[Route] = []

    def answer(route: Route) -> None:
        typed = parse_qs(urlsplit(route.request.url).query)["q"][0]
        if typed == "by":
            held.append(route)
            return
        found = {
            "text": f"svar på {typed}",
            "doctype": "guide",
            "label": "Information",
            "url": "https://x.example/",
        }
        route.fulfill(
            content_type="application/json", body=json.dumps({"query": typed, "suggestions": [found]})
        )

    page.route("**/api/v1/suggest?**", answer)
    page.goto("/")
    box = page.get_by_label(LABEL)
    with page.expect_request("**/api/v1/suggest?**"):
        box.fill("by")
    box.fill("byss")
    page.locator(OPTIONS).first.wait_for()
    assert page.locator(f"{OPTIONS} .suggestion-text").all_inner_texts() == ["svar på byss"]
    assert held, "the first question was on its way"
    failed = [route.request.failure for route in held]
    assert failed == ["net::ERR_ABORTED"], "the stale question is broken off"


def test_each_letter_is_not_a_question_of_its_own(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/suggest?" in request.url else None)
    _typed(page, "bygglov")
    assert len(asked) < len("bygglov") - 2


def test_titles_are_text_whatever_they_hold(page: Page) -> None:
    hostile = "<img src=x onerror=alert(1)> a.*b"
    found = {"text": hostile, "doctype": "guide", "label": "<b>Information</b>", "url": "https://x.example/"}
    page.route(
        "**/api/v1/suggest?**",
        lambda route: route.fulfill(
            content_type="application/json", body=json.dumps({"query": "", "suggestions": [found]})
        ),
    )
    box = _typed(page, "a.*b (")
    assert page.locator(f"{OPTIONS} .suggestion-text").inner_text() == hostile
    assert page.locator(".suggestions img").count() == 0
    assert box.input_value() == "a.*b ("


def test_where_the_answer_fails_the_form_works(page: Page) -> None:
    page.route("**/api/v1/suggest?**", lambda route: route.abort())
    page.goto("/?kommun=norrvik")
    box = page.get_by_label(LABEL)
    with page.expect_event("requestfailed"):
        box.press_sequentially("bygglov")
    assert page.locator(".suggestions").is_hidden()
    box.press("Enter")
    page.wait_for_url("**/sok?**")


def test_it_works_in_a_shadow_root_and_can_be_ended(page: Page) -> None:
    page.goto("/")
    script = page.locator("link[rel=modulepreload]").get_attribute("href")
    page.evaluate(
        """async script => {
            const { combobox } = await import(script);
            const host = document.body.appendChild(document.createElement("div"));
            host.id = "host";
            const root = host.attachShadow({ mode: "open" });
            root.innerHTML = "<form><label>Ord <input name=q></label></form>";
            const texts = { list: "L", one: "{count} sak", other: "{count} saker", none: "inget" };
            const suggest = async typed => [{ text: typed + "1" }, { text: typed + "2" }];
            window.chosen = [];
            window.made = combobox(root.querySelector("input"), {
                suggest, texts, delay: 0, choose: one => window.chosen.push(one.text),
            });
        }""",
        script,
    )
    box = page.locator("#host input")
    box.press_sequentially("ab")
    page.locator("#host [role=option]").nth(1).wait_for()
    assert page.locator("#host [role=status]").inner_text() == "2 saker"
    box.press("ArrowUp")
    box.press("Enter")
    assert page.evaluate("window.chosen") == ["ab2"]
    assert box.input_value() == "ab2"
    page.evaluate("window.made.end()")
    assert page.locator("#host [role=listbox], #host [role=status]").count() == 0
    assert box.get_attribute("role") is None
