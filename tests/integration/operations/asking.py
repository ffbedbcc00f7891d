"""How do tests use the API for programs: ask for a crawl, put a document, read an error?"""

from dataclasses import dataclass
from typing import Any

import httpx

from crawler.store import PageStore

URL = "https://aspvik.example/bygga/altan"


@dataclass
class Api:
    client: httpx.Client
    store: PageStore
    recrawl: dict[str, str]
    recrawl_all: dict[str, str]
    push: dict[str, str]


def told(response: httpx.Response) -> tuple[int, str, str]:
    error = response.json()["error"]
    assert set(response.json()) == {"error"}
    assert set(error) == {"code", "message"}
    return response.status_code, error["code"], error["message"]


def ask(api: Api, headers: dict[str, str] | None = None, **body: Any) -> httpx.Response:
    return api.client.post("/api/v1/recrawl", headers=headers or api.recrawl, json=body)


def html(title: str) -> str:
    return (
        f"<!doctype html><title>{title}</title><main><h1>{title}</h1><p>Du behöver sällan bygglov.</p></main>"
    )


def put(api: Api, sent: Any, headers: dict[str, str] | None = None) -> httpx.Response:
    return api.client.put("/api/v1/documents", headers=headers or api.push, json=sent)


def sent(url: str = URL, **more: Any) -> dict[str, Any]:
    return {"url": url, "content_type": "text/html", "content": html("Altan"), **more}
