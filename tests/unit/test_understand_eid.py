"""Is it read from a page's words whether a service needs e-legitimation?"""

# ruff: noqa: E501 - sketches of pages read better whole

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.record import Doctype
from crawler.registry import DoctypeHint
from crawler.understand.eid import read_eid
from tests.unit.understanding import AGENCY, record

NEEDED = [
    "Kräver BankID",
    "Tjänsten kräver inloggning med e-legitimation.",
    "E-legitimation krävs",
    "Logga in med BankID eller Freja",
    "För att använda tjänsten behöver du en svensk e-legitimation.",
    "Du måste logga in.",
    "Tjänsten går inte att använda utan e-legitimation.",
    "Du kan inte ansöka utan att logga in",
    "Endast med BankID",
    "Ansökan signeras med BankID av båda vårdnadshavarna.",
    "Har du ingen e-legitimation kan du skicka in en blankett på papper.",
    "Saknar du BankID, kontakta kundcenter.",
    "Legitimera dig med mobilt BankID.",
    "You need a Swedish e-ID to use this service.",
    "BankID required",
    "Föräldrar utan e-legitimation lämnar ansökan på servicekontoret.",
]
NOT_NEEDED = [
    "Ingen inloggning krävs",
    "Kräver inte e-legitimation",
    "Du behöver inte e-legitimation.",
    "Du behöver inte logga in för att göra en felanmälan.",
    "Kan användas utan e-legitimation",
    "Ansök med eller utan e-legitimation",
    "Starta utan inloggning",
    "Inloggning behövs inte.",
    "E-legitimation är frivilligt.",
    "Det krävs ingen e-legitimation, men loggar du in fylls dina uppgifter i.",
    "Ingen legitimation eller inloggning",
    "No login required",
    "You do not need to log in.",
]
NOTHING = [
    "",
    "Ansök om bygglov i god tid.",
    "Vad är e-legitimation?",
    "De flesta e-tjänster kräver att du har e-legitimation.",
    "Följ ditt ärende på Mina sidor.",
    "Intranät: logga in på intranätet",
    "Så skaffar du BankID",
]


@pytest.mark.parametrize("text", NEEDED)
def test_needed(text: str) -> None:
    assert read_eid(text)[0] is True


@pytest.mark.parametrize("text", NOT_NEEDED)
def test_not_needed(text: str) -> None:
    assert read_eid(text)[0] is False


@pytest.mark.parametrize("text", NOTHING)
def test_nothing_said(text: str) -> None:
    assert read_eid(text)[0] is None


def test_two_ways_mean_that_it_goes_without() -> None:
    answer, evidence = read_eid("Starta med e-legitimation\nStarta utan inloggning")
    assert answer is False
    assert {e.value for e in evidence} == {"true", "false"}


def test_an_open_form_needs_no_login() -> None:
    main = (
        "<h1>E-tjänst: lämna synpunkt</h1><p>Beröm och klagomål gör oss bättre. Du kan vara anonym, men då kan vi inte svara dig.</p><form method='post' action='/x'><label>Namn <input name='n'></label>"
        "<label>E-post <input name='e'></label><label>Meddelande <textarea name='m'></textarea></label><button>Skicka</button></form><p>Du får en bekräftelse.</p>"
    )
    found = record("/e-tjanster/lamna-synpunkt", main)
    assert (found.doctype, found.needs_eid) == (Doctype.ESERVICE, False)
    assert found.eid_evidence[0].rule == "open_form"


def test_a_link_to_a_login_tells() -> None:
    main = (
        "<h1>E-tjänst: ansök om plats</h1><p><a href='https://idp.example/saml/login?x=1'>Gå vidare</a></p>"
    )
    assert record("/e-tjanster/ansok-om-plats", main).needs_eid is True


@pytest.mark.parametrize(
    ("words", "needs"),
    [
        ("Används av den som saknar e-legitimation eller har skyddade personuppgifter.", None),
        ("Har du ingen e-legitimation använder du blanketten. Skriv under och skicka den till oss.", None),
        ("Blanketten hämtar du på Mina sidor. E-legitimation krävs.", True),
    ],
)
def test_a_form_to_print_is_the_way_of_those_without(words: str, needs: bool | None) -> None:
    main = f"<h1>Blankett: ansökan om plats</h1><p>{words}</p><p>Namn, personnummer, adress, underskrift.</p>"
    found = record("/blanketter/ansokan-om-plats", main)
    assert (found.doctype, found.needs_eid) == (Doctype.FORM, needs)


def test_a_guide_carries_no_answer() -> None:
    main = "<h1>Bygga altan</h1><p>Du ansöker i e-tjänsten. Den kräver BankID. Du behöver ritningar och du kan ringa oss om du undrar.</p>"
    found = record("/bygga/altan", main)
    assert (found.doctype, found.needs_eid) == (Doctype.GUIDE, None)


def test_the_registry_has_the_last_word() -> None:
    hint = DoctypeHint(pattern="/tjanst/", doctype=Doctype.ESERVICE, needs_eid=True)
    agency = AGENCY.model_copy(update={"hints": (hint,)})
    found = record("/tjanst/x", "<h1>Anslutning</h1><p>Ingen inloggning krävs.</p>", agency=agency)
    assert (found.doctype, found.needs_eid) == (Doctype.ESERVICE, True)
    assert found.doctype_evidence[0].rule == "registry_hint"


@given(st.text(max_size=2_000))
def test_any_text_can_be_read(text: str) -> None:
    answer, evidence = read_eid(f"e-legitimation {text} inloggning")
    assert answer in {True, False, None}
    assert all(e.detail for e in evidence)
