"""Whose number is it? Contact facts from markup and plain text, grouped by the unit or person they belong to."""

# ruff: noqa: E501 - sketches of pages read better whole

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.record import Contact
from crawler.understand.facts import Fact, e164, emails_in, facts_in, label_of, phones_in
from tests.unit.understanding import record

GUIDE = "<h1>Bygga altan</h1><p>Du behöver sällan bygglov. Du kan läsa mer om vad som gäller för dig och hur du ansöker.</p>"


def contacts(url: str, main: str, *, aside: str = "", head: str = "") -> tuple[Contact, ...]:
    return record(url, main, aside=aside, head=head).contacts


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("031-390 06 12", "+46313900612"),
        ("031 390 06 12", "+46313900612"),
        ("0980-319 212", "+46980319212"),
        ("+46 (0)31-390 06 12", "+46313900612"),
        ("+46 70 174 06 05", "+46701740605"),
        ("070–174 06 05", "+46701740605"),
        ("08-465 004 12", "+46846500412"),
        ("031-390\u00a006\u00a012", "+46313900612"),
    ],
)
def test_numbers_in_one_form(written: str, number: str) -> None:
    assert e164(written) == number
    assert [f.value for f in phones_in(f"Ring oss på {written}, gärna före lunch.")] == [written]


@pytest.mark.parametrize(
    "text",
    [
        "Organisationsnummer 212000-1234",
        "Personnummer: 850101-1234",
        "Dnr 031-390 06 12",
        "Bankgiro 031-3906",
        "Plusgiro 03 13 90-6",
        "Fax: 031-390 06 12",
        "2026-03-12",
        "08.00–16.00",
        "0800-1600",
        "SFS 2010:900",
        "KS/2026:0313900612",
        "SE45 5000 0000 0583 9825 7466",
        "Swish 123 390 06 12",
        "0101-2026",
        "version 031.390.06",
        "Form expires 01/17/2017",
        "Call 1-800-273-8255 or (708) 333-4120",
    ],
)
def test_what_is_no_phone_number(text: str) -> None:
    assert phones_in(text) == []


@pytest.mark.parametrize(
    "written",
    ["bygg@ekdal.example", "bygg(at)ekdal.example", "bygg [at] ekdal.example", "bygg (a) ekdal.example", "BYGG@Ekdal.example",
     "bygg snabel-a ekdal punkt example", "bygg(at)ekdal(punkt)example"],
)  # fmt: skip
def test_disguised_addresses(written: str) -> None:
    assert [f.value for f in emails_in(f"Skriv till {written} så svarar vi.")] == ["bygg@ekdal.example"]


def test_labels() -> None:
    assert label_of("Telefon: 031-390 06 12") == (Fact.PHONE, "031-390 06 12")
    assert label_of("Besöksadress") == (Fact.VISITING, "")
    assert label_of("Öppettider vardagar 8–16") == (Fact.HOURS, "vardagar 8–16")
    assert label_of("Fax: 031-390 06 12") == (Fact.IGNORED, "031-390 06 12")
    assert label_of("Telefonen är stängd i dag") is None


def test_addresses_in_text() -> None:
    found = {
        f.kind: f.value
        for f in facts_in("Besök oss på Storgatan 12, 987 65 Ekdal eller skriv till Box 44, 987 60 Ekdal.")
    }
    assert found[Fact.VISITING] == "Storgatan 12, 987 65 Ekdal"
    assert found[Fact.POSTAL] == "Box 44, 987 60 Ekdal"


def test_a_contact_box_of_paragraphs() -> None:
    aside = (
        "<h2>Kontakt</h2><p>Byggenheten</p><p>Telefon: <a href='tel:+46313900612'>031-390 06 12</a></p><p>E-post: bygg@ekdal.example</p>"
        "<p>Telefontid: måndag–torsdag 9–11</p><p>Besöksadress: Torget 1, Ekdal</p><p>Postadress: Box 1, 987 65 Ekdal</p>"
    )
    assert contacts("/bygga/altan", GUIDE, aside=aside)[0] == Contact(
        name="Byggenheten", phone="+46313900612", phone_written="031-390 06 12", email="bygg@ekdal.example",
        opening_hours="måndag–torsdag 9–11", visiting_address="Torget 1, Ekdal", postal_address="Box 1, 987 65 Ekdal",
    )  # fmt: skip


def test_a_contact_box_with_headings_for_labels() -> None:
    aside = (
        "<h2>Kontakta kulturskolan</h2><h3>Telefon</h3><p>031-390 06 18</p><h3>E-post</h3><p>kulturskolan@ekdal.example</p>"
        "<h3>Öppettider</h3><p>Måndag–torsdag 13–17</p><p>Fredag 13–15</p><h3>Besöksadress</h3><p>Skolgatan 2<br>Ekdal</p>"
    )
    (found,) = contacts("/kultur", GUIDE, aside=aside)
    assert (found.name, found.phone, found.email) == (
        "Kulturskolan",
        "+46313900618",
        "kulturskolan@ekdal.example",
    )
    assert found.opening_hours == "Måndag–torsdag 13–17, Fredag 13–15"
    assert found.visiting_address == "Skolgatan 2, Ekdal"


def test_a_table_of_staff() -> None:
    main = (
        "<h1>Kontakta förvaltningens chefer</h1><table><tr><th>Namn</th><th>Befattning</th><th>Telefon</th><th>E-post</th></tr>"
        "<tr><td>Anna Ek</td><td>Socialchef</td><td>031-390 06 31</td><td>anna.ek@ekdal.example</td></tr>"
        "<tr><td>Bo Al</td><td>Enhetschef hemtjänst</td><td>031-390 06 32</td><td>bo.al@ekdal.example</td></tr></table>"
    )
    anna, bo = contacts("/kontakt/chefer", main)
    assert (anna.name, anna.role, anna.phone, anna.email) == (
        "Anna Ek",
        "Socialchef",
        "+46313900631",
        "anna.ek@ekdal.example",
    )
    assert (bo.name, bo.role, bo.phone) == ("Bo Al", "Enhetschef hemtjänst", "+46313900632")


def test_cards_with_the_post_for_a_heading() -> None:
    main = (
        "<h1>Kommunens ledning</h1><h2>Kommundirektör</h2><p>Vera Almgren</p><p>031-390 06 41</p><h2>Skolchef</h2><p>Pär-Ola Lind</p>"
        "<p>031-390 06 42</p><p>par-ola.lind@ekdal.example</p>"
    )
    vera, per = contacts("/kontakt/ledning", main)
    assert (vera.name, vera.role, vera.phone_written) == ("Vera Almgren", "Kommundirektör", "031-390 06 41")
    assert (per.name, per.role, per.email) == ("Pär-Ola Lind", "Skolchef", "par-ola.lind@ekdal.example")


def test_a_list_of_people() -> None:
    main = (
        "<h1>Kontakta oss</h1><ul><li>Anna Ek, biståndshandläggare, 031-390 06 51</li>"
        "<li>Bo Al, biståndshandläggare, 031-390 06 52</li></ul>"
    )
    found = contacts("/kontakt/bistand", main)
    assert [(c.name, c.role, c.phone[-2:]) for c in found] == [
        ("Anna Ek", "biståndshandläggare", "51"),
        ("Bo Al", "biståndshandläggare", "52"),
    ]


def test_a_definition_list() -> None:
    main = (
        "<h1>Ekdals bibliotek</h1><dl><dt>Besöksadress</dt><dd>Biblioteksgatan 3, 987 65 Ekdal</dd><dt>Telefon</dt><dd>031-390 06 61</dd>"
        "<dt>Öppettider</dt><dd>Måndag–fredag 10–18, lördag 10–14</dd></dl>"
    )
    (found,) = contacts("/bibliotek", main)
    assert found == Contact(
        name="Ekdals bibliotek", phone="+46313900661", phone_written="031-390 06 61",
        visiting_address="Biblioteksgatan 3, 987 65 Ekdal", opening_hours="Måndag–fredag 10–18, lördag 10–14",
    )  # fmt: skip


def test_a_number_in_running_text() -> None:
    main = (
        GUIDE
        + "<p>Har du frågor ringer du kontaktcenter på 031-390 06 00, så hjälper de dig vidare till rätt handläggare.</p>"
    )
    (found,) = contacts("/bygga/altan", main)
    assert (found.name, found.phone) == ("Kontaktcenter", "+46313900600")


def test_a_person_at_the_end_of_a_sentence() -> None:
    main = (
        GUIDE
        + "<p>Frågor om marken besvaras av exploateringsingenjör Petra Grund, 031-390 06 71, petra.grund@ekdal.example.</p>"
    )
    (found,) = contacts("/bygga/tomter", main)
    assert (found.name, found.role, found.email) == (
        "Petra Grund",
        "exploateringsingenjör",
        "petra.grund@ekdal.example",
    )


def test_the_footer_belongs_to_no_page() -> None:
    assert contacts("/bygga/altan", GUIDE) == ()


def test_the_footer_counts_on_a_contact_page_that_says_nothing_else() -> None:
    found = contacts("/kontakta-oss", "<h1>Kontakta oss</h1><p>Välkommen att höra av dig.</p>")
    assert [c.phone for c in found] == ["+46313900600"]


def test_marked_up_contacts_fill_what_the_text_leaves_out() -> None:
    item = {"@context": "https://schema.org", "@type": "Library", "name": "Ekdals bibliotek", "telephone": "031-390 06 61",
            "email": "bibliotek@ekdal.example", "address": {"@type": "PostalAddress", "streetAddress": "Biblioteksgatan 3",
            "postalCode": "987 65", "addressLocality": "Ekdal"}, "openingHours": "Mo-Fr 10:00-18:00"}  # fmt: skip
    head = f'<script type="application/ld+json">{json.dumps(item)}</script>'
    (found,) = contacts("/bibliotek", "<h1>Ekdals bibliotek</h1><p>Telefon: 031-390 06 61</p>", head=head)
    assert found.email == "bibliotek@ekdal.example"
    assert found.visiting_address == "Biblioteksgatan 3, 987 65 Ekdal"


def test_the_agency_in_markup_says_nothing_of_a_guide() -> None:
    item = {"@type": "GovernmentOrganization", "name": "Ekdals kommun", "telephone": "031-390 06 00"}
    head = f'<script type="application/ld+json">{json.dumps(item)}</script>'
    assert contacts("/bygga/altan", GUIDE, head=head) == ()


def test_the_box_stands_before_numbers_in_the_text() -> None:
    main = (
        GUIDE
        + "<p>Vid akut fara på gatan ringer du jouren 031-390 06 81 dygnet runt, alla dagar på året.</p>"
    )
    aside = "<h2>Kontakt</h2><p>Byggenheten<br>Telefon: 031-390 06 12</p>"
    assert contacts("/bygga/altan", main, aside=aside)[0].name == "Byggenheten"


@given(st.text(max_size=500))
def test_any_line_can_be_read(line: str) -> None:
    for found in facts_in(f"Telefon 0{line}@x.se Storgatan 1"):
        assert found.value
        assert 0 <= found.start < found.end


@pytest.mark.parametrize(
    "text",
    [
        "Översiktsplan 2030",
        "Detaljplan 12",
        "Enabling Masterplan 3",
        "Parkeringsplats 14",
        "ISO 27001 Certification",
        "SS-EN 12464 Belysning",
    ],
)
def test_what_is_numbered_and_no_address(text: str) -> None:
    assert facts_in(text) == []


def test_lines_of_facts_are_no_names() -> None:
    found = contacts(
        "/kontakt",
        "<h1>Contact us</h1><p>Riverside Office<br>Chicago, IL 60659<br>773 508 5885<br>office@norrby.example</p>"
        "<p>Rebecca Lee (Contact No: 6305 0309)<br>rebecca@norrby.example</p><p>Time: 10:00 am<br>time@norrby.example</p>",
    )
    assert (found[0].name, found[0].role, found[0].email) == ("Riverside Office", "", "office@norrby.example")
    assert not any(char.isdigit() for c in found for char in c.name + c.role)


def test_place_without_street_is_a_postal_address() -> None:
    (found,) = contacts(
        "/kontakt",
        "<h1>Kontakt</h1><div class=vcard><b class='fn org'>Kundtjänst</b> <span class=tel>08-465 004 50</span>"
        "<p class=adr>Folkhälsoverket, 171 80 Solna</p></div>",
    )
    assert (found.visiting_address, found.postal_address) == ("", "Folkhälsoverket, 171 80 Solna")
