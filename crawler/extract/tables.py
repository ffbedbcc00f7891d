"""Is a table data or the layout of a page, and how does a row of data read as one line?"""

from crawler.extract.raw_page import Element
from crawler.extract.text import one_line

_LONG_CELL = 1_500  # characters of a cell beyond which a table can't be one of data
_ROWS = 50  # rows that are looked at


def is_layout(table: Element) -> bool:
    """Whether a table only places things on the page. Old sites are built of such tables."""
    if table.get("role") in {"presentation", "none"}:
        return True
    if next(table.iterdescendants("table"), None) is not None:
        return True
    if next(table.iterdescendants("th", "caption"), None) is not None:
        return False
    if next(table.iterdescendants("h1", "h2", "nav", "main", "article", "form"), None) is not None:
        return True
    rows = cells = longest = 0
    for row in table.iterdescendants("tr"):
        rows += 1
        if rows > _ROWS:
            break
        inside = [cell for cell in row if cell.tag == "td"]
        cells = max(cells, len(inside))
        longest = max(longest, *(len(cell.xpath("string()")) for cell in inside), 0)
    return cells <= 1 or (rows <= 1 and longest > 200) or longest > _LONG_CELL


def row_text(text: str) -> str:
    """A row's cells, which come separated by tabs, set apart by " | "; lines of a cell joined by commas."""
    cells = []
    for cell in text.split("\t"):
        joined = ""
        for part in cell.split("\n"):
            part = one_line(part)
            if part:
                joined = f"{joined}{' ' if joined[-1] in '.,:;!?-–' else ', '}{part}" if joined else part
        if joined:
            cells.append(joined)
    return " | ".join(cells)


def defined(term: str, text: str) -> str:
    """A term and its definition: on one line if short ("Telefon: 031-390 06 00"), else on two."""
    if len(text) > 300 or (term.endswith(("?", ".", "!")) and len(text) > 120):
        return f"{term}\n{text}"
    return f"{term} {text}" if term.endswith((":", "?", ".", "!")) else f"{term}: {text}"
