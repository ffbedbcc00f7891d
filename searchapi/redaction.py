"""What of a free text must not be kept? Personal numbers, addresses, numbers to reach somebody by, names.

People write to a search box as they speak to a clerk. What tells who somebody is gives way to a mark that
says what stood there; what only looks like it does too, as nobody can ask the writer. What must stay readable
stays: years, amounts, diary numbers, laws, form codes.

Sources: the Tax Agency's SKV 704 for personal identity numbers and coordination numbers (day + 60), the Luhn
check (ISO/IEC 7812-1, annex B), ISO 13616 for IBAN, PTS's numbering plan for how long Swedish numbers are.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from enum import StrEnum

from searchapi.knowledge import load, word_set


class Mark(StrEnum):
    """What stands in the place of what was taken out."""

    PERSONAL_NUMBER = "[personnummer]"
    EMAIL = "[e-post]"
    PHONE = "[telefon]"
    CARD = "[kortnummer]"
    ACCOUNT = "[kontonummer]"
    NUMBER = "[nummer]"
    ADDRESS = "[adress]"
    NAME = "[namn]"


_Span = tuple[int, int, Mark]


def _any_of(name: str) -> str:
    """A pattern for each of the words of a list, the longest first."""
    return "|".join(sorted(map(re.escape, load("redaction")[name]), key=len, reverse=True))


_BETWEEN = r"(?:[ \-+./()_,*|~]{0,3}| {4,})"
_RUN = re.compile(rf"\+?[0-9](?:{_BETWEEN}[0-9])*")
_GROUP = re.compile(r"[0-9]+")
_RESERVE = re.compile(r"(?<![0-9])(?:[0-9]{2})?[0-9]{6} ?[-+ ]? ?(?:[A-Z]{2}[0-9]{2}|[A-Z][0-9]{3})(?![\w])")
"""Reserve numbers, which hospitals give: a letter or two where the last four digits begin."""
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}[0-9]{2}(?: ?[0-9A-Z]{4}){3,7}(?: ?[0-9A-Z]{1,3})?(?!\w)")
_EMAIL = re.compile(
    r"[\w.+%'-]{1,64}(?:@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}"
    r"|(?: ?@ ?| ?[\[(](?:at|@|snabel-a)[\])] ?| snabel-a )[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})"
)
_CALLED = re.compile(rf"(?<!\w)(?:{_any_of('call')})\D{{0,12}}([0-9](?:{_BETWEEN}[0-9]){{4,14}})", re.I)
_STREET = re.compile(
    rf"(?<![\w-])(?:[^\W\d_][\w-]* )?[^\W\d_]*(?:{_any_of('streets')})(?: nr\.?| nummer)? ?[0-9]{{1,3}}"
    r"(?:[ -]?[a-z](?!\w))?(?:,? lgh ?[0-9]{4})?(?:,? [0-9]{3} ?[0-9]{2}(?: [^\W\d_]+)?)?(?![0-9])",
    re.I,
)
_NAMED = re.compile(rf"(?<!\w)(?:{_any_of('introductions')}) *[:,]? +", re.I)
_SIGNED = re.compile(rf"(?<!\w)(?:{_any_of('farewells')}) *[,.!]? +", re.I)
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
_NO_NAMES = word_set("redaction", "no_names")
_PARTICLES = word_set("redaction", "particles")
_MOST_NAMES = 4

_DASHES = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-")
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {chr(n) for n in range(0xFE00, 0xFE10)}
"""Letters and marks that nobody sees (Unicode: Default_Ignorable_Code_Point), beside those of category Cf."""
_ON_DIGITS = re.compile("(?<=\\d)[\u0300-\u036f\u20d0-\u20f0]+")
"""Marks on digits, which no writing has: keycaps of emoji, and accents."""
_WIDE = frozenset(map(chr, range(0xFF01, 0xFF5F)))
_SHORTEST_BARE = 9
_PHONE_DIGITS = range(7, 12)
_FOREIGN_DIGITS = range(8, 16)
_CARD_DIGITS = range(13, 20)
_ISSUERS = ("2", "3", "4", "5", "6")
_MOST_DIGITS = 19
_MOST_GROUPS = 12


def redact(text: str) -> str:
    """A text with marks in the place of what tells who somebody is. Doing it again changes nothing.

    Signs that can't be seen are left out, so that nothing hides between them.
    """
    text = unicodedata.normalize("NFC", "".join(sign for sign in text if not _is_unseen(sign)))
    text = _ON_DIGITS.sub("", text)
    while True:
        # Once more where something went: what stood around it may be of one piece now.
        redacted = _once(text)
        if redacted == text:
            return text
        text = redacted


def _once(text: str) -> str:
    folded = "".join(map(_folded, text))
    spans: list[_Span] = []
    for finder in _FINDERS:
        for begin, end, mark in finder(folded):
            while begin < end and folded[begin] == " ":
                begin += 1
            if begin < end and all(end <= first or begin >= last for first, last, _ in spans):
                spans.append((begin, end, mark))
    for begin, end, mark in sorted(spans, reverse=True):
        text = text[:begin] + mark + text[end:]
    return text


def _is_unseen(sign: str) -> bool:
    """Whether a sign takes no room of its own, or controls something and breaks no line."""
    if sign in _FILLERS or unicodedata.category(sign) in {"Cf", "Cs", "Co", "Cn"}:
        return True
    return unicodedata.category(sign) == "Cc" and sign not in "\n\r\t"


def _folded(sign: str) -> str:
    """One sign for one: digits of every script, raised or in a circle too, as 0-9; every dash as "-"; every
    space, and pictures, as " "; wide signs as narrow ones."""
    digit = unicodedata.digit(sign, None)
    if digit is not None:
        return str(digit)
    if sign.isspace() or unicodedata.category(sign) == "So":
        return " "
    narrow = unicodedata.normalize("NFKC", sign) if sign in _WIDE else sign
    return _DASHES.get(sign, narrow)


def is_personal_number(digits: str) -> bool:
    """Whether digits are a personal identity number or a coordination number, by date and check digit."""
    return len(digits) in {10, 12} and _has_date(digits) and is_luhn(digits[-10:])


def is_luhn(digits: str) -> bool:
    """Whether the last digit checks the others."""
    total = 0
    for place, sign in enumerate(reversed(digits)):
        value = int(sign) * (1 + place % 2)
        total += value // 10 + value % 10
    return total % 10 == 0


def _has_date(digits: str) -> bool:
    month, day = int(digits[-8:-6]), int(digits[-6:-4])
    return 1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91)


# --- what is looked for, the surest first ---


def _emails(text: str) -> Iterator[_Span]:
    for found in _EMAIL.finditer(text):
        yield *found.span(), Mark.EMAIL


def _accounts(text: str) -> Iterator[_Span]:
    for found in _IBAN.finditer(text):
        yield *found.span(), Mark.ACCOUNT


def _reserve_numbers(text: str) -> Iterator[_Span]:
    for found in _RESERVE.finditer(text):
        yield *found.span(), Mark.PERSONAL_NUMBER


def _numbers(text: str) -> Iterator[_Span]:
    """Numbers in runs of digits: the surest kind first, and of each kind the longest piece."""
    for run in _RUN.finditer(text):
        groups = [found.span() for found in _GROUP.finditer(text, *run.span())]
        free = [True] * len(groups)
        for is_kind, mark in _KINDS:
            for at in range(len(groups)):
                for last in range(min(len(groups), at + _MOST_GROUPS), at, -1):
                    begin, end = groups[at][0], groups[last - 1][1]
                    lengths = [end - begin for begin, end in groups[at:last]]
                    if not all(free[at:last]) or sum(lengths) > _MOST_DIGITS:
                        continue
                    begin -= begin > 0 and text[begin - 1] == "+"
                    if is_kind(text[begin:end], lengths):
                        free[at:last] = [False] * (last - at)
                        yield begin, end, mark
                        break


def _digits(written: str) -> str:
    return "".join(sign for sign in written if sign.isdigit())


def _is_personal(written: str, lengths: list[int]) -> bool:
    return is_personal_number(_digits(written))


def _is_like_personal(written: str, lengths: list[int]) -> bool:
    digits = _digits(written)
    return len(digits) in {10, 12} and (
        _has_date(digits) or lengths in ([6, 4], [8, 4], [6, 2, 2], [8, 2, 2], [10], [12])
    )


def _is_card(written: str, lengths: list[int]) -> bool:
    if sum(lengths) not in _CARD_DIGITS or not written.startswith(_ISSUERS):
        return False
    return is_luhn(_digits(written)) or lengths == [4, 4, 4, 4]


def _is_long(written: str, lengths: list[int]) -> bool:
    return len(lengths) == 1 and lengths[0] >= _SHORTEST_BARE


def _is_phone(written: str, lengths: list[int]) -> bool:
    digits = _digits(written)
    if written.startswith("+") or digits.startswith("00"):
        return len(digits) in _FOREIGN_DIGITS
    if digits[0] == "0" and digits[1:2] != "0":
        return len(digits) in _PHONE_DIGITS
    return lengths in ([3, 2, 2], [2, 2, 2], [3, 3, 2])


_KINDS: tuple[tuple[Callable[[str, list[int]], bool], Mark], ...] = (
    (_is_personal, Mark.PERSONAL_NUMBER),
    (_is_card, Mark.CARD),
    (_is_phone, Mark.PHONE),
    (_is_like_personal, Mark.PERSONAL_NUMBER),
    (_is_long, Mark.NUMBER),
)


def _called(text: str) -> Iterator[_Span]:
    for found in _CALLED.finditer(text):
        yield *found.span(1), Mark.PHONE


def _streets(text: str) -> Iterator[_Span]:
    for found in _STREET.finditer(text):
        yield *found.span(), Mark.ADDRESS


def _names(text: str) -> Iterator[_Span]:
    for pattern, limit in ((_NAMED, len(text)), (_SIGNED, 60)):
        for found in pattern.finditer(text):
            end = _end_of_name(text, found.end())
            # A farewell stands at the end; elsewhere it is "hälsningar från kommunen".
            if end > found.end() and (pattern is _NAMED or len(text) - end <= limit):
                yield found.end(), end, Mark.NAME


def _end_of_name(text: str, begin: int) -> int:
    """Where the name that begins here ends: the words up to one that no name goes on with."""
    end = begin
    for _ in range(_MOST_NAMES):
        word = _WORD.match(text, end + (text[end : end + 1] == " " and end > begin))
        if word is None or word[0].casefold() in _NO_NAMES:
            break
        if end > begin and word[0].islower() and text[begin].isupper() and word[0] not in _PARTICLES:
            break
        end = word.end()
    return end


_FINDERS: tuple[Callable[[str], Iterator[_Span]], ...] = (
    _emails,
    _accounts,
    _reserve_numbers,
    _streets,
    _numbers,
    _called,
    _names,
)
