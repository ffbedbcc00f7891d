"""What does one row of the table of rules say?"""

from dataclasses import dataclass

from crawler.record import Doctype
from crawler.understand.view import Look


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: what it is called, where it looks, for what, what that says and how much, and why.

    It fits where `pattern` (a regular expression) is found, or where at least `at_least` of `words` stand.
    """

    name: str
    look: Look
    doctype: Doctype
    weight: float
    reason: str
    pattern: str = ""
    words: tuple[str, ...] = ()
    at_least: int = 1


def different(text: str) -> tuple[str, ...]:
    """The words between the bars, without those that hold another one: a rule counts different words."""
    words = [word.strip() for word in text.split("|")]
    return tuple(w for w in words if not any(other != w and other in w for other in words))
