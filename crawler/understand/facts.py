"""Which phone numbers, e-mail addresses, street addresses and hours stand in a line of text?

Phone numbers are read by phonenumbers (Google's libphonenumber) with Sweden as the region, after everything
that only looks like one was left out: organisation and personal numbers, giro accounts, record numbers,
dates, hours. Postcodes and street names follow SIS 843102 and the ways in which Swedish streets are named.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers


class Fact(StrEnum):
    """What a piece of a line can be; IGNORED is a fact of no use here (fax, giro, web address)."""

    NAME = "name"
    ROLE = "role"
    PHONE = "phone"
    EMAIL = "email"
    VISITING = "visiting_address"
    POSTAL = "postal_address"
    HOURS = "opening_hours"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Found:
    """A fact and where in the line it stands."""

    kind: Fact
    value: str
    start: int
    end: int


REGION = "SE"
_LINE = 1_500
_DIGIT = re.compile(r"[0-9]")
_SHORT = 200

_PHONE = re.compile(r"(?<![\w@/:.,+–-])(?:\+|00)?\(?\d[\d \u00a0\u202f()/–‑−-]{5,20}\d(?![\w@]|[.,:]\d)")
_NOT_PHONE_BEFORE = re.compile(
    r"(?:org(?:anisations)?\.? ?-?(?:nr|nummer)|person(?:nr|nummer)|samordningsnummer|\bdnr|diarie(?:nr"
    r"|nummer)|bank ?giro|plus ?giro"
    r"|post ?giro|\bbg|\bpg|\biban|swish|konto(?:nr|nummer)?|clearing(?:nr|nummer)?|\bocr|fax|telefax"
    r"|referens(?:nr|nummer)?|kundnummer"
    r"|ärende(?:nr|nummer)?|isbn|issn|sfs|\bbeslut|\bnr|id|fastighet|koordinat\w*|\bkl|\bklockan|\btid"
    r"|datum)\W{0,4}(?:är )?$",
    re.IGNORECASE,
)
_PHONE_BEFORE = re.compile(
    r"(?:tele(?:fon)?(?:nummer|nr)?|tel|tfn|mobil\w*|ring|växel\w*|phone|call)\W{0,4}$", re.IGNORECASE
)
_PERSONAL_NUMBER = re.compile(r"(?:19|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[-– ]?\d{4}\Z")
_CLOCKS = re.compile(r"[012]?\d[.:]?[0-5]\d ?[-–] ?[012]?\d[.:]?[0-5]\d\Z")
_DATES = re.compile(
    r"\d{1,2}/\d{1,2}/\d{2,4}"
    r"|(?:19|20)\d\d[- ](?:0\d|1[0-2])[- ][0-3]\d|[0-3]\d[- ](?:0\d|1[0-2])[- ](?:19|20)\d\d"
)

_EMAIL = re.compile(
    r"(?<![\w.+@-])([\w.+-]{1,64})@((?:[\w-]{1,63}\.){1,5}[a-z]{2,24})(?![\w@])", re.IGNORECASE
)
_DISGUISED = re.compile(
    r"(?<![\w.+@-])([\w.+-]{1,64}) ?[(\[{<] ?(?:at|a|@|snabel-?a|ät) ?[)\]}>] ?([\w-]{1,63}(?: ?(?:\."
    r"|[(\[]\.?(?:dot|punkt)?[)\]]) ?[\w-]{1,63}){1,4})"
    r"|(?<![\w.+@-])([\w.+-]{1,64}) snabel-?a ([\w-]{1,63}(?:(?:\.| punkt )[\w-]{1,63}){1,4})",
    re.IGNORECASE,
)
_DOT = re.compile(r" ?(?:[(\[]\.?(?:dot|punkt)?[)\]]| punkt |\.) ?")

_UPPER = "A-ZÅÄÖÉ"
_POSTCODE = rf"(?:SE?-)?\d{{3}} ?\d\d {{1,2}}[{_UPPER}][\wé-]{{1,25}}(?: [{_UPPER}][\w-]{{1,25}}){{0,2}}"
_STREET = (
    rf"(?!(?:Besök|Adress|Vi|Du|På|Plats|Besöksadress|Hitta|Öppet|Postadress"
    rf"|Här)\b)[{_UPPER}][\wé.:'-]{{0,30}}(?: (?:[{_UPPER}][\wé.:'-]{{1,25}}|af|von|de|vid)){{0,3}}? ?"
    rf"(?:gatan|gata|vägen|väg|gränden|gränd|torget|torg|plan|planen|allén|allé|stigen|stig"
    r"|backen|backe|leden|platsen|plats|kajen|esplanaden|parken|gården|hamnen|hamn|rondellen|strand"
    r"|stranden|brinken|slingan|ringen|svängen|bron|tvärgata"
    r"|tvärgatan|boulevard|promenaden|bergen|berget|udden|ängen|kroken|vallen|området|street|road"
    r"|avenue) ?\d{1,4}(?:[-–]\d{1,4})? ?(?:[A-Ga-g]\b)?"
)
_ADDRESS = re.compile(
    rf"({_STREET})(?:,? ?(?:våning|vån|plan|trappa|\d tr)[ .]?\d{{0,2}})?(?:[,\n]? ?({_POSTCODE})"
    rf"|, [{_UPPER}][\wé-]{{2,25}}(?= *[.,;\n|]| *\Z))?"
)
# "Översiktsplan 2030", "Arbetsplats 3", "ISO 27001 Certifiering": numbered, and no place to go to.
_NO_ADDRESS = re.compile(
    r"[\wåäöÅÄÖ -]{0,40}?(?:detalj|översikts|handlings|verksamhets|utvecklings|budget|avfalls|master|års"
    r"|åtgärds|kris|beredskaps|mål|kurs|läro|stråk|del|program|samråds|special|genomförande)plan \d"
    r"|[\wåäöÅÄÖ -]{0,40}?(?:arbets|parkerings|båt|uppställnings)plats \d",
    re.IGNORECASE,
)
_STANDARD = re.compile(r"\b(?:iso|iec|iso/iec|en|ss-en|ss|no|nr|art)[.: -]{1,2}$", re.IGNORECASE)
_BOX = re.compile(rf"(?:Box|FE|Fack) ?\d{{1,5}}[,\n]? ?({_POSTCODE})")
_POST_ONLY = re.compile(rf"(?<![\d-]){_POSTCODE}")

_WEEKDAY = (
    r"(?:mån|tis|ons|tors?|fre|lör|sön)(?:dag(?:ar|en)?)?|vardag(?:ar)?|helgfri\w*|alla dagar"
    r"|varje dag|dagligen|dygnet runt|(?:mon|tues?|wednes|thurs|fri|satur|sun)days?|weekdays"
)
_CLOCK = (
    r"(?:kl(?:ockan|\.)? ?)?\d{1,2}(?:[.:]\d\d)? ?(?:[–‑−-]|till|to"
    r"|och) ?(?:kl\.? ?)?\d{1,2}(?:[.:]\d\d)?(?! ?(?:kr|%|år|\d))"
)
_HOURS = re.compile(
    rf"(?:\b(?:{_WEEKDAY})\b[^\n]{{0,60}}?(?:{_CLOCK}|stängt|closed)"
    rf"|\bdygnet runt\b)(?:[^\n]{{0,40}}?{_CLOCK}|[^\n]{{0,30}}stängt)*",
    re.IGNORECASE,
)
_VAGUE_PLACE = re.compile(r"(?:adress|plats|lokal|besök|hitta hit|address|place)\b(?! oss)", re.IGNORECASE)
_HOURS_LABEL = re.compile(r"\A(?:öppettider|öppet|opening hours)\b\W{0,3}", re.IGNORECASE)
_MORE_HOURS = re.compile(
    r"övrig tid|jour|akut|tidsbokning|stängt|\b112\b|drop-in|helg|kväll|lunch|avvikande|bokad tid",
    re.IGNORECASE,
)
_HOURS_OF = re.compile(
    r"(?:(?:vi svarar|ordinarie|våra|vår|vi har|har|i telefon|öppettider(?:na)?|telefontid(?:er)?|öppet"
    r"|besökstid(?:er)?|bemannat|drop-in|receptionen|växeln|expeditionen|är|oss|du når|ring"
    r"|mellan|alla|helgfria|opening hours|we are open|open) ?){1,5}\Z"
)
_HOURS_START = re.compile(rf"\b(?:{_WEEKDAY})\b", re.IGNORECASE)
_CLOCK_ONLY = re.compile(rf"\b{_CLOCK}|stängt|closed|dygnet runt", re.IGNORECASE)

_LABELS: tuple[tuple[Fact, str], ...] = (
    (Fact.IGNORED, r"fax(?:nummer)?|telefax|org(?:anisations)?\.? ?-?(?:nr|nummer)|bank ?giro|plus ?giro"
                   r"|swish(?:nummer)?|webb(?:plats|adress|sida)?"
                   r"|hemsida|faktura\w*|leveransadress|godsadress|facebook|instagram|peppol\w*"
                   r"|gln(?:-nummer)?|lokaliseringskod|sms|koordinater"
                   r"|journummer|orgnr|momsregistreringsnummer|vat\w*"),
    (Fact.HOURS, r"ordinarie öppettider|öppettider(?:na)?(?: (?:i )?(?:reception(?:en)?|växeln|telefon"
                 r"|idag|sommar|kundtjänst))?|telefontid(?:er)?|besökstid(?:er)?"
                 r"|expeditionstid(?:er)?|mottagningstid(?:er)?|tider|öppet|bemannat|bemannade tider"
                 r"|ring(?:tid(?:er)?| oss)?(?= ?(?:mån|vard|:? ?mån))|växelns öppettider"
                 r"|telefonen är öppen|drop-?in|opening hours|office hours|phone hours|hours|öppethållande"
                 r"|svarstider|vi svarar"),
    (Fact.VISITING, r"besöksadress|gatuadress|adress(?: och vägbeskrivning)?|besök(?: oss)?|hitta hit"
                    r"|hitta till oss|visiting address|street address|address|plats|lokal"),
    (Fact.POSTAL, r"postadress|brev|post(?:a)?|utdelningsadress|skicka brev|postal address|mailing address"),
    (Fact.PHONE, r"telefon(?:nummer)?(?: (?:växel|dagtid|reception|direkt|till [\w -]{2,40}))?|tele|tel"
                 r"|tfn|mobil(?:telefon|nummer)?|ring(?: oss)?|direkt(?:nummer|telefon)|växel(?:n|nummer)?"
                 r"|telefonväxel|phone|telephone|mobile|call"),
    (Fact.EMAIL, r"e-?post(?:adress)?|e-?mejl|mejl(?:a)?(?: oss)?|mail(?:adress)?|e-?mail(?: address)?"),
    (Fact.NAME, r"namn|kontaktperson(?:er)?|handläggare|(?:ansvarig|handläggande) (?:enhet|förvaltning"
                r"|avdelning|handläggare|nämnd|verksamhet|myndighet)|ansvarig|enhet|name|contact person"),
    (Fact.ROLE, r"titel|befattning|roll|yrkestitel|uppdrag|funktion|title|position|role"),
)  # fmt: skip
_LABEL = re.compile("|".join(f"(?P<{kind.name}>{pattern})" for kind, pattern in _LABELS), re.IGNORECASE)
# Labels that need no colon, since nothing else begins like that: "Öppettider vardagar 8–16".
_NO_COLON = (
    r"(?:(?<=adress)|(?<=öppettider)|(?<=e-post)|(?<=telefon))\s+(?=[A-ZÅÄÖ][^.]{0,90}\d|(?:mån"
    r"|tis|ons|tors|fre|lör|sön|vard|helgfri|alla dagar|dygnet)|\S+@)"
)
_LABEL_LINE = re.compile(
    rf"\W{{0,3}}(?:{_LABEL.pattern})(?:\s*[:：]\s*|\s+[–-]\s+|\s*$|\s+(?=[\d+(])|{_NO_COLON})", re.IGNORECASE
)


def label_of(line: str) -> tuple[Fact, str] | None:
    """The label that a line begins with ("Telefon: …", "Besöksadress") and what follows it.

    None without one.
    """
    return _short_label_of(line) if len(line) <= _SHORT else _label_of(line[:_LINE])


def _label_of(line: str) -> tuple[Fact, str] | None:
    found = _LABEL_LINE.match(line)
    if not found or not found.lastgroup:
        return None
    return Fact[found.lastgroup], line[found.end() :].strip()


_short_label_of = lru_cache(maxsize=8_192)(_label_of)  # the lines of a site are much alike


def facts_in(line: str) -> list[Found]:
    """The phone numbers, e-mail addresses, addresses and hours of a line, in order, without overlaps."""
    line = line[:_LINE]
    found: list[Found] = []
    if "@" in line or "(" in line or "[" in line or "snabel" in line:
        found += emails_in(line)
    if _DIGIT.search(line):
        found += phones_in(line)
        found += _addresses_in(line, found)
        found += _hours_in(line, found)
    elif "dygnet runt" in line.lower():
        found += [Found(Fact.HOURS, m.group(), m.start(), m.end()) for m in _HOURS.finditer(line)]
    return sorted(found, key=lambda f: f.start)


def _hours_in(line: str, others: list[Found]) -> list[Found]:
    found: list[Found] = []
    for m in _HOURS.finditer(line):
        start, end = m.span()
        if start and line[start - 1] == "(" and (close := line.find(")", end)) > 0:
            end = min(close, start + 200)  # "(vardagar 8–18, fredagar till 16)"
        if not _overlaps(others + found, start, end):
            found.append(Found(Fact.HOURS, line[start:end].strip(" ,;"), start, end))
    return found


def emails_in(line: str) -> list[Found]:
    """E-mail addresses, also those written "namn(at)kommun.se" against harvesters; in lower case."""
    found = [
        Found(Fact.EMAIL, m.group().lower().rstrip("."), m.start(), m.end()) for m in _EMAIL.finditer(line)
    ]
    for m in _DISGUISED.finditer(line):
        local, domain = (m.group(1), m.group(2)) if m.group(1) else (m.group(3), m.group(4))
        address = f"{local}@{_DOT.sub('.', domain)}".lower().rstrip(".")
        if re.search(r"\.[a-z]{2,24}\Z", address) and not _overlaps(found, m.start(), m.end()):
            found.append(Found(Fact.EMAIL, address, m.start(), m.end()))
    return found


def phones_in(line: str) -> list[Found]:
    """Phone numbers as written; whatever only looks like one is left out."""
    found: list[Found] = []
    for m in _PHONE.finditer(line):
        written = m.group().strip()
        if written.count("(") > written.count(")"):
            written = written.rpartition("(")[0].strip() if not written.startswith("(") else written
        before = line[max(0, m.start() - 40) : m.start()]
        if _NOT_PHONE_BEFORE.search(before):
            continue
        plain = re.sub(r"[ \u00a0\u202f]", " ", written).replace("–", "-").replace("‑", "-").replace("−", "-")
        labelled = bool(_PHONE_BEFORE.search(before))
        if plain.count("/") > 1:
            continue
        if not labelled and (_PERSONAL_NUMBER.match(plain) or _CLOCKS.match(plain) or _DATES.search(plain)):
            continue
        if e164(written):
            found.append(Found(Fact.PHONE, written, m.start(), m.start() + len(written)))
    return found


@lru_cache(maxsize=4_096)
def e164(written: str) -> str:
    """A phone number in E.164 form ("+46313900600"); empty where it is no valid number.

    A national number must begin with its trunk prefix 0: without it, too much else looks like a number.
    """
    text = written.strip()[:40]
    digits = re.sub(r"\D", "", text)
    if not (text.startswith(("+", "(+")) or digits.startswith("0")):
        return ""
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _addresses_in(line: str, others: list[Found]) -> list[Found]:
    found: list[Found] = []
    for pattern, kind in ((_BOX, Fact.POSTAL), (_ADDRESS, Fact.VISITING), (_POST_ONLY, Fact.POSTAL)):
        for m in pattern.finditer(line):
            if _NO_ADDRESS.match(m.group()) or _STANDARD.search(line[max(0, m.start() - 12) : m.start()]):
                continue
            if not _overlaps(others + found, m.start(), m.end()):
                value = " ".join(m.group().replace("\n", ", ").split()).rstrip(" ,.")
                found.append(Found(kind, value.replace(",,", ","), m.start(), m.end()))
    return found


def _overlaps(found: list[Found], start: int, end: int) -> bool:
    return any(f.start < end and start < f.end for f in found)


def is_vague_place(label: str) -> bool:
    """Whether a label may stand for an address and for much else: "Plats", "Adress", "Lokal"."""
    return bool(_VAGUE_PLACE.match(label.strip()))


def has_postcode(value: str) -> bool:
    """Whether an address is whole: it ends with a postcode and its town."""
    return bool(_POST_ONLY.search(value))


def is_address(value: str, *, strict: bool) -> bool:
    """Whether a value can be an address: a street with a number, a postcode.

    Or (not strict) a house and a town.
    """
    if any(c.isdigit() for c in value):
        return len(value) <= 160
    return not strict and "," in value and len(value) <= 80


def hours_of(text: str) -> str:
    """The sentences of hours that a text begins with: it may go on about something else."""
    text = _HOURS_LABEL.sub("", text, count=1) if not text.lower().startswith("telefontid") else text
    kept: list[str] = []
    for sentence in re.split(r"(?<=[^\d\W])\. (?=[A-ZÅÄÖ])|(?<=\d)\. (?=[A-ZÅÄÖ])", text[:_LINE]):
        if kept and not (looks_like_hours(sentence) or _MORE_HOURS.search(sentence)):
            break
        kept.append(sentence)
    return ". ".join(kept).strip()[:300]


def starts_with_hours(line: str, hours: Found) -> bool:
    """Whether a line is one of hours: nothing stands before them but what they are of ("Telefontid".

    "Expedition").
    """
    before = line[: hours.start].strip(" :–-").lower()
    return not before or (" " not in before and len(before) <= 25) or bool(_HOURS_OF.match(before))


def looks_like_hours(line: str) -> bool:
    """Whether a line below a label of hours goes on with them.

    "Måndag–fredag", "8–16", "Lunchstängt 12–13".
    """
    return bool(_HOURS_START.search(line[:200]) or _CLOCK_ONLY.search(line[:200]))
