"""What can an operator set? Every setting of the program, from medborgarsok.toml and MEDBORGARSOK_*."""

import ipaddress
import os
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as SourceError

from crawler.settings import CrawlSettings
from searchapi.errors import SettingsError

ENVIRONMENT_PREFIX = "MEDBORGARSOK_"
FILE_VARIABLE = "MEDBORGARSOK_SETTINGS"
DEFAULT_FILE = "medborgarsok.toml"


class Settings(BaseSettings, CrawlSettings):
    """Every setting, by its flat name. The environment wins over the file, the file over what stands here.

    Build it with `load_settings`, once, at the edge of the process, and pass it on: nothing else reads the
    environment. Tests make one with `Settings(data_dir=…)`; arguments win over everything.
    """

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX,
        extra="forbid",
        frozen=True,
        validate_default=True,
        populate_by_name=True,
    )

    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    """The address that pages and API are served on."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    """The port for pages and API; 0 lets the system choose a free one."""
    demo_port: Annotated[int, Field(ge=0, le=65535)] = 8010
    """The port on which the demo agencies' sites are served."""
    public_url: str = ""
    """The address that citizens see, without a slash at the end; empty where it is the one served on."""
    operator_name: str = ""
    """Who runs this service, as citizens know them: stands in the accessibility statement and on privacy."""
    operator_email: Annotated[str, Field(pattern=r"^([^@\s]+@[^@\s]+)?$")] = ""
    """Where citizens write to whoever runs this service."""
    operator_phone: str = ""
    """Where citizens call whoever runs this service."""
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] = "sv"
    """The language of pages and labels, where the reader has chosen none."""
    max_query_length: Annotated[int, Field(ge=20, le=5000)] = 500
    """Longest query, in characters."""
    max_request_line: Annotated[int, Field(ge=2048, le=1_000_000)] = 16_384
    """Longest path and query string of a request, in bytes."""
    default_limit: Annotated[int, Field(ge=1, le=100)] = 10
    """Hits on a page where the request names no number."""
    max_limit: Annotated[int, Field(ge=1, le=200)] = 50
    """Most hits that one request can ask for."""
    max_results: Annotated[int, Field(ge=50, le=10_000)] = 1000
    """How deep one can leaf: the last hit that can be reached."""
    candidates: Annotated[int, Field(ge=20, le=2000)] = 200
    """How many of the engine's best are ranked anew."""

    terminals: Path | None = None
    """The public terminals, a TOML file (docs/terminal.md); without it, a terminal's address describes it."""

    meaning: Annotated[str, Field(pattern=r"^(auto|off)$")] = "auto"
    """Whether pages are also found by what they mean, where a model can be had: "auto" or "off"."""
    meaning_model: Path | None = None
    """A folder with model.onnx and tokenizer.json to take instead of the bundled model."""
    meaning_query_prefix: str = "query: "
    """What is put before a query for a model of one's own, as it was trained."""
    meaning_passage_prefix: str = "passage: "
    """What is put before a page's text for a model of one's own."""

    crawl_worker: bool = True
    """Whether `serve` keeps a worker running that crawls by schedule and request."""
    admin_networks: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    """Networks that reach the administrators' pages and /metrics; for others there are none."""
    admin_behind_proxy: bool = False
    """Whether requests to the administrators' pages may come through a proxy on this machine."""
    metrics_public: bool = False
    """Whether /metrics answers every network, and not only admin_networks."""
    recrawl_pending_per_token: Annotated[int, Field(ge=1, le=10_000)] = 100
    """Recrawl requests of one token that may wait at the same time."""
    feedback_days: Annotated[int, Field(ge=1, le=3650)] = 400
    """Days that citizens' feedback is kept."""
    feedback_per_hour: Annotated[int, Field(ge=12, le=100_000)] = 600
    """How much feedback is taken in an hour, from all together; a twelfth of it may come at once."""
    index_lag_seconds: Annotated[float, Field(gt=0)] = 60.0
    """Seconds that a change may wait for the index before /readyz says so."""

    @field_validator("admin_networks")
    @classmethod
    def _admin_networks_are_networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        for network in networks:
            ipaddress.ip_network(network)
        return networks

    @field_validator("public_url")
    @classmethod
    def _public_url_is_absolute(cls, url: str) -> str:
        if url and not url.startswith(("http://", "https://")):
            raise ValueError('must begin with "http://" or "https://"')
        return url.rstrip("/")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the file."""
        file = TomlConfigSettingsSource(settings_cls, toml_file=settings_file())
        return init_settings, env_settings, file


def settings_file() -> Path:
    """Where the settings file is looked for."""
    return Path(os.environ.get(FILE_VARIABLE) or DEFAULT_FILE)


def load_settings(**arguments: Any) -> Settings:
    """Build the settings. Raise SettingsError, which names every bad key with its value and its place."""
    path = settings_file()
    if os.environ.get(FILE_VARIABLE) and not path.is_file():
        raise SettingsError([f"{FILE_VARIABLE} names {str(path)!r}, and there is no such file"])
    try:
        return Settings(**arguments)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"{path} is not TOML: {error}"]) from error
    except ValidationError as error:
        raise SettingsError([_told(problem, path, arguments) for problem in error.errors()]) from error
    except SourceError as error:
        raise SettingsError([str(error)]) from error
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError([f"{path} can't be read: {error}"]) from error


def _told(problem: Any, path: Path, arguments: dict[str, Any]) -> str:
    key = ".".join(str(part) for part in problem["loc"]) or "settings"
    name = key.split(".")[0]
    variable = f"{ENVIRONMENT_PREFIX}{name.upper()}"
    if name in arguments:
        place = f"setting {key}"
    elif any(variable == set_.upper() for set_ in os.environ):
        place = f"environment variable {variable}"
    else:
        place = f"{path}: {key}"
    if problem["type"] == "extra_forbidden":
        return f"{place} = {problem['input']!r}: there is no such setting"
    return f"{place} = {problem['input']!r}: {problem['msg'].removeprefix('Value error, ')}"
