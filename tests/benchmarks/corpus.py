"""Which pages and queries stand for a whole country's? Generated Swedish, as large as is asked for.

Words are drawn from the Swedish word list by its frequencies (Zipfian, as language is); matters, lay words
and titles of officials come from the product's own thesaurus. So nothing is needed but the product, and what
makes municipal sites hard is there: every municipality has the same guide, e-service, form and unit for a
matter, minutes and news mention matters in passing, menus name them all, contact pages list many people.
"""

import itertools
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

from crawler.record import Action, ActionKind, CanonicalUrl, Contact, Doctype, DocumentRecord, RequestedUrl
from crawler.store import Change, DocumentRow
from indexer.analysis.lexicon import swedish_lexicon
from indexer.follow import portion_of
from indexer.generations import Generations
from indexer.writer import TantivyWriter
from searchapi.concepts import Concept
from searchapi.thesaurus import load_thesaurus

_NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
_MUNICIPALITIES, _REGIONS, _STATE = 80, 5, 6
_SIDE_BY_SIDE = 4
_ASKED_FROM = 5000
"""From so many of the commonest words on, a word is telling enough to be searched for alone."""
_MIX = {
    Doctype.GUIDE: 24,
    Doctype.ESERVICE: 9,
    Doctype.FORM: 6,
    Doctype.CONTACT: 7,
    Doctype.PLACE: 4,
    Doctype.NEWS: 12,
    Doctype.EVENT: 3,
    Doctype.JOB: 1,
    Doctype.MINUTES: 18,
    Doctype.DECISION: 3,
    Doctype.STEERING: 4,
    Doctype.REPORT: 3,
    Doctype.LAW: 1,
    Doctype.OTHER: 5,
}
"""Pages in a hundred, as they are on municipal sites: guides are a quarter, minutes a fifth."""
_LENGTH = {Doctype.MINUTES: 3.0, Doctype.REPORT: 4.0, Doctype.LAW: 3.0, Doctype.STEERING: 3.0,
           Doctype.ESERVICE: 0.4, Doctype.FORM: 0.4, Doctype.CONTACT: 0.4}  # fmt: skip
"""How long a text is, as a multiple of the words asked for."""
_TITLES = {
    Doctype.GUIDE: ("{0}", "{0}", "{0} i {place}", "Så fungerar {0}", "{0} och {1}", "Om {0}"),
    Doctype.ESERVICE: ("Ansök om {0}", "Anmäl {0}", "{0} – e-tjänst", "Säg upp {0}"),
    Doctype.FORM: ("Blankett för {0}", "Ansökan om {0} (blankett)"),
    Doctype.CONTACT: ("Kontakta oss om {0}", "{0}, kontakt", "Enheten för {0}"),
    Doctype.PLACE: ("{word}s bibliotek", "Öppettider {word}gården", "Receptionen för {0}"),
    Doctype.NEWS: ("{place} satsar på {0}", "Nu ändras {0}", "{word} och {0} i {place}"),
    Doctype.EVENT: ("Öppet hus om {0}", "{word} på torget"),
    Doctype.JOB: ("{word} sökes till {0}",),
    Doctype.MINUTES: ("Protokoll {board} {day}", "Kallelse {board} {day}", "Sammanträde med {board} {day}"),
    Doctype.DECISION: ("Beslut om {0}, dnr {diary}",),
    Doctype.STEERING: ("Riktlinjer för {0}", "Budget {year} {place}", "Policy för {0}"),
    Doctype.REPORT: ("Årsredovisning {year}", "Utredning om {0} {year}"),
    Doctype.LAW: ("Lag ({year}:{serial}) om {0}", "Förordning ({year}:{serial}) om {0}"),
    Doctype.OTHER: ("{0}, {1} och {word}", "{word} {0}"),
}
_BOARDS = ("kommunstyrelsen", "socialnämnden", "byggnadsnämnden", "barn- och utbildningsnämnden",
           "kommunfullmäktige", "miljönämnden")  # fmt: skip
_MONTHS = ("januari", "februari", "mars", "april", "maj", "juni", "september", "oktober", "november")
_FIRST = ("Anna", "Erik", "Karin", "Lars", "Maria", "Nils", "Sara", "Olof", "Eva", "Björn", "Åsa", "Ali")
_LAST = ("Ekdal", "Norrman", "Västlund", "Sandö", "Björkhage", "Alvén", "Hedvik", "Strand", "Åberg")


@dataclass(frozen=True, slots=True)
class Asked:
    """A query of the benchmark: its kind, its words, and the home municipality of the one who asks."""

    kind: str
    q: str
    kommun: str | None


class Corpus:
    """Pages and queries from one seed: the same ones every time."""

    def __init__(self, documents: int, words: int) -> None:
        """`words` is the length of an ordinary text."""
        self.documents = documents
        self._length = words
        lexicon = swedish_lexicon()
        self._words = [word for word in lexicon.words if lexicon.commonness(word) > 1.5]
        self._cumulative = list(itertools.accumulate(10 ** lexicon.commonness(word) for word in self._words))
        concepts = load_thesaurus().concepts
        self._concepts = [one for one in concepts if not one.id.startswith(("title.", "law."))]
        self._offices = [one for one in concepts if one.id.startswith("title.")]
        self._agencies = [
            *(f"kommun{number:02d}" for number in range(_MUNICIPALITIES)),
            *(f"region{number}" for number in range(_REGIONS)),
            *(f"myndighet{number}" for number in range(_STATE)),
        ]

    # --- agencies ---

    @cached_property
    def _places(self) -> list[str]:
        """Names of municipalities that nobody has."""
        starts, ends = ("Kvarn", "Ulv", "Tall", "Rönn", "Älg", "Sten", "Lin", "Häger"), (
            "forsa", "dalby", "mosund", "åsvik", "bruna", "näsby", "hedbo", "lundafors", "tuna", "marka",
        )  # fmt: skip
        return [start + end for start in starts for end in ends][:_MUNICIPALITIES]

    def registry(self) -> str:
        """The registry of its agencies, as TOML."""
        entries = []
        for number, agency in enumerate(self._agencies):
            if agency.startswith("kommun"):
                place = self._places[number]
                lines = [
                    f'name = "{place} kommun"',
                    'kind = "municipality"',
                    f'region = "region{number % _REGIONS}"',
                    f'municipality_code = "{9000 + number}"',
                ]
            elif agency.startswith("region"):
                lines = [f'name = "Region {self._words[-1 - number].title()}dal"', 'kind = "region"']
            else:
                lines = [f'name = "Statens {self._words[number * 997].lower()}verk"', 'kind = "state"']
            contact = 'contact = { switchboard = "0980-319 200", email = "kontakt@example.se" }'
            seed = f'seeds = ["https://www.{agency}.example/"]'
            entries.append("\n".join(["[[agency]]", f'id = "{agency}"', *lines, seed, contact]))
        return "\n\n".join(entries) + "\n"

    # --- pages ---

    def changes(self) -> Iterator[Change]:
        """The pages, as the store would hand them to the index."""
        source = random.Random(7)
        types, shares = list(_MIX), list(itertools.accumulate(_MIX.values()))
        menu = self._menu()
        together = max(1, self.documents * _SIDE_BY_SIDE // len(self._agencies))
        for number in range(self.documents):
            # As crawls bring them: a few agencies side by side, and then the next ones.
            turn = number // together * _SIDE_BY_SIDE + number % _SIDE_BY_SIDE
            agency = self._agencies[turn % len(self._agencies)]
            doctype = source.choices(types, cum_weights=shares)[0]
            yield Change(number + 1, *self._page(number, agency, doctype, menu, source))

    def _page(
        self, number: int, agency: str, doctype: Doctype, menu: str, source: random.Random
    ) -> tuple[CanonicalUrl, DocumentRow]:
        # Pages of an agency take the matters in turn: each has its guide, e-service, form and unit.
        turn = number // _SIDE_BY_SIDE
        concept, other = self._concepts[turn % len(self._concepts)], source.choice(self._concepts)
        title = self._title(doctype, agency, concept, other, source)
        text = self._text(doctype, concept, other, source)
        template: tuple[str, ...] = ()
        if number % 3 == 0:
            # Blocks that stand on many pages of a host are known as its menu, most of the time.
            text, template = f"{menu}\n{text}", (menu,) if number % 24 else ()
        url = CanonicalUrl(f"https://www.{agency}.example/{doctype.value}/{number}")
        near = [number + step * _SIDE_BY_SIDE for step in (1, 2, 3)]
        record = DocumentRecord(
            url=url,
            requested_url=RequestedUrl(url),
            agency=agency,
            host=f"www.{agency}.example",
            title=title,
            headings=(title, *(self._run(3, source) for _ in range(3))),
            text=text,
            description=self._run(15, source) if number % 4 else "",
            breadcrumb=("Start", concept.preferred.capitalize()),
            doctype=doctype,
            needs_eid=number % 2 == 0 if doctype is Doctype.ESERVICE else None,
            contacts=self._contacts(doctype, concept, source),
            actions=tuple(
                Action(
                    kind=kind,
                    url=CanonicalUrl(f"https://www.{agency}.example/{kind.value}/{there}"),
                    title=f"Vidare till {concept.preferred}",
                )
                for kind, there in zip(ActionKind, near, strict=True)
            )
            if doctype in {Doctype.GUIDE, Doctype.PLACE}
            else (),
            fetched=_NOW,
            checked=_NOW,
            published=date(2018, 1, 1) + timedelta(days=source.randrange(3000)),
            depth=1 + number % 5,
            signature=f"{source.getrandbits(64):016x}",
        )
        return url, DocumentRow(record, (title, concept.preferred), template, number + 1)

    def _title(
        self, doctype: Doctype, agency: str, concept: Concept, other: Concept, source: random.Random
    ) -> str:
        place = self._places[int(agency[6:])] if agency.startswith("kommun") else "hela landet"
        year = source.randrange(2016, 2027)
        written = source.choice(_TITLES[doctype]).format(
            concept.preferred,
            other.preferred,
            place=place,
            word=self._run(1, source),
            board=source.choice(_BOARDS),
            day=f"{source.randrange(1, 29)} {source.choice(_MONTHS)} {year}",
            diary=f"KS/{year}:{source.randrange(1, 900)}",
            year=year,
            serial=source.randrange(1, 1500),
        )
        return written[:1].upper() + written[1:]

    def _text(self, doctype: Doctype, concept: Concept, other: Concept, source: random.Random) -> str:
        """Blocks of words, with a matter said now and then: often on its own pages, in passing elsewhere."""
        own = concept if doctype not in {Doctype.MINUTES, Doctype.REPORT, Doctype.NEWS} else other
        said = [own.preferred, *own.official[:3]]
        blocks = []
        for _ in range(max(1, int(self._length * _LENGTH.get(doctype, 1.0) / 30))):
            block = self._run(30, source)
            if source.random() < 0.5:
                block = f"{block}. {source.choice(said).capitalize()} {self._run(4, source)}"
            blocks.append(block + ".")
        return "\n".join(blocks)

    def _contacts(self, doctype: Doctype, concept: Concept, source: random.Random) -> tuple[Contact, ...]:
        several = {Doctype.CONTACT: 6, Doctype.PLACE: 2, Doctype.GUIDE: 1}.get(doctype, 0)
        return tuple(
            Contact(
                name=f"{source.choice(_FIRST)} {source.choice(_LAST)}",
                role=source.choice(self._offices).preferred if number else f"handläggare {concept.preferred}",
                phone=f"+4631390{600 + number % 100}",
                phone_written=f"031-390 {6 + number % 4:02d} {number % 100:02d}",
                email=f"enhet{source.randrange(1000)}@example.se",
                visiting_address=f"Storgatan {source.randrange(1, 90)}",
            )
            for number in range(several)
        )

    def _menu(self) -> str:
        return " ".join(one.preferred.capitalize() for one in self._concepts[:60])

    def _run(self, count: int, source: random.Random) -> str:
        return " ".join(source.choices(self._words, cum_weights=self._cumulative, k=count))

    # --- queries ---

    def queries(self, of_each: int) -> list[Asked]:
        """Queries of every kind, so many of each; most come from a home municipality."""
        source = random.Random(11)
        makers = {
            "errand": self._errand,
            "sentence": self._sentence,
            "contact": self._contact,
            "office": self._office,
            "misspelt": self._misspelt,
            "document": self._document,
            "words": self._any_words,
            "nothing": self._nothing,
        }
        homes = [*self._agencies[:_MUNICIPALITIES:4], *([None] * 7)]
        return [
            Asked(kind, maker(source), source.choice(homes))
            for _ in range(of_each)
            for kind, maker in makers.items()
        ]

    def _term(self, source: random.Random) -> str:
        concept = source.choice(self._concepts)
        return source.choice([concept.preferred, *concept.official, *concept.lay, *concept.lay])

    def _errand(self, source: random.Random) -> str:
        """One to six words."""
        before = source.choice(["", "", "", "ansöka om", "betala", "anmäla", "blankett", "vad kostar"])
        after = source.choice(["", "", "", f"i {source.choice(self._places)}", self._telling(source)])
        return " ".join(f"{before} {self._term(source)} {after}".split()[:6])

    def _sentence(self, source: random.Random) -> str:
        begun = source.choice(
            ["hur gör jag för att få", "min mamma behöver hjälp med", "jag vill veta vad som gäller för",
             "vem ska man prata med om", "vi har just flyttat hit och undrar om"]
        )  # fmt: skip
        return f"{begun} {self._term(source)} när {self._telling(source)} och {self._run(3, source)}?"

    def _contact(self, source: random.Random) -> str:
        return f"{source.choice(['telefon', 'ring', 'kontakt', 'mejladress till'])} {self._term(source)}"

    def _office(self, source: random.Random) -> str:
        concept = source.choice(self._offices)
        place = source.choice(["", "", f" i {source.choice(self._places)}"])
        return source.choice([concept.preferred, *concept.official]) + place

    def _misspelt(self, source: random.Random) -> str:
        words = self._term(source).split()
        longest = max(range(len(words)), key=lambda at: len(words[at]))
        word = words[longest]
        at = source.randrange(1, max(2, len(word) - 1))
        doubled, lost = word[:at] + word[at] + word[at:], word[:at] + word[at + 1 :]
        words[longest] = source.choice([doubled, lost]) if len(word) > 4 else word
        return " ".join(words)

    def _document(self, source: random.Random) -> str:
        year = source.randrange(2018, 2027)
        return source.choice(
            [
                f"protokoll {source.choice(_BOARDS)} {source.choice(_MONTHS)} {year}",
                f"KS/{year}:{source.randrange(1, 900)}",
                f"budget {year}",
                f"riktlinjer {self._term(source)}",
                f"{source.choice(_BOARDS)} § {source.randrange(1, 200)}",
            ]
        )

    def _any_words(self, source: random.Random) -> str:
        """One to four words of all degrees of commonness, which share no matter."""
        return " ".join(self._telling(source) for _ in range(source.choice((1, 2, 2, 3, 4))))

    def _telling(self, source: random.Random) -> str:
        return source.choice(self._by_commonness[50:_ASKED_FROM])

    @cached_property
    def _by_commonness(self) -> list[str]:
        lexicon = swedish_lexicon()
        return sorted((word for word in self._words if word.isalpha()), key=lambda w: -lexicon.commonness(w))

    def _nothing(self, source: random.Random) -> str:
        return " ".join(
            "".join(source.choices("qwxzkpvåj", k=source.randrange(4, 10)))
            for _ in range(source.choice((1, 2)))
        )


def build(corpus: Corpus, folder: Path) -> None:
    """Index a corpus in a folder, as a rebuild does, and tell how fast that was."""

    generations = Generations(folder)
    with generations.writing():
        generation = generations.new()
        writer = TantivyWriter(generations, generation, new=True)
        changes = corpus.changes()
        started = time.perf_counter()
        portion = portion_of(corpus.documents)
        for first in range(0, corpus.documents, portion):
            writer.apply(itertools.islice(changes, portion))
            writer.commit(corpus.documents)
            print(f"\r{min(corpus.documents, first + portion)} documents", end="", flush=True)
        writer.close()
        generations.switch(generation)
    seconds = time.perf_counter() - started
    rate = corpus.documents / seconds
    print(f"\rindexed {corpus.documents} documents in {seconds:.1f} s: {rate:.0f} a second")
