"""Does the service need e-legitimation (BankID, Freja …), and how do we know?

Every sentence that speaks of e-legitimation or of logging in is read by itself: what it says outweighs that
the word stands there. "Med eller utan e-legitimation" means that one gets through without, so the answer is
no; "du kan inte använda tjänsten utan e-legitimation" means the opposite of what its "utan" suggests; "har
du ingen e-legitimation, använd blanketten" means that the service itself needs one.
"""

import re
from dataclasses import dataclass

from crawler.page import Block, BlockKind, ExtractedPage, Region
from crawler.record import Doctype, Evidence
from crawler.registry import DoctypeHint
from crawler.understand.view import PageView

_SUBJECT = (
    r"(?:(?:svensk |elektronisk |giltig |mobil[t]? |din |ditt |en |ett |någon |någon form av |ha |ha en )*"
    r"(?:e-?legitimation\w*|e-?leg\b|elektronisk legitimation|bank-?id\w*|freja\w*(?: e-?id\+?)?|e-?id\b"
    r"|eidas|siths\w*|legitimation\w*"
    r"|foreign eid|inloggning\w*|att logga in|logga in|legitimera dig|legitimering|identifiering"
    r"|identifiera dig|login"
    r"|log(?:ging)? in|sign(?:ing)? in))"
)
_MENTION = re.compile(
    r"e-?legitim|\be-?leg\b|elektronisk legit|bank-?id|\bfreja|\be-?id\b|inlogg|logga(?:r)? in|logga in"
    r"|legitimer(?:a|ing)"
    r"|identifier(?:a|ing)|\blog ?in\b|\bsign(?:ing)? in\b|\bsiths|eidas"
)
_SENTENCE = re.compile(r"[^.!?\n]{1,400}(?:[.!?\n]|$)?")
_SENTENCES = 60


@dataclass(frozen=True, slots=True)
class _Saying:
    """What a sentence that fits the pattern says. The first pattern that fits a sentence counts."""

    name: str
    pattern: re.Pattern[str]
    needs: bool | None  # None: it says nothing of this service
    weight: float


def _saying(name: str, needs: bool | None, weight: float, pattern: str) -> _Saying:
    return _Saying(name, re.compile(pattern.replace("SUBJECT", _SUBJECT)), needs, weight)


_SAYINGS: tuple[_Saying, ...] = (
    # About the portal in general, or how to get an e-legitimation
    _saying("eid_general", None, 0, r"vad är (?:en )?e-?leg|skaffa(?:r)? (?:du |dig )?(?:ett "
                                    r"|en )?(?:mobilt )?(?:bank|e-?leg|freja)"
            r"|vissa (?:av (?:våra )?)?e-tjänster|en del (?:av (?:våra )?)?e-tjänster"
            r"|flera av (?:våra )?e-tjänster|de flesta e-tjänster"
            r"|för personal|för medarbetare|intranät|logga ut|logga in på intra|lösenord för"),
    # Both ways are offered
    _saying("eid_either", False, 6, r"med eller utan SUBJECT|både med och utan SUBJECT"
                                    r"|antingen med SUBJECT.{0,40}eller utan|with or without"
            r"|med SUBJECT eller utan|utan eller med SUBJECT|valfri(?:tt)? (?:att )?SUBJECT"
            r"|frivillig\w* (?:att )?SUBJECT"
            r"|SUBJECT är (?:valfri|frivillig|inte obligatorisk|inget krav|inte ett krav|optional)"
            r"|kan (?:du )?(?:även |också )?välja att SUBJECT"),
    # It can't be done without
    _saying("eid_not_without", True, 5, r"(?:kan|får|går) (?:\w+ ){0,2}(?:inte"
                                        r"|ej) (?:\w+ ){0,5}utan (?:att )?SUBJECT"
                                        r"|inte möjligt (?:\w+ ){0,6}utan (?:att )?SUBJECT"
            r"|utan (?:att )?SUBJECT (?:kan|går|får) (?:\w+ ){0,3}(?:inte|ej)"
            r"|endast (?:\w+ ){0,3}med SUBJECT|bara (?:\w+ ){0,5}med SUBJECT"
            r"|cannot .{0,40}without"),
    # Whoever has none takes another way than this service
    _saying("eid_else_form", True, 2.5, r"\b(?:medborgare|personer|den|du|ni|du som är \w+|föräldrar"
                                        r"|företag|sökande|alla|de) utan SUBJECT|(?:har du (?:inte|ingen"
                                        r"|inget)|om du (?:inte har|saknar)|saknar du|den som saknar"
                                        r"|du som (?:inte har|saknar)|för dig (?:som )?(?:utan|saknar)"
            r"|kan du inte (?:använda |logga in med )?|^utan) ?(?:någon |en "
            r"|ett )?SUBJECT.{0,120}\b(?:blankett|ring(?:er|a)?\b|kontakta|besök|papper|hör av dig|hjälp"
            r"|ladda|brev|skriv ut|servicekontor)"),
    # Not needed
    _saying("eid_not_needed", False, 5, r"(?:krävs|behövs|fordras|behöver du|du behöver|behöver man"
                                        r"|man behöver|kräver|kräver tjänsten|tjänsten kräver"
                                        r"|e-tjänsten kräver|behöver|ställs) (?:alltså |dock "
                                        r"|här )?(?:inte|ej|ingen|inget|varken"
                                        r"|inga krav på) (?:\w+ ){0,3}?SUBJECT"
            r"|(?:inte|ej|ingen|inget|varken) (?:\w+ ){0,2}SUBJECT (?:\w+ )?(?:krävs|behövs|behöver)"
            r"|SUBJECT (?:krävs|behövs|behöver du) (?:inte|ej)"
            r"|^(?:kräver )?ingen SUBJECT|inget (?:krav på )?SUBJECT|inga krav på SUBJECT|(?:slipper"
            r"|behöver inte) (?:\w+ ){0,2}SUBJECT|inget bank-?id"
            r"|(?:inte|ej) (?:\w+ ){0,2}(?:logga in|legitimera|identifiera)|no (?:login|sign-?in|log-?in"
            r"|account|e-?id|bank-?id) (?:is )?(?:required|needed|necessary)"
            r"|(?:not|n['’]t) (?:need|have|required?) (?:to )?(?:a |an )?(?:log ?in|sign in|bank-?id|e-?id"
            r"|account)|not require (?:a |an )?(?:log ?in|bank-?id|e-?id)"
            r"|anonymt utan"),
    # Can be done without
    _saying("eid_without", False, 4, r"utan (?:krav på )?(?:att (?:du )?(?:behöver )?)?SUBJECT"
                                     r"|without (?:a |an |having to |the need to )?(?:log|sign|bank-?id"
                                     r"|e-?id|swedish)"),
    _saying("eid_signed_only", True, 3, r"(?:signera|skriva under|undertecknas?|signeras"
                                        r"|signering)\w* (?:\w+ ){0,5}SUBJECT"),
    # Needed
    _saying("eid_needed", True, 4, r"(?:kräv(?:s|er)|behöv(?:s|er)|fordras|förutsätter|måste|ska"
                                   r"|skall) (?:\w+ ){0,6}?SUBJECT|SUBJECT (?:\w+ ){0,2}(?:krävs|behövs"
                                   r"|är ett krav|fordras|required|needed|is required)"
            r"|krav på SUBJECT|require(?:s|d)? (?:\w+ ){0,4}(?:bank-?id|e-?id|log-?in|sign|freja"
            r"|electronic)|need (?:a |an |to )?(?:\w+ ){0,2}(?:bank-?id|e-?id|log ?in|sign in)|must (?:log"
            r"|sign) in"
            r"|inloggning:? (?:ja|krävs)|e-?legitimation:? ?(?:ja|krävs)|krävs: |du behöver:? "),
    _saying("eid_login", True, 3, r"(?:logga|loggar|legitimera|legitimerar|identifiera|identifierar|starta"
                                  r"|ansöker|anmäler|fortsätt|skriv under|inloggning|öppna|log in"
                                  r"|sign in)(?: du| dig)?(?: först| in| här)* (?:med|via|genom|with"
                                  r"|using) (?:\w+ ){0,4}?"
            r"(?:e-?leg|bank-?id|freja|elektronisk|e-?id)"),
    _saying("eid_after_login", True, 2, r"(?:när du (?:har )?loggat in|efter inloggning|är inloggad"
                                        r"|logga in för att|logga in och (?:ansök|gör|fyll|starta)"
                                        r"|du loggar in|inloggad (?:med|via))"),
    _saying("eid_following", None, 0, r"(?:följ(?:a)?|se|spara|hämta) (?:\w+ ){0,5}(?:ärende|utkast|status"
                                      r"|handlingar)"),
    _saying("eid_mention", True, 1.5, r"^\W*(?:med )?(?:mobilt )?(?:bank-?id|e-?legitimation|freja"
                                      r"|e-?id)\W*$|e-?legitimation|bank-?id|^\W*logga in\W*$"
                                      r"|^\W*till inloggning(?:en)?\W*$"),
)  # fmt: skip

_ANSWERS = frozenset({Doctype.ESERVICE})
_PERHAPS = frozenset({Doctype.FORM})
_THRESHOLD = 1.5
_FIRM = 3.0
_LOGIN_PATHS = re.compile(
    r"/(?:login|logga-?in|inloggning|auth|saml|sso|bankid|idp|signin|sign-in)(?:[/?.]|$)"
)


def read_eid(text: str) -> tuple[bool | None, list[Evidence]]:
    """What a text (a link's words, a line, a page) says of e-legitimation: the answer and its evidence."""
    lowered = text.lower()
    if not _MENTION.search(lowered):
        return None, []
    evidence: dict[str, Evidence] = {}
    for count, found in enumerate(s for s in _SENTENCE.finditer(lowered) if _MENTION.search(s.group())):
        if count == _SENTENCES:
            break
        sentence = " ".join(found.group().split())
        for saying in _SAYINGS:
            if saying.pattern.search(sentence):
                if saying.needs is not None and saying.name not in evidence:
                    evidence[saying.name] = Evidence(
                        rule=saying.name,
                        detail=sentence[:160],
                        value=str(saying.needs).lower(),
                        weight=saying.weight,
                    )
                break
    return _verdict(list(evidence.values())), list(evidence.values())


def _verdict(evidence: list[Evidence]) -> bool | None:
    """A clear word that it goes without outweighs words of need: those describe one of two ways."""
    no = max((e.weight for e in evidence if e.value == "false"), default=0.0)
    yes = max((e.weight for e in evidence if e.value == "true"), default=0.0)
    firm = any(e.rule == "eid_not_without" for e in evidence)
    if no >= _THRESHOLD and (no >= yes or no >= 4) and not (firm and no < 6):
        return False
    if yes >= _THRESHOLD:
        return True
    return None


def needs_eid(
    view: PageView, doctype: Doctype, hint: DoctypeHint | None = None
) -> tuple[bool | None, tuple[Evidence, ...]]:
    """Whether the page's service needs e-legitimation. None where the page is no service, or says nothing."""
    if doctype not in _ANSWERS and doctype not in _PERHAPS:
        return None, ()
    if hint is not None and hint.needs_eid is not None:
        told = Evidence(
            rule="registry_hint", detail=hint.pattern, value=str(hint.needs_eid).lower(), weight=12
        )
        return hint.needs_eid, (told,)
    page = view.page
    answer, evidence = read_eid(_own_words(page))
    own_form = any(form.region is not Region.CHROME for form in page.forms)
    if doctype in _PERHAPS and not own_form:
        # A form to print is often "for whoever has no e-legitimation": that the word stands there is no need.
        firm = [one for one in evidence if one.weight >= _FIRM]
        return (True, tuple(firm)) if _verdict(firm) else (None, ())
    if doctype in _PERHAPS:
        return answer, tuple(evidence)
    if answer is None:
        answer, more = _by_parts(view)
        evidence += more
    return answer, tuple(sorted(evidence, key=lambda e: -e.weight)[:8])


def _own_words(page: ExtractedPage) -> str:
    """The texts of main part and asides: blocks, buttons and links (a login button is a link).

    What metadata says.
    """
    parts: list[str] = []
    left = 20_000
    for block in page.blocks:
        if block.region is not Region.CHROME and left > 0:
            parts.append(_closed(block)[:left])
            left -= len(block.text)
    parts += [link.text[:200] for link in page.links[:300] if link.region is not Region.CHROME]
    parts += [form.submit[:200] for form in page.forms[:20] if form.region is not Region.CHROME]
    parts += [page.description[:1_000]]
    return "\n".join(parts)


def _closed(block: Block) -> str:
    # Within a paragraph a line break is layout; between address lines and rows it ends a statement.
    return block.text.replace("\n", " ") if block.kind is BlockKind.PARAGRAPH else block.text


def _by_parts(view: PageView) -> tuple[bool | None, list[Evidence]]:
    """Where no sentence tells: a login form or login links say yes.

    A form that can be filled in at once says no.
    """
    shape = view.shape
    for link in view.own_links:
        path = link.url.lower()[:300]
        if _LOGIN_PATHS.search(path):
            return True, [Evidence(rule="login_link", detail=path[:120], value="true", weight=2)]
    if "form:login" in shape:
        return True, [Evidence(rule="login_form", detail="password field", value="true", weight=2)]
    if "form:personal" in shape or "form:questions" in shape:
        return False, [
            Evidence(rule="open_form", detail="the form stands in the page", value="false", weight=2)
        ]
    return None, []
