"""Is a crawl asked for once, and its progress told?"""

from typing import Any

import pytest

from crawler.assignment import Origin
from crawler.store.audit import Audit
from crawler.store.queue import RecrawlQueue
from tests.integration.operating import NOON
from tests.integration.operations.asking import URL, Api, ask, told


@pytest.mark.parametrize(
    ("body", "scope", "target"),
    [
        ({"target": "aspvik"}, "agency", "aspvik"),
        ({"target": "e-tjanst.aspvik.example"}, "host", "e-tjanst.aspvik.example"),
        ({"target": URL}, "url", URL),
        (
            {"target": "https://aspvik.example/bygga/", "section": True},
            "section",
            "https://aspvik.example/bygga/",
        ),
    ],
)
def test_a_crawl_is_asked_for_once(api: Api, body: dict[str, Any], scope: str, target: str) -> None:
    response = ask(api, **body, reason="ny sida")
    answer = response.json()
    request = answer["request"]
    assert response.status_code == 202, response.text
    assert answer["new"] is True
    assert (request["scope"], request["target"], request["status"]) == (scope, target, "pending")
    assert response.headers["location"] == f"/api/v1/recrawl/{request['id']}"
    again = ask(api, **body).json()
    assert (again["new"], again["request"]["id"]) == (False, request["id"])
    kept = RecrawlQueue(api.store).get(request["id"])
    assert kept is not None
    assert (kept.origin, kept.reason) == (Origin.API, "ny sida")
    assert kept.requester.startswith("token ")
    newest = Audit(api.store).entries(1)[0]
    assert (newest.action, newest.who) == ("recrawl asked", kept.requester)


def test_progress_and_result_are_told(api: Api) -> None:
    location = ask(api, target=URL).headers["location"]
    number = int(location.rpartition("/")[2])
    queue = RecrawlQueue(api.store)
    claimed = queue.claim("värd:1:2", NOON)
    assert claimed is not None
    queue.progress(number, {"message": "hämtar"})
    running = api.client.get(location, headers=api.recrawl)
    assert running.json()["progress"] == {"message": "hämtar"}
    assert "värd:1:2" not in running.text
    assert running.headers["cache-control"] == "no-store"
    queue.finish(number, NOON, status="finished", result="indexed", run=7)
    over = api.client.get(location, headers=api.recrawl).json()
    assert (over["status"], over["result"], over["run"]) == ("finished", "indexed", 7)


def test_another_agencys_pages_are_not_asked_for(api: Api) -> None:
    assert told(ask(api, target="granaby"))[:2] == (403, "forbidden")
    response = ask(api, api.recrawl_all, target="granaby")
    assert response.status_code == 202
    path = response.headers["location"]
    assert api.client.get(path, headers=api.recrawl_all).status_code == 200
    assert told(api.client.get(path, headers=api.recrawl))[:2] == (404, "not_found")


@pytest.mark.parametrize("number", ["99999", "0", "-1", "x", "99999999999999999999999"])
def test_a_request_that_is_not_there(api: Api, number: str) -> None:
    assert told(api.client.get(f"/api/v1/recrawl/{number}", headers=api.recrawl))[0] in {400, 404}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"null",
        b'{"target": ""}',
        b'{"target": 7}',
        b'{"target": "aspvik", "sektion": true}',
        b'{"target": "okand"}',
        b'{"target": "https://annan.example/"}',
        b'{"target": "javascript:alert(1)"}',
        b'{"target": "https://aspvik.example/internt/x"}',
        b'{"target": "aspvik\\u0000"}',
        b'{"target": "aspvik", "reason": "' + b"x" * 501 + b'"}',
        b'{"target": "\xff"}',
        b'{"target":' + b"[" * 8000,
    ],
)
def test_what_makes_no_sense_is_told(api: Api, body: bytes) -> None:
    headers = {**api.recrawl_all, "Content-Type": "application/json"}
    response = api.client.post("/api/v1/recrawl", headers=headers, content=body)
    status, code, message = told(response)
    assert (status, code) == (400, "bad_request")
    assert len(message) < 2000
    assert RecrawlQueue(api.store).pending() == []


def test_only_json_is_read(api: Api) -> None:
    response = api.client.post("/api/v1/recrawl", headers=api.recrawl, data={"target": "aspvik"})
    assert told(response)[:2] == (415, "unsupported_media_type")


def test_a_token_can_let_only_so_much_wait(api: Api) -> None:
    for number in range(3):
        assert ask(api, target=f"{URL}/{number}").status_code == 202
    refused = ask(api, target=f"{URL}/3")
    assert told(refused)[:2] == (429, "too_many_requests")
    assert refused.headers["retry-after"] == "60"
    assert ask(api, target=f"{URL}/2").json()["new"] is False
    assert ask(api, api.recrawl_all, target=f"{URL}/3").status_code == 202
