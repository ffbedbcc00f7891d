"""Is a short line a person, a post, a unit, or only a heading such as "Kontakt"?"""

import re
from functools import lru_cache

from crawler.understand.facts import label_of

_GENERIC = re.compile(
    r"(?:(?:kontakta? (?:kommunen|[\wåäö]+s kommun|regionen|region \w+|myndigheten|[\wåäö]+verket"
    r"|[\wåäö]+myndigheten)|underskrift.{0,40}|datum|ort och datum|namnteckning|namnförtydligande"
    r"|personnummer|blanketten (?:skickas|lämnas) till|skickas? till|lämnas till|relaterade? (?:sidor"
    r"|länkar|information)|genvägar|mer om [\wåäö ]{2,30}|läs (?:mer|också)|se även|hitta mer|på sidan"
    r"|kontakt(?:a)?(?: oss| kommunen| regionen| myndigheten| mig)?|kontaktuppgifter|kontaktinformation"
    r"|kontaktinfo|kontakter|kontaktpersoner"
    r"|har du (?:några )?frågor|frågor(?: och svar)?|vill du veta mer|mer information|hjälp"
    r"|behöver du hjälp|kontakt och hjälp|kontakt & öppettider|hitta kontakt"
    r"|kontaktuppgifter (?:och|&) öppettider|öppettider (?:och|&) kontakt\w*|kontakt och (?:öppettider"
    r"|adress\w*|besök)|adress(?:er)?|besök(?: oss)?|telefon|e-?post"
    r"|ring eller mejla|så når du oss|här finns vi|hitta hit|om (?:oss|sidan)|relaterad information|fakta"
    r"|praktisk information|ansvarig(?: för sidan)?|personal|våra medarbetare"
    r"|telefon och e-post|telefonnummer|kontaktvägar|vem kontaktar jag|vem ska jag kontakta"
    r"|för mer information|skicka post|självservice|e-tjänster(?: och blanketter)?|blanketter"
    r"|dokument|länkar|sidinnehåll|innehåll|postadress och besöksadress|kontaktruta|kontakt för \w+"
    r"|medarbetare|(?:main )?contacts?(?: us| information| details)?|get in touch|questions|need help"
    r"|nytt|nyheter|aktuellt|populära [\w -]{3,20}|vanliga [\w -]{3,20}|[\wåäö-]{3,20} (?:till |med )?oss"
    r"|sidansvarig|frågor om [\wåäö ]{2,30})[?:!.]*)\Z",
    re.IGNORECASE,
)
_CONTACTISH = re.compile(
    r"kontakt|ansvarig|handlägg|frågor|hjälp|ring |når du oss|contact|questions|vänd dig|medarbetare"
    r"|personal|adress",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"(?:\b|[a-zåäö-])(?:chef(?:en|er)?|direktör(?:en)?|handläggare|sekreterare|ordförande|rektor"
    r"|samordnare|koordinator|ombud(?:sman)?|rådgivare|assistent|strateg"
    r"|ingenjör|inspektör|planerare|administratör|sköterska|lärare|bibliotekarie|vägledare|kurator"
    r"|ansvarig|arkitekt|kommunalråd|regionråd|oppositionsråd|landstingsråd|borgarråd|ledamot|jurist"
    r"|controller"
    r"|utredare|registrator|föreståndare|ledare|konsulent|intendent|arkivarie|antikvarie|psykolog|läkare"
    r"|logoped|arbetsterapeut|fysioterapeut|pedagog|kommunikatör|utvecklare"
    r"|ekonom|kamrer|förvaltare|receptionist|vaktmästare|värd(?:inna)?|tandläkare|barnmorska|geolog|ekolog"
    r"|terapeut|specialist|tekniker|mästare|vice ordförande|gruppledare|manager|director"
    r"|officer|secretary|head of|coordinator|advisor|adviser|president|commissioner|minister|växeln?"
    r"|växel och kundtjänst|kundtjänst)\b",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"(?:enheten|avdelningen|förvaltningen|kontoret|kansli(?:et)?|nämnden|center|centrum|tjänsten|mottagningen"
    r"|växeln?|byrån|jouren|verksamheten|gruppen|teamet|sektionen|bibliotek(?:et)?"
    r"|skolan|förskolan|hallen|huset|gården|museet|service|support|reception(?:en)?|kommun|regionen?"
    r"|verket|myndigheten|styrelsen|rådgivning(?:en)?|omsorgen|vården|boendet|kundtjänst|arkivet|bolaget"
    r"|office|department|division|unit|desk|hotline|stödet|hjälpen|lotsen|torget|verkstaden|poolen"
    r"|sjukhuset|vårdcentralen)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"(?!(?:Besök|Post|Telefon|Öppet|Mejla|Ring|Välkommen|Kontakta|Ansök|Boka|Läs)\b)"
    r"[A-ZÅÄÖÉ][a-zåäöéüøæ]{1,20}(?:-[A-ZÅÄÖÉ][a-zåäöéüøæ]{1,20})?(?: [A-ZÅÄÖÉ]\.?)?(?: (?:af|von|de|van"
    r"|al))?"
    r"(?: [A-ZÅÄÖÉ][a-zåäöéüøæ]{1,25}(?:-[A-ZÅÄÖÉ][a-zåäöéüøæ]{1,25})?){1,3}(?: \((?:[A-ZÅÄÖ]{1,3}|-)\))?\Z"
)
_NO_NAME = re.compile(
    r"bank-?id|e-legitimation|inlogg|logga in|^(?:starta|öppna|ansök|anmäl|läs|visa|till|boka|beställ"
    r"|begär|sök|skriv|registrera|felanmäl|lämna|ändra|hyr|säg|bli|gör|betala|få|skaffa|så|hur|att|vad|när|om"
    r"|apply|book|how|what)\b",
    re.IGNORECASE,
)
# A clock, a telephone number, a foreign postcode: a line of facts that could not be read.
_NUMBERED = re.compile(r"\d[:.]\d\d\b|\d{5}|\d{3,4}[ -]\d{3,4}")
_SENTENCE_WORDS = re.compile(
    r"\b(?:är|har|kan|ska|måste|får|finns|du|vi|ni|här|den|det|att|om|när|eller|behöver|vill|som|till oss"
    r"|på vår|is|are|you|we|can|the|to)\b",
    re.IGNORECASE,
)
_AFTER_VERB = re.compile(
    r"(?:(?:ring(?:a|er)?|mejlar|kontaktar|når|skriver)(?: (?:du|ni|man))?(?: till)?|kontakta"
    r"|mejla(?: till)?|vänd dig till|hör av dig till|skriv till|prata med|ta kontakt med|nå(?:r)?|besök"
    r"|contact|call)\s+(?:gärna |då |först |även |med |till |på |us |the )*"
    r"(?:(?:vår|vårt|våra|din|kommunens|regionens|någon av)\s+)?([\wåäöÅÄÖé& -]{3,60}?)(?=\s+(?:på|via|per"
    r"|om|för|telefon|tel|tfn|genom|med|eller|så|on|at|by)\b|\s*[,.:;(]|\s*\Z)",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"(?:(?:har du )?frågor\W{1,3})?(?:kontakta|contact|kontakt(?:uppgifter)?(?: (?:till|för|med|hos))?"
    r"|ring(?: till)?|blanketten (?:skickas|lämnas|sänds) till|skickas till"
    r"|skicka (?:till|blanketten till)|lämnas till)\b:?\s*",
    re.IGNORECASE,
)
_LAST_PERSON = re.compile(
    r"([A-ZÅÄÖa-zåäö-]{4,40} )?([A-ZÅÄÖÉ][a-zåäöéüøæ]{1,20}(?:-[A-ZÅÄÖÉ][a-zåäöéüøæ]{1,20})?"
    r"(?: [A-ZÅÄÖÉ][a-zåäöéüøæ]{1,25}(?:-[A-ZÅÄÖÉ][a-zåäöéüøæ]{1,25})?){1,2})\Z"
)
_PRONOUN = re.compile(
    r"^(?:oss|dem|mig|någon|kommunen|den|det|denna|dessa|gärna|mer|us|them|your|in|till|på|telefon|din"
    r"|ditt)\b",
    re.IGNORECASE,
)
_EDGES = " \t|,;:–—-•·*()[]/"


@lru_cache(maxsize=8_192)
def is_generic(text: str) -> bool:
    """Whether a heading names no unit or person: "Kontakt", "Har du frågor?", "Öppettider"."""
    stripped = text.strip(" :!?.")
    return not stripped or bool(_GENERIC.match(stripped)) or label_of(f"{stripped}") is not None


def is_contactish(text: str) -> bool:
    """Whether a heading announces contact facts."""
    return bool(_CONTACTISH.search(text[:120]))


@lru_cache(maxsize=8_192)
def is_person(text: str) -> bool:
    """Whether a short text is written as a person's name: "Anna Ek", "Per-Olof Lind (S)"."""
    return bool(_PERSON.match(text.strip(_EDGES)[:80])) and not is_role(text) and not _UNIT.search(text)


@lru_cache(maxsize=8_192)
def is_role(text: str) -> bool:
    """Whether a short text names a post: "Socialchef", "Handläggare bygglov"."""
    return bool(_ROLE.search(text[:120]))


@lru_cache(maxsize=8_192)
def is_unit(text: str) -> bool:
    """Whether a short text names a unit or a place: "Bygglovsenheten", "Norrviks bibliotek"."""
    return bool(_UNIT.search(text[:120]))


def is_agency(text: str) -> bool:
    """Whether a text is the name of a whole municipality or region, which stands in every postal address."""
    text = text.lower()
    return text.endswith((" kommun", " stad", "myndigheten", "verket", "styrelsen")) or text.startswith(
        "region "
    )


def is_someone(text: str) -> bool:
    """Whether a short text names a person, a post or a unit, and not only a matter."""
    return is_person(text) or is_role(text) or is_unit(text)


def without_call(text: str) -> str:
    """ "Kontakta byggenheten" as "Byggenheten".

    A heading that calls on no one in particular stays as it is.
    """
    found = _CALL.match(text)
    rest = text[found.end() :].strip() if found else ""
    if is_someone(rest) or (0 < len(rest.split()) <= 4 and not is_generic(rest) and not _PRONOUN.match(rest)):
        return rest[:1].upper() + rest[1:]
    return text


def is_name_like(text: str) -> bool:
    """Whether a line could be a name or a post at all: short, no sentence."""
    text = text.strip()
    if not (2 < len(text) <= 80) or text.endswith((".", "!", "?", ";")) or not text[0].isalpha():
        return False
    if _NO_NAME.search(text) or _NUMBERED.search(text):
        return False
    words = text.split()
    return len(words) <= 9 and (not _SENTENCE_WORDS.search(text) or is_person(text) or is_unit(words[0]))


def clean(text: str) -> str:
    """A name without the punctuation that stood around it."""
    return " ".join(text.split()).strip(_EDGES).rstrip(".")[:120]


def split_name_and_role(text: str) -> tuple[str, str]:
    """ "Anna Ek, socialchef" and "Socialchef: Anna Ek" as (name, role).

    A unit with an addition keeps it as role.
    """
    text = clean(text)
    parts = [
        clean(part) for part in re.split(r" \| |\n|, | – | — | - |: |; ", text, maxsplit=3) if clean(part)
    ]
    if not parts:
        return "", ""
    person = next((part for part in parts if is_person(part)), "")
    if person:
        return person, next((part for part in parts if part != person), "")
    if len(parts) > 1 and is_name_like(parts[0]) and (is_role(parts[1]) or is_role(parts[0])):
        return parts[0], parts[1]
    return (text, "") if is_name_like(text) else (parts[0], "") if is_name_like(parts[0]) else ("", "")


def person_at_end(text: str) -> tuple[str, str]:
    """The person that running text ends with, and the post before the name.

    "besvaras av ingenjör Petra Grund".
    """
    found = _LAST_PERSON.search(clean(text)[-120:])
    if found is None or not is_person(found.group(2)):
        return "", ""
    role = (found.group(1) or "").strip()
    if role[:1].isupper() and not is_role(role):
        return f"{role} {found.group(2)}", ""
    return found.group(2), role if is_role(role) else ""


def name_in_prose(text: str) -> str:
    """Whom a sentence tells to call or write to: "Ring kontaktcenter på …" gives "Kontaktcenter"."""
    found = None
    for found in _AFTER_VERB.finditer(text[-300:]):  # noqa: B007 - the last one stands nearest to the number
        pass
    if found is None:
        return ""
    name = clean(found.group(1))
    if _PRONOUN.match(name) or len(name.split()) > 6 or not name:
        return ""
    return name[0].upper() + name[1:]
