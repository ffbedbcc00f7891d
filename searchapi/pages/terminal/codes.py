"""How does an address get from the screen into a telephone? As a QR code (ISO/IEC 18004), drawn as SVG."""

from functools import lru_cache

import segno
from markupsafe import Markup

MOST = 400
"""Characters: with more, the squares get too small for a telephone to read off a screen or a receipt."""


@lru_cache(maxsize=256)
def code(content: str) -> Markup | None:
    """The QR code of an address as inline SVG, black on white whatever the page's colours; None if too long.

    It has the quiet zone of four modules that the standard asks for.
    """
    if not 0 < len(content) <= MOST:
        return None
    made = segno.make(content, error="m", micro=False, boost_error=False)
    drawn = made.svg_inline(border=4, omitsize=True, dark="#000", light="#fff", svgclass="qr", lineclass=None)
    return Markup(drawn)  # noqa: S704 - digits and letters of segno's own, nothing of the content
