"""Is everybody told why a page is not found?"""

import pytest

from crawler.outcomes import Outcome
from crawler.store import Visit
from tests.integration.operating import NOON
from tests.integration.operations.asking import URL, Api, told


def test_everybody_is_told_why_a_page_is_not_found(api: Api) -> None:
    url = "https://aspvik.example/trasig"
    run = api.store.begin_run("aspvik", NOON)
    api.store.save_visits(
        run, [Visit(url, "aspvik", Outcome.TIMEOUT, NOON, reason="nothing from 192.168.7.7:80", found_on=URL)]
    )
    answer = api.client.get("/api/v1/explain", params={"url": url})
    explained = answer.json()
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert explained["state"]["outcome"] == "timeout"
    assert explained["state"]["found_on"] == URL
    assert explained["explanation"].endswith(".")
    assert "192.168" not in answer.text


@pytest.mark.parametrize("url", ["", "bygga", "https://", "\0"])
def test_explain_needs_an_address(api: Api, url: str) -> None:
    assert told(api.client.get("/api/v1/explain", params={"url": url}))[:2] == (400, "bad_request")
