"""What of a text can stand in XML? Everything but the control characters that XML 1.0 forbids."""

import re

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""https://www.w3.org/TR/xml/#charsets"""


def xml_text(text: str) -> str:
    """The text without what no XML document can carry."""
    return _FORBIDDEN.sub("", text)
