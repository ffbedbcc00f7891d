"""How does a table get into a spreadsheet? As lines of CSV, of which no cell is a formula."""

import csv
import io
import re
from collections.abc import Iterable

_FORMULA = re.compile(r"[=@\t\r\uff1d\uff20]|[+\-\uff0b\uff0d](?![\d ()-]*$)")
"""How a cell begins that would be carried out (OWASP, CSV injection); phone numbers don't."""
_AFTER_SEMICOLON = re.compile(r"(?<=;)(?=[\s\"']*[=@+\-\uff1d\uff20\uff0b\uff0d])")
"""Where lists are written with semicolons, as in Sweden, spreadsheets begin a cell there too, whatever quotes
say."""


def csv_line(values: Iterable[str | None]) -> str:
    """A line with its end (RFC 4180). A cell that would be a formula begins with an apostrophe."""
    written = io.StringIO()
    csv.writer(written).writerow([_cell(value or "") for value in values])
    return written.getvalue()


def _cell(value: str) -> str:
    safe = _AFTER_SEMICOLON.sub("'", value)
    return f"'{safe}" if _FORMULA.match(safe) else safe
