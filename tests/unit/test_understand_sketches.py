"""Is the kind of a page seen on sites that no rule was written from? Invented pages of many platforms and wordings."""

# ruff: noqa: E501 - sketches of pages read better whole

from typing import NamedTuple

import pytest

from crawler.record import Doctype
from tests.unit.understanding import record


class Sketch(NamedTuple):
    """A page, what it is, and, for services, whether it needs e-legitimation (None: not asked here)."""

    doctype: str
    url: str
    main: str
    aside: str = ""
    crumbs: str = ""
    head: str = ""
    lang: str = "sv"
    eid: bool | None = None


E = "http://e-tjanster.ekdal.localhost"
SKETCHES = [
    # e-services
    Sketch("eservice", f"{E}/oversikt/overview/412", "<h1>Lokalbokning - Ansökan</h1><p>Här ansöker föreningar om fasta tider.</p>"
           "<p>Den här tjänsten kräver inloggning</p><h2>Följande behövs för e-tjänsten</h2><ul><li>E-legitimation</li></ul>"
           '<p><a href="/oversikt/flow/412">Starta e-tjänst</a></p>', eid=True),
    Sketch("eservice", "/sjalvservice/anmal-vattenmatarstallning.html", "<h1>Lämna mätarställning</h1><p>Du behöver inte logga in.</p>"
           '<form method="post" action="/spara"><label>Anläggningsnummer <input name="a"></label><label>Namn <input name="n"></label>'
           '<label>E-post <input name="e" type="email"></label><label>Mätarställning <input name="m"></label><button>Skicka in</button></form>',
           eid=False),
    Sketch("eservice", "/e-tjanster-och-blanketter/e-tjanster/ansok-om-plats-i-forskola", "<h1>Ansök om plats i förskola</h1>"
           "<p>I den här tjänsten ställer du ditt barn i kö. Logga in med BankID eller Freja+.</p>"
           '<p><a class="btn" href="https://login.example/saml?x=1">Logga in med BankID</a></p>', crumbs="Start / E-tjänster", eid=True),
    Sketch("eservice", "https://service.ekdal.localhost/Etjanst/bestall-tomning", "<h1>Beställ extra tömning</h1><p>Steg 1 av 4</p>"
           '<form method="post" action="/n"><label>Fastighetsbeteckning <input name="f"></label><label>Telefon <input name="t"></label>'
           "<button>Nästa</button></form><p>Fält markerade med * måste fyllas i.</p>", eid=False),
    Sketch("eservice", f"{E}/felanmalan-gata", "<h1>Felanmäl gata, park eller belysning</h1><p>Du kan anmäla med eller utan inloggning. "
           "Loggar du in kan du följa ärendet.</p>"
           '<p><a href="/start?l=1">Starta med e-legitimation</a></p><p><a href="/start?l=0">Starta utan inloggning</a></p>', eid=False),
    Sketch("eservice", "/omsorg/ekonomi/ansok-digitalt", "<h1>E-tjänst: ansök om försörjningsstöd</h1><p>Tjänsten går inte att använda utan "
           'e-legitimation.</p><p><a href="https://sso.example/login">Starta ansökan</a></p>', eid=True),
    Sketch("eservice", "https://minasidor.pensionsverket.localhost/ansok-om-tillagg", "<h1>Ansök om tillägg</h1>"
           "<p>Du legitimerar dig med BankID. Har du ingen e-legitimation kan du använda en blankett i stället.</p>"
           "<p>Så här fungerar e-tjänsten: du fyller i, granskar och skickar.</p>", eid=True),
    # forms
    Sketch("form", "/blanketter/anmalan-om-eldning", "<h1>Blankett: anmälan om eldning</h1><p>Ladda ner blanketten, skriv ut och fyll i. "
           'Blanketten skickas till Räddningstjänsten.</p><p><a href="/download/18.5/anmalan-eldning.pdf">Anmälan om eldning (PDF, 120 kB)</a></p>'),
    Sketch("form", "/e-tjanster-och-blanketter/blanketter/fullmakt", "<h1>Fullmakt för ombud</h1><p>Fyll i blanketten och lämna den i receptionen. "
           'Den ifyllda blanketten ska vara underskriven.</p><p><a href="/f.pdf">Hämta blanketten</a></p>'),
    # contacts
    Sketch("contact", "/kontakta-oss", "<h1>Kontakta oss</h1><p>Ring kundcenter på 031-390 06 11 eller mejla kundcenter@ekdal.example.</p>"
           "<h2>Besöksadress</h2><p>Torget 1, Ekdal</p><h2>Postadress</h2><p>Box 1, 987 65 Ekdal</p>"),
    Sketch("contact", "/kommun-och-politik/organisation/kommundirektor", "<h1>Kommundirektör</h1><p>Vera Almgren<br>Telefon: 031-390 06 12<br>"
           "E-post: vera.almgren@ekdal.example</p>"),
    Sketch("contact", "/bygga/handlaggare", "<h1>Bygglovshandläggare</h1><table><tr><th>Namn</th><th>Titel</th><th>Telefon</th></tr>"
           "<tr><td>Ola Berg</td><td>Bygglovshandläggare</td><td>031-390 06 13</td></tr><tr><td>Siri Holm</td><td>Byggnadsinspektör</td>"
           "<td>031-390 06 14</td></tr></table>"),
    Sketch("contact", "/omsorg/biståndsenheten", "<h1>Biståndsenheten</h1><p>Telefontid: vardagar 9–11</p><p>Telefon: 031-390 06 15</p>"
           "<p>E-post: bistand@ekdal.example</p><p>Postadress: Box 1, 987 65 Ekdal</p>"),
    # guides
    Sketch("guide", "/bygga-och-bo/altan", "<h1>Bygga altan</h1><p>En altan i markhöjd behöver sällan bygglov. Du behöver söka lov om altanen är hög eller "
           "ligger nära tomtgränsen.</p><h2>Så här ansöker du</h2><p>Du ansöker i vår e-tjänst. Du behöver ritningar i skala. Handläggningstiden är "
           "upp till tio veckor.</p><h2>Vad kostar det?</h2><p>Avgiften följer taxan.</p>",
           '<h2>Självservice</h2><ul><li><a href="http://e-tjanster.ekdal.localhost/oversikt/overview/7">E-tjänst: ansök om bygglov</a></li></ul>'),
    Sketch("guide", "/kommun-och-politik/overklaga-beslut", "<h1>Överklaga ett beslut</h1><p>Du kan överklaga ett beslut som rör dig. Skriv till den nämnd som "
           "fattade beslutet inom tre veckor från att protokollet anslogs. Ange vilken paragraf du överklagar, till exempel § 88, och diarienummer.</p>"
           "<p>Hur man överklagar står också i beslutet. Nämnden prövar om överklagandet kommit i tid.</p>"),
    Sketch("guide", "/omsorg/fardtjanst", "<h1>Färdtjänst</h1><p>Färdtjänst är till för dig som har svårt att resa på egen hand.</p><h2>Vem kan få färdtjänst?</h2>"
           "<p>Du som har en funktionsnedsättning som varar minst tre månader kan få tillstånd.</p><p>Nämnden beslutade i mars, § 41, att avgiften höjs.</p>"),
    Sketch("guide", "/barn/avgifter", "<h1>Avgifter och maxtaxa i förskolan</h1><p>Avgiften beror på hushållets inkomst. Du kan aldrig betala mer än maxtaxan. "
           "Anmäl din inkomst när den ändras.</p>"),
    Sketch("guide", "/stod/budget-och-skuldradgivning", "<h1>Budget- och skuldrådgivning</h1><p>Har du svårt att betala dina räkningar? Vi hjälper dig att göra en "
           "budget och att kontakta fordringsägare. Rådgivningen är gratis och vi har tystnadsplikt. Du kan ringa oss eller boka tid.</p>"),
    Sketch("guide", "/trygg/rapportera-skadegorelse", "<h1>Klotter och skadegörelse</h1><p>Ser du klotter kan du rapportera det till oss. Om du ser någon som klottrar "
           "ska du ringa polisen. Så här gör du för att anmäla.</p>"),
    Sketch("guide", "/en/moving-here", "<h1>Moving to Ekdal</h1><p>When you move here you need to register. You can apply for a place in preschool when your child "
           "has a personal number. How do I register? You visit the tax office.</p>", lang="en"),
    Sketch("guide", "/vard/kallelse-screening", "<h1>Kallelse till mammografi</h1><p>Du som är mellan 40 och 74 år får en kallelse vartannat år. Så här går undersökningen till. "
           "Du kan boka om tiden. Om du inte kan komma, tänk på att avboka.</p>"),
    # places
    Sketch("place", "/uppleva/simhallen", "<h1>Ekdals simhall</h1><p>Välkommen till simhallen med 25-metersbassäng och bastu.</p><h2>Öppettider</h2>"
           "<ul><li>Måndag–fredag 6.30–20</li><li>Lördag 9–16</li></ul><p>Adress: Badvägen 3, Ekdal</p><h2>Inträde</h2><p>Vuxen 60 kr</p>"),
    Sketch("place", "/bibliotek/ostra", "<h1>Biblioteket i Östra Ekdal</h1><h2>Öppettider</h2><p>Tisdag 13–19, torsdag 10–16</p><h2>Hitta hit</h2><p>Skolvägen 8, Ekdal</p>"
           "<p>Telefon 031-390 06 20</p>"),
    Sketch("place", "/forskolor/videungen", "<h1>Förskolan Videungen</h1><p>Vi har fyra avdelningar och en stor gård.</p><p>Besöksadress: Videvägen 2, Ekdal</p>"
           "<p>Öppet 6.30–17.30</p><p>Rektor: Moa Lind, 031-390 06 21</p>"),
    Sketch("place", "/avfall/mossens-atervinningscentral", "<h1>Mossens återvinningscentral</h1><p>Öppettider: måndag och onsdag 12–19, lördag 9–15. Stängt helgdagar.</p>"
           "<p>Adress: Industrigatan 40. Här lämnar du grovavfall och farligt avfall.</p>"),
    Sketch("place", "/service/servicekontor", "<h1>Statens servicekontor i Ekdal</h1><p>Öppettider: måndag–fredag 10–16. Besöksadress: Storgatan 5. Hitta hit: hållplats Torget.</p>"),
    # news
    Sketch("news", "/nyheter/2026-11-02-ny-skola", "<h1>Nya Ekskolan invigd</h1><p>Publicerad 2 november 2026</p><p>I dag invigdes den nya skolan. – Det känns fantastiskt, säger "
           "ordföranden Ingela Frid. 400 elever börjar i veckan.</p>"),
    Sketch("news", "/press/pressmeddelanden/atgarder-i-an", "<h1>Kommunen satsar på renare å</h1><p>Pressmeddelande 2026-10-01</p><p>Miljönämnden har beslutat om åtgärder. "
           "– Vi tar ansvar, säger Kurt Ask.</p>", head='<meta name="pagetype" content="Nyhet">'),
    Sketch("news", "/arkiv/vattenlacka-lagad", "<h1>Vattenläckan är lagad</h1><p>Vattnet är tillbaka.</p>",
           head='<script type="application/ld+json">{"@type":"NewsArticle","headline":"Vattenläckan är lagad"}</script>'),
    # events
    Sketch("event", "/kalender/hostmarknad", "<h1>Höstmarknad på torget</h1><p>Datum: 3 oktober</p><p>Tid: 10–15</p><p>Plats: Torget</p><p>Arrangör: Ekdals hembygdsförening</p><p>Fri entré</p>"),
    Sketch("event", "/uppleva/pagaende/forfattarbesok", "<h1>Författarbesök: Rut Sand</h1><p>När: torsdag 19 november kl. 18</p><p>Var: Stadsbiblioteket</p><p>Fri entré, ingen anmälan.</p>",
           head='<script type="application/ld+json">{"@type":"Event","name":"Författarbesök"}</script>'),
    # jobs
    Sketch("job", "/jobba-hos-oss/lediga-jobb/socionom-4411", "<h1>Socialsekreterare till mottagningen</h1><p>Om tjänsten: du utreder barns behov. Kvalifikationer: socionomexamen. "
           "Meriterande är erfarenhet. Anställningsform: tillsvidare. Sista ansökningsdag 12 december.</p>"),
    Sketch("job", "/ledigt/42", "<h1>Vi söker en kock</h1><p>Arbetsuppgifter: du lagar mat. Kvalifikationer: kockutbildning. Tillträde: enligt överenskommelse. Individuell lön tillämpas. "
           "Provanställning kan bli aktuell. Sista ansökningsdag: 1 december.</p>"),
    # minutes
    Sketch("minutes", "http://moten.ekdal.localhost/ks/2026-03-11", "<h1>Kommunstyrelsen 2026-03-11</h1><p>Sammanträdesprotokoll</p><p>Plats och tid: Ekdalssalen, 13.00–15.20</p>"
           "<p>Beslutande: enligt lista</p><p>Utses att justera: Per Gran</p><p>Paragrafer: 31–48</p><p>§ 31 Bygglov för altan, Dnr KS/2026:14</p><p>Kommunstyrelsen beslutar att "
           "avslå ansökan om bygglov.</p>"),
    Sketch("minutes", "/politik/kallelse-socialnamnden-2026-05-05", "<h1>Kallelse till socialnämndens sammanträde 5 maj 2026</h1><p>Ledamöterna kallas till sammanträde.</p><p>Tid och plats: kl. 9, Eken</p>"
           "<p>Ärendelista</p><p>1. Upprop</p><p>2. Val av justerare</p><p>3. Hemtjänst – avgifter</p>"),
    Sketch("minutes", "/kommun-och-politik/protokoll", "<h1>Protokoll och kallelser</h1><ul><li><a href='/d/1.pdf'>Protokoll kommunfullmäktige 2026-02-23</a></li>"
           "<li><a href='/d/2.pdf'>Kallelse kommunfullmäktige 2026-02-23</a></li><li><a href='/d/3.pdf'>Protokoll kommunfullmäktige 2026-01-26</a></li>"
           "<li><a href='/d/4.pdf'>Protokoll kommunstyrelsen 2026-01-12</a></li></ul>"),
    Sketch("minutes", "/board/agenda-march", "<h1>Regular Board Meeting Agenda</h1><p>Call to order</p><p>Roll call</p><p>Approval of minutes</p><p>Public comment</p><p>Adjournment</p>", lang="en"),
    # decisions
    Sketch("decision", "/anslagstavla/bygglov-ek-1-2", "<h1>Kungörelse: bygglov på Ek 1:2</h1><p>Beslutsdatum 2026-09-01. Byggnadsnämnden har beslutat att ge bygglov. Beslutet kan överklagas till "
           "länsstyrelsen. Dnr BYGG 2026-77. Handlingarna finns hos kommunen.</p>"),
    Sketch("decision", "/dokument/delegationsbeslut-114", "<h1>Delegationsbeslut 114/2026</h1><p>Ärendet: dispens från strandskydd. Skäl för beslutet: platsen är redan ianspråktagen. Detta beslut har "
           "fattats på delegation med stöd av delegationsordning. Hur man överklagar framgår nedan. Diarienummer 2026:114.</p>"),
    # steering
    Sketch("steering", "/styrdokument/alkohol-och-drogpolicy", "<h1>Alkohol- och drogpolicy</h1><p>Antagen av kommunfullmäktige 2023-05-22 § 60</p><p>Dokumenttyp: policy</p><p>Syfte</p><p>Kommunen ska vara en "
           "arbetsplats fri från alkohol.</p>"),
    Sketch("steering", "/dokument/reglemente-byggnadsnamnden", "<h1>Reglemente för byggnadsnämnden</h1><p>Fastställt av kommunfullmäktige. Gäller från och med 2027-01-01. Nämnden ansvarar för bygglov och tillsyn.</p>"),
    Sketch("steering", "/ekonomi/mal-och-budget-2027", "<h1>Mål och budget 2027 med plan 2028–2029</h1><p>Kommunfullmäktiges mål, resultatbudget, investeringsbudget och ramar till nämnderna. Skattesats 21,84.</p>"),
    # reports
    Sketch("report", "/ekonomi/arsredovisning-2025", "<h1>Årsredovisning 2025</h1><p>Innehåll</p><p>Förvaltningsberättelse, resultaträkning, balansräkning. Årets resultat blev 41 miljoner. Prognos och utfall.</p>"),
    Sketch("report", "/fakta/rapport-ungas-fritid", "<h1>Ungas fritid – rapport från en enkätundersökning</h1><p>Sammanfattning. Svarsfrekvens 61 procent. Metod och avgränsning. Slutsatser: fler vill ha mötesplatser.</p>"),
    # law
    Sketch("law", "/lagar/2010/900", "<h1>Plan- och bygglag (2010:900)</h1><p>1 kap. Lagens syfte och innehåll</p><p>1 § I denna lag finns bestämmelser om planläggning.</p><p>2 § Det är en kommunal angelägenhet.</p>"),
    Sketch("law", "/regler/ordningsforeskrifter", "<h1>Lokala ordningsföreskrifter för Ekdals kommun</h1><p>Ekdals kommun föreskriver följande med stöd av ordningslagen.</p><p>1 § Dessa föreskrifter innehåller "
           "bestämmelser om hur den allmänna ordningen ska upprätthållas.</p><p>2 § Hundar</p>"),
    # other
    Sketch("other", "/", "<h1>Välkommen till Ekdals kommun</h1><ul><li><a href='/a'>Bygglov</a></li><li><a href='/b'>Förskola</a></li><li><a href='/c'>Lediga jobb</a></li></ul>"),
    Sketch("other", "/e-tjanster", "<h1>E-tjänster och blanketter</h1><ul>" + "".join(
        f"<li><a href='http://e-tjanster.ekdal.localhost/oversikt/overview/{n}'>Ansök om sak nummer {n}</a></li>" for n in range(9)) + "</ul>"),
    Sketch("other", "/omsorg", "<h1>Omsorg och stöd</h1><ul>" + "".join(
        f"<li><a href='/omsorg/{name}'>{name.capitalize()}</a></li>" for name in ("fardtjanst", "hemtjanst", "ekonomi", "funktionsnedsattning", "aldre")) + "</ul>"),
    Sketch("other", "/sok?q=altan", "<h1>Sökresultat</h1><p>12 träffar på altan</p><ol><li><a href='/bygga/altan'>Bygga altan</a></li></ol>"),
    Sketch("other", "/om-webbplatsen/tillganglighet", "<h1>Tillgänglighetsredogörelse för ekdal.localhost</h1><p>Ekdals kommun står bakom den här webbplatsen. Du kan anmäla brister till oss.</p>"),
    Sketch("other", "/nyheter", "<h1>Nyheter</h1><ul>" + "".join(f"<li><a href='/nyheter/{n}'>Nyhet nummer {n} om något som hänt</a></li>" for n in range(6)) + "</ul>"),
]  # fmt: skip


@pytest.mark.parametrize("sketch", SKETCHES, ids=[f"{s.doctype}:{s.url[-40:]}" for s in SKETCHES])
def test_a_sketch_is_understood(sketch: Sketch) -> None:
    found = record(
        sketch.url, sketch.main, aside=sketch.aside, crumbs=sketch.crumbs, head=sketch.head, lang=sketch.lang
    )
    assert found.doctype == Doctype(sketch.doctype), [
        (e.rule, e.detail, e.value, e.weight) for e in found.doctype_evidence
    ]
    assert any(e.value == found.doctype for e in found.doctype_evidence), "a verdict must carry its evidence"
    if sketch.eid is not None:
        assert found.needs_eid is sketch.eid, found.eid_evidence
        assert found.eid_evidence
