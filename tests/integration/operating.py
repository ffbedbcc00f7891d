"""How do tests ask for operations? A store, a registry and a served application of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from crawler.store import PageStore
from crawler.store.tokens import Purpose, Tokens
from searchapi.settings import Settings
from tests.integration import served as serving

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
REGISTRY = """
[[agency]]
id = "aspvik"
name = "Aspviks kommun"
kind = "municipality"
seeds = ["https://aspvik.example/"]
hosts = ["e-tjanst.aspvik.example"]
deny = ["/internt/"]
drop_parameters = ["sv.target"]

[[agency]]
id = "granaby"
name = "Granaby kommun"
kind = "municipality"
seeds = ["https://granaby.example/"]
"""


def settings_in(folder: Path, **options: Any) -> Settings:
    """Settings of a store in a folder."""
    registry = folder / "agencies.toml"
    registry.write_text(REGISTRY, "utf-8")
    return Settings(**{"data_dir": folder, "registry": registry, "crawl_worker": False, **options})


def token(store: PageStore, purpose: Purpose, agency: str) -> dict[str, str]:
    """The header of a new token."""
    _, secret = Tokens(store).create("prov", purpose, agency, who="prov", at=NOON)
    return {"Authorization": f"Bearer {secret}"}


@contextmanager
def opened(settings: Settings) -> Iterator[httpx.Client]:
    """A client of the served application."""
    with (
        serving.served(settings) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        yield client
