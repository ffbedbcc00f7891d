"""How is text of others (sites, the registry, errors) shown on a terminal? As it is, and without effect."""

import unicodedata

from rich.markup import escape

_STEERING = frozenset({"Cc", "Cf"})  # control characters; marks of direction, which can turn a line round


def plain(text: object) -> str:
    """A text for rich's consoles and tables: no markup of its own, and no signs that steer a terminal."""
    return escape("".join(map(_harmless, str(text))))


def _harmless(sign: str) -> str:
    steers = unicodedata.category(sign) in _STEERING and sign not in "\n\t\N{SOFT HYPHEN}"
    return "\N{REPLACEMENT CHARACTER}" if steers else sign
