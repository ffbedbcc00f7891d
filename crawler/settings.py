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

    @property
    def store_url(self) -> str:
        """The SQLAlchemy URL of the page store."""
        return self.database_url or f"sqlite:///{self.data_dir / 'store.sqlite3'}"

    @property
    def index_dir(self) -> Path:
        """The folder that holds the index's generations."""
        return self.data_dir / "index"
