"""What is known of one page? The document record: the contract between crawler, indexer and searchapi."""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, NewType

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetPydanticSchema
from pydantic_core import CoreSchema, core_schema

RequestedUrl = NewType("RequestedUrl", str)
"""A URL as a link, a sitemap or a seed gave it, made absolute."""

CanonicalUrl = NewType("CanonicalUrl", str)
"""The one URL that stands for a page: the requested one after crawler.urls.canonicalise and rel=canonical."""

_Linked = Annotated[CanonicalUrl, Field(pattern=r"^https?://")]
"""A URL that pages link to: no other scheme (javascript:, data:) ever gets into a record."""

_UNCARRIABLE = re.compile("[\x00\ud800-\udfff]")


def _carriable(text: str) -> str:
    return _UNCARRIABLE.sub("", text) if _UNCARRIABLE.search(text) else text


def _cleaned_when_made(_: object, handler: GetCoreSchemaHandler) -> CoreSchema:
    """Texts are cleaned where a record is made of values; its JSON is our own, and was clean when written."""
    text = handler(str)
    return core_schema.json_or_python_schema(
        text, core_schema.no_info_after_validator_function(_carriable, text)
    )


Text = Annotated[str, GetPydanticSchema(_cleaned_when_made)]
"""A text that a database and a JSON answer can carry: without NUL and halves of surrogate pairs."""

RECORD_VERSION = 1
"""Raised when a field changes its meaning; a store with older records is crawled anew."""


class Doctype(StrEnum):
    """What kind of page it is, seen from a citizen's errand."""

    ESERVICE = "eservice"
    FORM = "form"
    CONTACT = "contact"
    GUIDE = "guide"
    PLACE = "place"
    NEWS = "news"
    EVENT = "event"
    JOB = "job"
    MINUTES = "minutes"
    DECISION = "decision"
    STEERING = "steering"
    REPORT = "report"
    LAW = "law"
    OTHER = "other"


class ActionKind(StrEnum):
    """What a citizen can do from a guide."""

    ESERVICE = "eservice"
    FORM = "form"
    CONTACT = "contact"


class Frozen(BaseModel):
    """A record never changes after it was made; an unknown field is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Evidence(Frozen):
    """Why a page was understood as it was, so that a webmaster can be told.

    `rule` is the rule's short name ("url_path", "heading", "form_element" …), `detail` what was seen
    ("/protokoll/", "Justerare"), `value` the conclusion it speaks for ("minutes", "true"), `weight` how much.
    """

    rule: Text
    detail: Text
    value: Text
    weight: float


class Contact(Frozen):
    """Contact facts of a function or a person. A field is what the page says, empty where it says nothing.

    `phone` is E.164 ("+46313900600"), `phone_written` the page's own writing of it.
    """

    name: Text = ""
    role: Text = ""
    phone: Text = ""
    phone_written: Text = ""
    email: Text = ""
    visiting_address: Text = ""
    postal_address: Text = ""
    opening_hours: Text = ""


class Action(Frozen):
    """A link from a page to the thing to do. `needs_eid` is None where nothing is known."""

    kind: ActionKind
    url: _Linked
    title: Text
    needs_eid: bool | None = None


class DocumentRecord(Frozen):
    """One page or document, as it was read and understood.

    `text` is the main text: one block (paragraph, list item, table row, heading) a line, without menus,
    banners, footers and related links. `language` is an ISO 639-1 code. `content_length` is in bytes.
    `content_hash` is the SHA-256 (hex) of title and text; `signature` a 64-bit SimHash of the text as 16 hex
    digits, for near-duplicates. `needs_eid` is None where the question does not arise (a guide, say).
    """

    version: int = RECORD_VERSION
    url: _Linked
    requested_url: RequestedUrl
    agency: Text
    host: Text
    title: Text
    headings: tuple[Text, ...] = ()
    text: Text = ""
    description: Text = ""
    breadcrumb: tuple[Text, ...] = ()
    language: Text = "sv"
    language_evidence: Text = ""
    easy_read: bool = False
    doctype: Doctype = Doctype.OTHER
    doctype_evidence: tuple[Evidence, ...] = ()
    needs_eid: bool | None = None
    eid_evidence: tuple[Evidence, ...] = ()
    contacts: tuple[Contact, ...] = ()
    actions: tuple[Action, ...] = ()
    content_type: Text = "text/html"
    content_length: int = 0
    published: date | None = None
    modified: date | None = None
    fetched: datetime
    checked: datetime
    depth: int = 0
    content_hash: str = ""
    signature: str = ""
