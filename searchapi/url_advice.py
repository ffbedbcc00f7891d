"""What should a webmaster do about a URL? A sentence for every way that a visit can end: url_advice.toml."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from crawler.outcomes import Outcome

_FILE = Path(__file__).parent / "knowledge" / "url_advice.toml"
_Sentence = Annotated[str, Field(min_length=10)]


class _Standing(BaseModel):
    """What is so without any visit, or whatever the last visit was."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    never_visited: _Sentence
    no_agency: _Sentence
    left_out: _Sentence
    in_index: _Sentence
    on_its_way: _Sentence
    stale: _Sentence
    lost: _Sentence


class UrlAdvice(BaseModel):
    """The sentences, without a capital and a full stop. `outcome` has one for every Outcome."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    standing: _Standing
    outcome: dict[Outcome, _Sentence]

    @staticmethod
    @cache
    def read() -> "UrlAdvice":
        """The sentences of the file, which a test holds against the outcomes that there are."""
        return UrlAdvice.model_validate(tomllib.loads(_FILE.read_text("utf-8")))
