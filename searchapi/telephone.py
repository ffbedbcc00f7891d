"""How is a telephone number written for people who call from Sweden, and how in a link that dials it?

Numbers come as E.164, or as an agency writes them. They are shown in one way: area code, hyphen, and the
rest in groups of two or three, as Swedish writing rules have it (six digits as 123 456). What is no number of
the plan, such as 112, 1177 or "114 14", stays as it was written.
"""

import re
from functools import lru_cache

import phonenumbers

_HOME = "SE"
_COUNTRY = 46
_GROUPS = {5: (3, 2), 6: (3, 3), 7: (3, 2, 2), 8: (3, 3, 2)}
_FOUR_DIGIT_CODES = re.compile(r"0(?:77\d|200)(?=\d{6}$)")
"""Codes for all of Sweden that people know with four digits (0771, 0200) and the plan has shorter."""


@lru_cache(maxsize=4096)
def telephone(number: str) -> str:
    """A number as it is shown: +46980319200 and 0980-31 92 00 are 0980-319 200; abroad: +358 9 1234567."""
    parsed = _parsed(number)
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        return number.strip()
    if parsed.country_code != _COUNTRY:
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    code, hyphen, rest = national.partition("-")
    if not hyphen:
        return national
    rest = rest.replace(" ", "")
    if known := _FOUR_DIGIT_CODES.match(code + rest):
        rest = (code + rest)[known.end() :]
        code = known.group()
    return f"{code}-{_grouped(rest)}"


def dialled(number: str) -> str:
    """A number as a tel: link wants it: +46980319200."""
    parsed = _parsed(number)
    if parsed is None:
        return "".join(sign for sign in number if sign.isdigit() or sign == "+")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _parsed(number: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number, _HOME)
    except phonenumbers.NumberParseException:
        return None


def _grouped(digits: str) -> str:
    groups = []
    for length in _GROUPS.get(len(digits), (len(digits),)):
        groups.append(digits[:length])
        digits = digits[length:]
    return " ".join(groups)
