"""A tiny federation to test the search on: two municipalities, a region, an agency, minutes full of words.

Every agency, person, number and address in it is made up.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from crawler.outcomes import Outcome
from crawler.record import Action, ActionKind, CanonicalUrl, Contact, Doctype, DocumentRecord, RequestedUrl
from crawler.registry import Agency, Registry, host_of
from crawler.store import PageStore, Visit
from indexer import open_engine, rebuild
from searchapi.search import SearchService
from searchapi.settings import Settings

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def registry() -> Registry:
    """The agencies."""
    return Registry(
        Agency.model_validate(entry)
        for entry in (
            {
                "id": "ekdal",
                "name": "Ekdals kommun",
                "short_name": "Ekdal",
                "kind": "municipality",
                "municipality_code": "9901",
                "region": "region-skog",
                "seeds": ["https://www.ekdal.example/"],
                "hosts": ["e-tjanster.ekdal.example", "moten.ekdal.example"],
                "contact": {"switchboard": "031-390 06 00", "email": "kontakt@ekdal.example"},
            },
            {
                "id": "mark-by",
                "name": "Alnö stad",
                "short_name": "Alnö",
                "kind": "municipality",
                "municipality_code": "9902",
                "region": "region-skog",
                "seeds": ["https://www.alno.example/"],
                "contact": {"switchboard": "040-628 04 00", "email": "info@alno.example"},
            },
            {
                "id": "region-skog",
                "name": "Region Skog",
                "kind": "region",
                "seeds": ["https://www.regionskog.example/"],
                "contact": {"switchboard": "0980-319 20"},
            },
            {
                "id": "vuxen",
                "name": "Vuxenmyndigheten",
                "kind": "state",
                "seeds": ["https://www.vuxen.example/"],
                "contact": {"switchboard": "08-465 004 00"},
            },
        )
    )


_FILLER = {
    Doctype.MINUTES: (
        "Ärendebeskrivning\n{words} {words} {words}\nNämnden behandlar frågan om {words}.\n"
        "Beslut\nNämnden beslutar att notera informationen om {words}.\nJusterare: Ulla Exempelsson"
    ),
    Doctype.STEERING: "Syfte\nRiktlinjen gäller {words}.\n{words}\nAnsvar och uppföljning av {words}.",
    Doctype.NEWS: "Nu är det klart: {words}. Kommunen berättar mer om {words} under våren.",
}


def page(
    agency: str,
    url: str,
    title: str,
    doctype: Doctype,
    text: str = "",
    **more: Any,
) -> DocumentRecord:
    """A record; `text` of minutes, steering documents and news is the words that fill them."""
    filled = _FILLER[doctype].format(words=text) if doctype in _FILLER else text
    values: dict[str, Any] = {
        "url": CanonicalUrl(url),
        "requested_url": RequestedUrl(url),
        "agency": agency,
        "host": host_of(url),
        "title": title,
        "text": filled,
        "doctype": doctype,
        "fetched": NOW,
        "checked": NOW,
        "depth": 2,
        "content_hash": hashlib.sha256(f"{url}{title}{filled}".encode()).hexdigest(),
        **more,
    }
    return DocumentRecord(**values)


def action(kind: ActionKind, url: str, title: str, needs_eid: bool | None = None) -> Action:
    """A link to something to do."""
    return Action(kind=kind, url=CanonicalUrl(url), title=title, needs_eid=needs_eid)


E, A, R, V = (
    "https://www.ekdal.example",
    "https://www.alno.example",
    "https://www.regionskog.example",
    "https://www.vuxen.example",
)
T, M = "https://e-tjanster.ekdal.example", "https://moten.ekdal.example"


def records() -> list[DocumentRecord]:
    """All pages."""
    return [*_services(), *_contacts(), *_documents(), *_elsewhere()]


def _services() -> Iterable[DocumentRecord]:
    bygglov_contact = Contact(
        name="Bygglovsenheten",
        phone="+46313900610",
        phone_written="031/390 06 10",
        email="bygglov@ekdal.example",
    )
    yield page(
        "ekdal",
        f"{E}/bygga/bygglov",
        "Bygglov",
        Doctype.GUIDE,
        "Du behöver bygglov när du ska bygga nytt, bygga till eller ändra fasaden på ett hus.\n"
        "Så ansöker du\nAnsök i e-tjänsten och skicka med ritningar. Handläggningen tar högst tio veckor.",
        breadcrumb=("Bygga och bo", "Bygglov"),
        contacts=(bygglov_contact,),
        actions=(
            action(ActionKind.ESERVICE, f"{T}/bygglov", "Ansök här"),
            action(ActionKind.FORM, f"{E}/blanketter/bygglov.pdf", "Blankett"),
        ),
    )
    yield page(
        "ekdal",
        f"{E}/bygga/altan",
        "Altan och uteplats",
        Doctype.GUIDE,
        "Ska du bygga altan? En låg altan får du bygga utan bygglov.\n"
        "En altan som är högre än 1,2 meter kräver bygglov. Fråga oss innan du börjar bygga.",
        breadcrumb=("Bygga och bo", "Bygglov"),
        contacts=(bygglov_contact,),
        actions=(action(ActionKind.ESERVICE, f"{T}/bygglov", "Ansök om bygglov"),),
    )
    yield page(
        "ekdal",
        f"{T}/bygglov",
        "Ansök om bygglov",
        Doctype.ESERVICE,
        "E-tjänst för ansökan om bygglov. Logga in med e-legitimation.",
        needs_eid=True,
    )
    yield page(
        "ekdal",
        f"{E}/blanketter/bygglov.pdf",
        "Ansökan om bygglov, blankett",
        Doctype.FORM,
        "Ansökan om lov. Fyll i fastighetsbeteckning, sökande och åtgärd. Underskrift.",
        content_type="application/pdf",
        content_length=120_000,
    )
    yield page(
        "ekdal",
        f"{E}/skola/forskola",
        "Förskola och pedagogisk omsorg",
        Doctype.GUIDE,
        "Alla barn från ett år har rätt till förskola när föräldrarna arbetar eller studerar.\n"
        "Du ställer barnet i kö tidigast fyra månader innan. Avgiften beror på inkomsten.",
        actions=(action(ActionKind.ESERVICE, f"{T}/forskola", "Ansök om plats i förskola"),),
    )
    yield page(
        "ekdal",
        f"{T}/forskola",
        "Ansök om plats i förskola",
        Doctype.ESERVICE,
        "Här söker du plats till ditt barn i förskola. Du behöver BankID.",
        needs_eid=True,
    )
    yield page(
        "ekdal",
        f"{E}/skola/forskola/avgift",
        "Avgifter i förskola",
        Doctype.GUIDE,
        "Avgiften för förskola följer maxtaxan. Syskon får lägre avgift.",
    )
    yield page(
        "ekdal",
        f"{E}/omsorg/hemtjanst",
        "Hemtjänst",
        Doctype.GUIDE,
        "Hemtjänst är stöd i hemmet för den som är äldre eller har en funktionsnedsättning.\n"
        "En biståndshandläggare bedömer behovet.",
        actions=(action(ActionKind.ESERVICE, f"{T}/hemtjanst", "Ansök om hemtjänst"),),
    )
    yield page(
        "ekdal",
        f"{T}/hemtjanst",
        "Ansök om hemtjänst",
        Doctype.ESERVICE,
        "E-tjänst för ansökan om hemtjänst.",
        needs_eid=True,
    )
    yield page(
        "ekdal",
        f"{E}/stod/ekonomiskt-bistand",
        "Ekonomiskt bistånd",
        Doctype.GUIDE,
        "Ekonomiskt bistånd, även kallat försörjningsstöd, är till för dig som inte kan försörja dig.",
    )
    yield page(
        "ekdal",
        f"{E}/trafik/parkeringstillstand",
        "Parkeringstillstånd för rörelsehindrad",
        Doctype.GUIDE,
        "Du som har svårt att gå kan få ett parkeringstillstånd.",
    )
    yield page(
        "ekdal",
        f"{E}/trafik/parkering",
        "Parkering",
        Doctype.GUIDE,
        "Här får du parkera i centrum. Parkering kostar tio kronor i timmen.",
    )
    yield page(
        "ekdal",
        f"{E}/avfall/sophamtning",
        "Sophämtning",
        Doctype.GUIDE,
        "Vi hämtar hushållsavfall varannan vecka. Ställ ut kärlet före klockan sex.",
    )
    yield page(
        "ekdal",
        f"{E}/avfall/atervinningscentral",
        "Återvinningscentralen Gropen",
        Doctype.PLACE,
        "Lämna grovavfall och farligt avfall.",
        contacts=(
            Contact(
                name="Återvinningscentralen",
                visiting_address="Gropvägen 4",
                opening_hours="Måndag–fredag 10–18",
            ),
        ),
    )
    yield page(
        "ekdal",
        f"{E}/uppleva/bibliotek",
        "Ekdals bibliotek",
        Doctype.PLACE,
        "Låna böcker, tidningar och filmer.",
        contacts=(
            Contact(
                name="Ekdals bibliotek",
                phone="+46313900620",
                visiting_address="Torget 1",
                opening_hours="Måndag–torsdag 10–19",
            ),
        ),
    )
    yield page(
        "ekdal",
        f"{E}/jobb/forskollarare",
        "Förskollärare till Björkens förskola",
        Doctype.JOB,
        "Vi söker en förskollärare. Förskola förskola förskola.",
        published=date(2026, 2, 1),
    )
    yield page(
        "ekdal",
        f"{E}/en/preschool",
        "Preschool",
        Doctype.GUIDE,
        "All children from the age of one can go to preschool. Apply for a place four months before.",
        language="en",
    )
    yield page(
        "ekdal",
        f"{E}/lattlast/forskola",
        "Förskola, lättläst",
        Doctype.GUIDE,
        "På förskolan kan barn leka. Du kan söka plats.",
        easy_read=True,
    )
    yield page(
        "ekdal",
        f"{E}/stod/god-man",
        "God man och förvaltare",
        Doctype.GUIDE,
        "Den som inte klarar att sköta sin ekonomi kan få en god man.",
    )
    yield page(
        "ekdal",
        f"{E}/",
        "Ekdals kommun",
        Doctype.OTHER,
        "Bygglov Förskola Hemtjänst Parkering Bibliotek Sophämtning Välkommen till Ekdals kommun",
        depth=0,
    )
    yield page(
        "region-skog",
        f"{R}/sjukresor",
        "Sjukresor",
        Doctype.GUIDE,
        "Du kan få ersättning för resan till vården. Boka sjukresa hos Region Skog.",
    )
    yield page(
        "vuxen",
        f"{V}/studiebidrag",
        "Studiebidrag för vuxna",
        Doctype.GUIDE,
        "Sök studiebidrag hos Vuxenmyndigheten när du läser på komvux.",
        actions=(action(ActionKind.ESERVICE, f"{V}/ansok", "Ansök om studiebidrag", True),),
    )


def _contacts() -> Iterable[DocumentRecord]:
    yield page(
        "ekdal",
        f"{E}/kontakt/chefer",
        "Förvaltningschefer",
        Doctype.CONTACT,
        "Chefer i kommunen",
        contacts=(
            Contact(
                name="Ulla Exempelsson",
                role="Kommundirektör",
                phone="+46313900601",
                email="ulla@ekdal.example",
            ),
            Contact(name="Sten Påhittad", role="Socialchef", phone="+46313900602"),
            Contact(name="Gun Fiktivström", role="Skolchef", phone="+46313900603"),
        ),
    )
    yield page(
        "ekdal",
        f"{E}/kontakt/bygglov",
        "Kontakta bygglovsenheten",
        Doctype.CONTACT,
        "Telefontid varje vardag.",
        contacts=(Contact(name="Bygglovsenheten", phone="+46313900610", email="bygglov@ekdal.example"),),
    )


def _documents() -> Iterable[DocumentRecord]:
    for month, number in ((1, 12), (2, 40), (3, 88)):
        yield page(
            "ekdal",
            f"{M}/ks/2024-{month:02d}-12.pdf",
            f"Protokoll kommunstyrelsen 2024-{month:02d}-12",
            Doctype.MINUTES,
            "bygglov altan förskola hemtjänst avgift dagis",
            headings=(f"§ {number} Bygglov för altan", f"§ {number + 1} Avgift i förskola"),
            published=date(2024, month, 20),
            content_type="application/pdf",
        )
    for number, words in enumerate(
        (
            "bygglov altan bygga",
            "förskola avgift syskon",
            "hemtjänst äldre",
            "parkering tillstånd rörelsehindrad",
            "socialchef kommundirektör skolchef",
            "sophämtning avfall",
            "ekonomiskt bistånd försörjningsstöd",
            "bibliotek öppettider",
        )
    ):
        yield page(
            "ekdal",
            f"{M}/nn/{number}.pdf",
            f"Protokoll nämnden 2023-0{number + 1}-14",
            Doctype.MINUTES,
            words,
            published=date(2023, number + 1, 14),
        )
        yield page("ekdal", f"{E}/styrning/{number}", f"Riktlinjer för {words}", Doctype.STEERING, words)
        yield page(
            "ekdal",
            f"{E}/nyheter/{number}",
            f"Nyheter om {words}",
            Doctype.NEWS,
            words,
            published=date(2020 + number % 5, 5, 1),
        )
    yield page(
        "ekdal",
        f"{M}/beslut/261.pdf",
        "Beslut om skateparken",
        Doctype.DECISION,
        "Dnr KS/2024:261\nKommunen bygger en skatepark vid Ekdalsskolan.",
        published=date(2024, 5, 2),
    )
    yield page(
        "vuxen",
        f"{V}/lag",
        "Lag (2010:8001) om vuxnas lärande",
        Doctype.LAW,
        "1 § Denna lag gäller vuxnas lärande. Vuxenlagen.",
    )


def _elsewhere() -> Iterable[DocumentRecord]:
    yield page(
        "mark-by",
        f"{A}/bygglov",
        "Bygglov i Alnö",
        Doctype.GUIDE,
        "I Alnö söker du bygglov hos stadsbyggnadskontoret. Altan och uteplats kräver ibland bygglov.",
    )
    yield page("mark-by", f"{A}/forskola", "Förskola", Doctype.GUIDE, "Sök plats i förskola i Alnö stad.")
    yield page(
        "mark-by",
        f"{A}/kontakt",
        "Kontakta Alnö stad",
        Doctype.CONTACT,
        "Ring vår växel.",
        contacts=(Contact(name="Växeln", phone="+46406280400"),),
    )


def build(folder: Path) -> None:
    """Put the records into a store and an index under `folder`."""
    with PageStore(f"sqlite:///{folder / 'store.sqlite3'}") as store:
        run = store.begin_run("ekdal", NOW)
        store.save_visits(
            run,
            [
                Visit(url=record.url, agency=record.agency, outcome=Outcome.INDEXED, at=NOW, record=record)
                for record in records()
            ],
        )
        store.finish_run(run, "finished", NOW)
        rebuild(store, folder / "index")


def registry_toml() -> str:
    """The registry as a file's text."""
    lines = []
    for agency in registry():
        lines.append("[[agency]]")
        lines += [f'{key} = "{getattr(agency, key)}"' for key in ("id", "name", "short_name")]
        lines.append(f'kind = "{agency.kind.value}"')
        if agency.municipality_code:
            lines.append(f'municipality_code = "{agency.municipality_code}"')
        if agency.region:
            lines.append(f'region = "{agency.region}"')
        lines.append(f"seeds = {list(agency.seeds)}".replace("'", '"'))
        lines.append(f"hosts = {list(agency.hosts)}".replace("'", '"'))
        lines.append(f'contact = {{ switchboard = "{agency.contact.switchboard}" }}')
    return "\n".join(lines)


def service(folder: Path) -> SearchService:
    """A search service over what `build` made."""
    settings = Settings(data_dir=folder)
    return SearchService(open_engine(settings.index_dir), registry(), settings)
