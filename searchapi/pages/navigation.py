"""Which rooms does the site have? The entries of header and footer, in the order in which they are read.

An entry stands here once its page answers. Its label, and the line on the start page that says what is there,
are keys of the texts, in whichever file of frontend/texts/<language> the page's own texts lie.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A link to a page of ours: `path` without a language, `label` and `about` as keys of the texts.

    `about` says in one line what the reader finds there; entries of the header with one are shown on the
    start page too.
    """

    path: str
    label: str
    about: str = ""


HEADER: Sequence[Entry] = (
    Entry("/e-tjanster", "portal.eservices.title", "portal.eservices.about"),
    Entry("/blanketter", "portal.forms.title", "portal.forms.about"),
    Entry("/kontakt", "portal.contacts.title", "portal.contacts.about"),
    Entry("/a-o", "portal.index.title", "portal.index.about"),
    Entry("/livshandelser", "portal.life.title", "portal.life.about"),
    Entry("/hjalp-pa-plats", "portal.places.title", "portal.places.about"),
    Entry("/myndigheter", "portal.agencies.title", "portal.agencies.about"),
)
"""The rooms of the portal, in the header of every page and in the footer. About seven fit on one line."""

FOOTER: Sequence[Entry] = (
    Entry("/om", "portal.about.label"),
    Entry("/in-english", "portal.own.english"),
    Entry("/suomeksi", "portal.own.finnish"),
    Entry("/lattlast", "portal.easy.title"),
    Entry("/tillganglighet", "portal.accessibility.label"),
    Entry("/integritet", "portal.privacy.label"),
    Entry("/widget", "widget.page.menu"),
)
"""What is about the site itself: about, accessibility, what is stored, other languages, easy to read."""


def is_here(entry: Entry, path: str) -> bool:
    """Whether a page (its path without a language) is the entry's or lies within it."""
    return path == entry.path or path.startswith(f"{entry.path}/")


def has_room(path: str) -> bool:
    """Whether the site has a page at a path: one page may lead to another that is not there yet."""
    return any(entry.path == path for entry in (*HEADER, *FOOTER))
