"""What can an operator set about the crawl? Fields of the program's settings that belong to this package."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class CrawlSettings(BaseModel):
    """Settings of the crawl and of the page store. Times in seconds, sizes in bytes.

    The program reads them from medborgarsok.toml and from environment variables prefixed MEDBORGARSOK_
    (searchapi.settings); here they are only named, bounded and explained.
    """

    model_config = ConfigDict(extra="ignore")

    data_dir: Path = Path("var")
    """Where the page store, the index and run-time files are kept."""
    registry: Path = Path("agencies.toml")
    """The participating agencies."""
    database_url: str = ""
    """SQLAlchemy URL of the page store; empty for SQLite in data_dir/store.sqlite3."""
    user_agent: str = "Medborgarsok/0.1 (+https://medborgarsok.invalid/om; sokrobot@medborgarsok.invalid)"
    """Sent with every request: who we are, and where to complain. Set it to your own address."""
    allow_private_addresses: bool = False
    """Let crawls reach loopback and private addresses: for demo and test sites only."""
    request_timeout: Annotated[float, Field(gt=0, le=600)] = 30.0
    """Seconds until an answer must be whole."""
    max_body_bytes: Annotated[int, Field(ge=1024)] = 32_000_000
    """Largest answer that is read, after decompression."""
    document_seconds: Annotated[float, Field(gt=0, le=600)] = 20.0
    """CPU seconds that reading one PDF or office document may take."""
    document_memory_bytes: Annotated[int, Field(ge=64_000_000)] = 1_500_000_000
    """Memory that the process reading PDFs and office documents may use."""
    extraction_processes: Annotated[int, Field(ge=0, le=64)] = 1
    """Processes that read and understand pages beside the one that fetches; one more reads PDFs and office
    documents. 0 does it all in the same process."""

    agencies_at_once: Annotated[int, Field(ge=1, le=200)] = 8
    """Agencies that one worker crawls side by side."""
    revisit_days: Annotated[float, Field(gt=0, le=365)] = 30.0
    """Days after which every page is visited again, however seldom it changes."""
    slowdown: Annotated[float, Field(ge=0, le=20)] = 1.0
    """The pause between two requests to a host is at least this many times the time it takes to answer."""
    wipe_share: Annotated[float, Field(gt=0, le=1)] = 0.3
    """A run that lost more than this share of an agency's documents is held until somebody has looked."""
    wipe_floor: Annotated[int, Field(ge=0)] = 20
    """… unless it lost no more documents than this."""
    lease_seconds: Annotated[float, Field(ge=2, le=3600)] = 60.0
    """Seconds without a sign of life after which another machine may take over a worker's agencies."""
    chromium: Path = Path("/usr/bin/chromium")
    """The browser for agencies whose pages are made by scripts (render in the registry)."""
    log_format: Annotated[str, Field(pattern=r"^(plain|json)$")] = "plain"
    """How messages are written to stderr: "plain" for people, "json" for programs, an object a line."""

    @property
    def store_url(self) -> str:
        """The SQLAlchemy URL of the page store."""
        return self.database_url or f"sqlite:///{self.data_dir / 'store.sqlite3'}"

    @property
    def index_dir(self) -> Path:
        """The folder that holds the index's generations."""
        return self.data_dir / "index"
