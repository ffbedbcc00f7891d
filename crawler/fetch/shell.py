"""Does a page show its text only after its scripts have run? Asked where the registry says "when-empty"."""

import re

from lxml import etree

from crawler.extract.charset import decode
from crawler.extract.html import parse

ROOT_TEXT = 250
"""Characters of its own text beyond which a page with an application's root is read as it is."""
BARE_TEXT = 60
"""… and beyond which any other page with scripts is."""
_LOOKED_AT = 3_000_000

# Where applications put themselves: by convention of React, Vue, Angular, Svelte, Ember, Gatsby, Next, Nuxt,
# Quasar and SiteVision's WebApps.
_ROOT_IDS = frozenset(
    {
        "root", "app", "app-root", "main-app", "react-root", "react-app", "vue-app", "application", "spa",
        "__next", "__nuxt", "___gatsby", "q-app", "svelte", "ember-application", "mount", "app-container",
    }
)  # fmt: skip
_ROOT_ATTRIBUTES = (
    "ng-app",
    "data-ng-app",
    "ng-version",
    "data-reactroot",
    "data-v-app",
    "data-cid",
    "data-app",
)
_BOOT = re.compile(
    r"__NEXT_DATA__|__NUXT__|__INITIAL_STATE__|AppRegistry\.|ReactDOM|createRoot\(|createApp\(|"
    r"platformBrowserDynamic|webpackChunk|webpackJsonp"
)
_NEEDS_SCRIPTS = re.compile(r"java\s?script", re.IGNORECASE)
_NOT_TEXT = frozenset({"script", "style", "noscript", "template", "svg", "head", "iframe", "object"})
_FRAME = frozenset({"header", "footer", "nav", "aside"})


def needs_rendering(body: bytes, content_type: str = "") -> bool:
    """Whether an HTML page has next to no text of its own, and scripts that would bring it. Never raises.

    Text of header, navigation and footer doesn't count. A page without any script is as it is.
    """
    root = parse(decode(body[:_LOOKED_AT], content_type))
    if root is None:
        return False
    scripts = [element for element in root.iter("script") if _runs(element)]
    if not scripts:
        return False
    own = _own_text(root)
    if own > ROOT_TEXT:
        return False
    if own <= BARE_TEXT:
        return True
    if any(_BOOT.search(element.text or "") for element in scripts):
        return True
    if any(_NEEDS_SCRIPTS.search(" ".join(element.itertext())) for element in root.iter("noscript")):
        return True
    return any(map(_is_root, root.iter(etree.Element)))


def _runs(script: etree._Element) -> bool:
    kind = (script.get("type") or "").strip().lower()
    return not kind or kind in {"module", "application/javascript"} or kind.startswith("text/javascript")


def _is_root(element: etree._Element) -> bool:
    """Whether an element is an application's place on the page, and nothing is in it yet."""
    named = (element.get("id") or "").lower() in _ROOT_IDS
    marked = any(element.get(name) is not None for name in _ROOT_ATTRIBUTES)
    own_kind = "-" in str(element.tag)  # (a custom element, HTML standard, section 4.13)
    return (named or marked or own_kind) and not "".join(element.itertext()).strip()


def _own_text(root: etree._Element) -> int:
    """Characters of text outside the page's frame; counted no further than it matters."""
    size = 0
    waiting = [root]
    while waiting and size <= ROOT_TEXT:
        element = waiting.pop()
        if not isinstance(element.tag, str) or element.tag in _NOT_TEXT or element.tag in _FRAME:
            continue
        if (
            element.get("role") in {"navigation", "banner", "contentinfo"}
            or element.get("hidden") is not None
        ):
            continue
        size += len(" ".join((element.text or "").split()))
        for child in element:
            size += len(" ".join((child.tail or "").split()))
            waiting.append(child)
    return size
