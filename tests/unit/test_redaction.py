"""Does what tells who somebody is go, in every form that people write it, and does the rest stay?"""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchapi.redaction import Mark, is_luhn, is_personal_number, redact

_SEPARATORS = ("", "-", "+", " ", " - ", "–", "\N{NO-BREAK SPACE}", ".", "/")


def _with_check_digit(nine: str) -> str:
    return next(nine + str(digit) for digit in range(10) if is_luhn(nine + str(digit)))


@st.composite
def personal_numbers(draw: st.DrawFn) -> tuple[str, str, str]:
    """Century, six digits of the day (60 more for a coordination number), and the last four."""
    born = draw(st.dates(date(1900, 1, 1), date(2026, 11, 22)))
    day = born.day + draw(st.sampled_from((0, 60)))
    six = f"{born:%y%m}{day:02}"
    number = _with_check_digit(f"{six}{draw(st.integers(0, 999)):03}")
    return f"{born:%C}", six, number[6:]


@given(
    personal_numbers(),
    st.booleans(),
    st.sampled_from(_SEPARATORS),
    st.sampled_from(("", "-", " ")),
    st.sampled_from(("", "min mamma ", "pnr:", "(", "2026 ", "0980-319 200 ")),
    st.sampled_from(("", " vill ha hemtjänst", ").", ", 3 barn", " 12")),
)
def test_no_personal_number_stays(
    number: tuple[str, str, str], long: bool, between: str, within: str, before: str, after: str
) -> None:
    century, six, four = number
    day = within.join((six[:2], six[2:4], six[4:]))
    written = f"{century if long else ''}{day}{between}{four}"
    kept = redact(f"{before}{written}{after}")
    digits = "".join(sign for sign in kept if sign.isdigit())
    assert six + four not in digits
    assert four not in digits
    assert "[" in kept


@given(st.text(max_size=300))
@example("070-174 06 00070-174 06 00")
@example("a@b.se@c.se 12 34 56 78")
def test_redacting_again_changes_nothing_and_nothing_breaks(text: str) -> None:
    once = redact(text)
    assert redact(once) == once
    assert len(once) <= 8 * len(text) + 20


@given(st.text(alphabet="0123456789 -+./()abAB@Å٣[]", max_size=120))
def test_runs_of_digits_are_redacted_once_and_for_all(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("skriv till eva.svensson@aspvik.example tack", Mark.EMAIL),
        ("eva (at) aspvik.example", Mark.EMAIL),
        ("evasnabel-a snabel-a aspvik.example", Mark.EMAIL),
        ("070-174 06 00", Mark.PHONE),
        ("0701740600", Mark.PHONE),
        ("+46 70 174 06 00", Mark.PHONE),
        ("+46 (0)70-174 06 00", Mark.PHONE),
        ("0046701740600", Mark.PHONE),
        ("031-390 06 00", Mark.PHONE),
        ("08-465 004 00", Mark.PHONE),
        ("0980/319 200", Mark.PHONE),
        ("390 06 00", Mark.PHONE),
        ("ring mig på 39 06 0", Mark.PHONE),
        ("4539 1488 0343 6467", Mark.CARD),
        ("4539148803436467", Mark.CARD),
        ("4539-1488-0343-6467", Mark.CARD),
        ("SE45 5000 0000 0583 9825 7466", Mark.ACCOUNT),
        ("800101-T123", Mark.PERSONAL_NUMBER),
        ("19800101-TF12", Mark.PERSONAL_NUMBER),
        ("٨٠٠١٠١-١٢٣٤", Mark.PERSONAL_NUMBER),
        ("80\u200b0101-12\u200b34", Mark.PERSONAL_NUMBER),
        ("999999-9999", Mark.PERSONAL_NUMBER),
        ("123456789", Mark.NUMBER),
        ("bor på Storgatan 5", Mark.ADDRESS),
        ("bor på storgatan 5 B, 123 45 Aspvik", Mark.ADDRESS),
        ("Norra vägen 112", Mark.ADDRESS),
        ("Mannerheimintie 12 a", Mark.ADDRESS),
        ("jag heter Eva Svensson och söker", Mark.NAME),
        ("Jag heter eva svensson", Mark.NAME),
        ("Mitt namn är: Åsa von Ek-Lund", Mark.NAME),
        ("my name is John Smith and I", Mark.NAME),
        ("nimeni on Aino Virtanen", Mark.NAME),
        ("hittar inte taxan. Mvh Eva Svensson", Mark.NAME),
    ],
)
def test_what_tells_who_somebody_is_goes(text: str, mark: Mark) -> None:
    kept = redact(text)
    assert mark in kept
    assert kept.count("[") == 1, kept
    for word in (
        "eva",
        "Eva",
        "svensson",
        "Svensson",
        "Smith",
        "Virtanen",
        "Ek-Lund",
        "gatan",
        "vägen",
        "tie",
    ):
        assert word not in kept
    assert not any(sign.isdigit() for sign in kept)


@pytest.mark.parametrize(
    "text",
    [
        "bygglov altan 2026",
        "protokoll kommunstyrelsen 2024-03-02",
        "Dnr KS/2024:261",
        "Dnr 2024-001234",
        "sou 2018:48 och lag 2018:1937 § 4 kap 12",
        "försörjningsstöd 12 000 kr per månad",
        "100 000 kr i stöd, 1 200 500 kr i bidrag",
        "blankett 7804 och K10",
        "postnummer 123 45",
        "öppet 08:00-16:30 måndag-fredag",
        "åk 1-9, barn 6-12 år",
        "2024 2025 2026",
        "sopor vecka 47 och 48",
        "vad heter chefen för skolan",
        "vänliga hälsningar från kommunen skickas inte hem till folk som har flyttat någon annanstans i år",
        "vem är jag",
        "e-tjänst @ hemma",
        "detaljplan 3 för norra hamnen",
        "mitt namn är inte med på listan",
        "112 eller 1177",
    ],
)
def test_what_says_what_somebody_looks_for_stays(text: str) -> None:
    assert redact(text) == text


def test_check_digits() -> None:
    assert is_personal_number("8507099805")
    assert is_personal_number("198507099805")
    assert not is_personal_number("8507099806")
    assert not is_personal_number("8513099805")
    assert is_personal_number(_with_check_digit("850769980"))


@pytest.mark.parametrize(
    "written",
    [
        "".join(f"{digit}\ufe0f\u20e3" for digit in "199001011234"),
        "①⑨⑨⓪⓪①⓪①①②③④",
        "¹⁹⁹⁰⁰¹⁰¹¹²³⁴",
        "19900101" + " " * 9 + "1234",
        "19900101\n\n\n\n1234",
        "900101*1234",
        "900101\u034f1234",
        "900101\u115f1234",
        "900101\u2800\u28001234",
        "900101\N{SLIGHTLY SMILING FACE}1234",
        "070\ufe0f1740612",
        "070\x001740612",
        "070\N{SLIGHTLY SMILING FACE}174\N{SLIGHTLY SMILING FACE}06 12",
        "anna.test\N{FULLWIDTH COMMERCIAL AT}ekdal.example",
        "1\u03019\u03019\u03010\u0301010112341",
    ],
)
def test_dressed_up_digits_hide_nothing(written: str) -> None:
    kept = redact(f"mitt nummer {written} tack")
    assert kept.startswith("mitt nummer [")
    assert kept.endswith("] tack")


def test_signs_that_no_database_takes_are_left_out() -> None:
    assert redact("a\0b\x1bc\ud83dd\ne") == "abcd\ne"
