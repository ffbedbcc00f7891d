"""Which facts of a page belong together? It is read line by line.

A heading, a name, a label or a table row opens a contact; the facts below it belong to it until the next one
opens. The contacts are put in order by how sure it is that they are the page's own.
"""

from collections.abc import Iterable, Iterator

from crawler.page import Block, BlockKind, Region
from crawler.record import Contact
from crawler.understand import names
from crawler.understand.drafts import MAX_VALUE, Draft
from crawler.understand.facts import (
    Fact,
    Found,
    facts_in,
    has_postcode,
    hours_of,
    is_address,
    is_vague_place,
    label_of,
    looks_like_hours,
    starts_with_hours,
)

MAX_CONTACTS = 60
_MAX_LINES = 3_000


class ContactReader:
    """Reads blocks in order and gathers contacts."""

    def __init__(self, title: str, *, named: bool) -> None:
        self._named_by_headings = named
        self._title = title.strip()
        self._done: list[Draft] = []
        self._draft = Draft()
        self._label: Fact | None = None
        self._vague = False  # the label is "Plats" or "Adress", as forms have it: only an address will do
        self._named_in: Block | None = None
        self._address_in: Block | None = None
        self._before_place: list[str] = []
        self._section = ""
        self._columns: list[Fact | None] = []
        self._lines = 0

    def finished(self) -> list[Contact]:
        """What was found, by rank and then in the page's order."""
        self._close()
        ordered = sorted(self._done, key=lambda draft: draft.rank)
        return [draft.contact() for draft in ordered]

    def read(self, blocks: Iterable[Block]) -> None:
        """Read the blocks of one region."""
        self._close()
        self._section, self._label, self._columns = "", None, []
        for block in blocks:
            if self._lines > _MAX_LINES or len(self._done) > MAX_CONTACTS:
                break
            if block.kind is BlockKind.HEADING:
                self._heading(block)
            elif block.kind is BlockKind.TABLE_ROW and " | " in block.text:
                self._row(block)
            else:
                self._columns = []
                before = self._draft
                was_empty = not (before.name or before.values)
                for line in _lines_of(block):
                    self._lines += 1
                    self._line(line, block)
                if block.kind is BlockKind.LIST_ITEM and (was_empty or self._draft is not before):
                    self._end_item()

    # --- contacts open and close ---

    def _end_item(self) -> None:
        """An item that holds a name and its facts is a contact of its own.

        Else the next items may go on with it.
        """
        draft = self._draft
        if draft.name and draft.holds() and not draft.named_by_heading:
            self._close()

    def _close(self) -> None:
        draft, self._draft = self._draft, Draft()
        self._label = None
        self._before_place.clear()
        if draft.holds():
            self._done.append(draft)

    def _open(self, name: str, region: Region, *, heading: bool = False) -> None:
        self._close()
        self._draft = Draft(name=name, named_by_heading=heading)
        self._named_in = None

    def _rank(self, name: str, region: Region) -> int:
        if (
            name
            and self._title
            and (name.lower() in self._title.lower() or self._title.lower() in name.lower())
        ):
            return 0
        if names.is_contactish(self._section):
            return 1
        if self._label is not None:
            return 2
        return 2 if region is Region.ASIDE else 3

    # --- kinds of blocks ---

    def _heading(self, block: Block) -> None:
        text = " ".join(block.text.split())[:200]
        found = facts_in(text)
        labelled = label_of(text)
        if labelled and not labelled[1] and not found and labelled[0] not in {Fact.NAME, Fact.ROLE}:
            self._vague = is_vague_place(text)
            self._label = labelled[0]  # the heading is the label of what follows: "Öppettider"
            return
        if found:
            self._line(text, block)
            return
        self._section = text
        if not names.is_generic(text):
            text = names.without_call(text)
        if names.is_generic(text) or not names.is_name_like(text):
            self._open("", block.region)
            return
        name, role = names.split_name_and_role(text)
        if self._named_by_headings or names.is_someone(name):
            self._open(name, block.region, heading=True)
            self._draft.role = role
        else:
            self._open("", block.region)
            self._draft.heading = name

    def _row(self, block: Block) -> None:
        cells = [cell.strip() for cell in block.text.split(" | ")]
        labels = [label_of(cell) for cell in cells]
        if sum(1 for label in labels if label and not label[1]) >= 2:
            self._columns = [label[0] if label and not label[1] else None for label in labels]
            return
        if len(cells) == 2 and labels[0] and not labels[0][1]:
            self._label_value(labels[0][0], cells[1], block)  # "Telefon | 031-…": a table stood on its side
            return
        if len(cells) == 2 and _is_day_row(cells):
            self._draft.add(Fact.HOURS, f"{cells[0]} {cells[1]}")
            return
        draft = Draft(rank=self._rank("", block.region) + 1)
        for place, cell in enumerate(cells):
            kind = self._columns[place] if place < len(self._columns) else None
            found = facts_in(cell)
            if found:
                for fact in found:
                    draft.add(fact.kind, fact.value)
                if kind is Fact.HOURS:
                    draft.values[Fact.HOURS] = cell[:MAX_VALUE]
            elif kind in {Fact.NAME, Fact.ROLE, Fact.VISITING, Fact.POSTAL, Fact.HOURS}:
                draft.add(kind, cell)
            elif names.is_name_like(cell):
                draft.add(Fact.ROLE if draft.name else Fact.NAME, cell)
        if draft.holds():
            self._close()
            draft.rank = min(draft.rank, self._rank(draft.name, block.region) + 1)
            self._done.append(draft)

    def _line(self, line: str, block: Block) -> None:
        labelled = label_of(line)
        if labelled is not None:
            kind, rest = labelled
            if not rest:
                self._start_label(kind, line, block)
            elif kind in {Fact.NAME, Fact.ROLE} and not facts_in(rest):
                self._named(rest, kind, block)
            else:
                self._label_value(kind, rest, block)
            return
        found = facts_in(line)
        if self._label is not None and self._goes_on(line, found):
            self._label_value(self._label, line, block, keep=True)
            return
        if (
            found
            and found[0].kind is Fact.HOURS
            and len(line) <= MAX_VALUE
            and starts_with_hours(line, found[0])
        ):
            self._draft.add(Fact.HOURS, hours_of(line))  # "Telefontid vardagar 9–11. Övrig tid jouren, 031-…"
            for fact in found:
                self._draft.add(fact.kind, fact.value)
            return
        if found:
            self._facts(line, found, block)
            return
        self._label = None
        if len(line) <= 120 and names.is_generic(line):
            self._section = line
            self._open("", block.region)
        elif names.is_name_like(line):
            self._named(names.without_call(line), None, block)

    def _start_label(self, kind: Fact, label: str, block: Block) -> None:
        if kind not in {Fact.HOURS, Fact.IGNORED} and kind in self._draft.values:
            self._open("", block.region)
        self._label = kind
        self._vague = is_vague_place(label)
        self._before_place.clear()

    def _goes_on(self, line: str, found: list[Found]) -> bool:
        """Whether a line still belongs to the label above it."""
        if self._label is Fact.IGNORED:
            self._label = None
            return True
        if self._label is Fact.HOURS:
            first = min((f.start for f in found if f.kind in {Fact.PHONE, Fact.EMAIL}), default=len(line))
            return looks_like_hours(line[:first])
        if self._label in {Fact.VISITING, Fact.POSTAL}:
            return len(line) <= 120 and not any(f.kind in {Fact.PHONE, Fact.EMAIL, Fact.HOURS} for f in found)
        if self._label in {Fact.NAME, Fact.ROLE}:
            return names.is_name_like(line)
        return any(f.kind is self._label for f in found)

    def _label_value(self, kind: Fact, rest: str, block: Block, *, keep: bool = False) -> None:
        """Take what follows a label: "Telefon: 031-…, telefontid vardagar 9–11"."""
        draft = self._draft
        draft.in_lines = True
        draft.rank = min(draft.rank, 2, self._rank(draft.name, block.region))
        self._vague = self._vague if keep else is_vague_place(block.text)
        self._label = kind if keep or kind in {Fact.HOURS, Fact.VISITING, Fact.POSTAL} else None
        if kind is Fact.IGNORED:
            return
        found = facts_in(rest)
        if kind in {Fact.VISITING, Fact.POSTAL}:
            self._address(kind, rest, found, block, keep=keep)
            return
        if kind is Fact.HOURS:
            if looks_like_hours(rest):
                draft.add(Fact.HOURS, hours_of(rest))
            return
        if any(f.kind is kind for f in found) and kind in draft.values and kind in {Fact.PHONE, Fact.EMAIL}:
            values = {f.value for f in found}
            if draft.values[kind] in values or (
                kind is Fact.PHONE and not keep and Fact.EMAIL not in draft.values
            ):
                pass  # a second number of the same contact, such as a mobile
            elif not keep and draft.values.keys() >= {Fact.PHONE, Fact.EMAIL}:
                self._open("", block.region)
        self._facts(rest, found, block)

    def _address(self, kind: Fact, rest: str, found: list[Found], block: Block, *, keep: bool) -> None:
        draft = self._draft
        cut = min(
            (f.start for f in found if f.kind in {Fact.PHONE, Fact.EMAIL, Fact.HOURS}), default=len(rest)
        )
        value = names.clean(rest[:cut])
        if (self._vague or keep) and kind not in draft.values and not is_address(value, strict=self._vague):
            if len(value) <= 60 and len(self._before_place) < 3:
                self._before_place.append(value)  # the name of a house or an agency, above its street or box
            return
        if self._before_place:
            value = ", ".join([*self._before_place, value])
            self._before_place.clear()
        # "Telefon" right after an address on the same line belongs to what follows.
        for word in (" telefon", " tel", " e-post", " öppettider", " öppet", " tfn"):
            if value.lower().endswith(word):
                value = names.clean(value[: -len(word)])
        if keep and kind in draft.values:
            if self._address_in is not block:
                self._label = None  # another paragraph: the address is over
            elif value and value not in draft.values[kind] and len(draft.values[kind]) < 160:
                draft.values[kind] = f"{draft.values[kind]}, {value}"
        else:
            draft.add(kind, value)
            self._address_in = block
        for fact in found:
            if fact.start >= cut:
                draft.add(fact.kind, fact.value)
        if has_postcode(value):
            self._label = None

    def _facts(self, line: str, found: list[Found], block: Block) -> None:
        """Take facts that stand in a line of their own or in running text."""
        if not found:
            return
        first = found[0]
        if first.kind is Fact.POSTAL and first.start > 0:
            found = [self._with_place(line, first), *found[1:]]
        before = names.clean(line[: found[0].start])
        who = self._who(before, line, found)
        if who and self._draft.holds() and who[0] and who[0] != self._draft.name:
            self._open("", block.region)
        if who and who[0]:
            if not self._draft.name:
                self._draft.name, self._draft.role = who[0], self._draft.role or who[1]
            elif who[0] != self._draft.name and not self._draft.role and names.is_role(who[0]):
                self._draft.role = who[0]
        draft = self._draft
        rest = len(line) - sum(fact.end - fact.start for fact in found) - len(draft.name)
        prose = rest > 60 or (rest > 25 and line.endswith("."))
        draft.in_lines = draft.in_lines or not prose
        rank = self._rank(draft.name, block.region)
        draft.rank = min(draft.rank, max(rank, 2) + 1 if prose else rank)
        for fact in found:
            value = fact.value
            draft.add(fact.kind, value)

    def _with_place(self, line: str, postal: Found) -> Found:
        """A postcode with the lines of the address before it: "Byggenheten, Norrviks kommun, 123 45 Ort"."""
        start = max(line.rfind(". ", 0, postal.start) + 2, line.rfind(": ", 0, postal.start) + 2, 0)
        start = start if start > 1 else 0
        parts = [part.strip() for part in line[start : postal.start].split(",") if part.strip()]
        if not parts or len(parts) > 4 or any(len(part) > 50 or not part[0].isalnum() for part in parts):
            return postal
        someone = not self._draft.name and not names.is_agency(parts[0])
        if len(parts) == 1 and someone and names.is_someone(parts[0]) and not postal.value[0].isdigit():
            return postal  # "Byggenheten, Box 1, 123 45 Ort"
        named = someone and len(parts) > 1 and (names.is_someone(parts[0]) or names.is_agency(parts[1]))
        kept = parts[1:] if named else parts
        at = line.index(kept[0], start + (len(parts[0]) if named else 0))
        return Found(Fact.POSTAL, f"{', '.join(kept)}, {postal.value}", at, postal.end)

    def _who(self, before: str, line: str, found: list[Found]) -> tuple[str, str] | None:
        """The name that stands before the facts of a line, or that its sentence tells to call."""
        if prose := names.name_in_prose(line[: found[0].start + 1]):
            return prose, ""
        label = label_of(f"{before.rsplit(',', 1)[-1].strip()}:") if before else None
        if label is not None:
            before = names.clean(before.rsplit(",", 1)[0]) if "," in before else ""
        else:
            for word in (
                "telefonnummer",
                "telefon",
                "tfn",
                "tel",
                "e-postadress",
                "e-post",
                "mejl",
                "mobil",
                "phone",
                "email",
                "på",
                "är",
                "via",
            ):
                if before.lower().endswith(f" {word}"):
                    before = names.clean(before[: -len(word)])
        before = names.without_call(before)
        if not before or names.is_generic(before):
            return None
        if not names.is_name_like(before):
            person = names.person_at_end(before)
            return person if person[0] else None
        name, role = names.split_name_and_role(before)
        return (name, role) if name else None

    def _named(self, line: str, kind: Fact | None, block: Block) -> None:
        """A line that is nothing but a name or a post."""
        draft = self._draft
        if draft.values or (kind is Fact.NAME and draft.name):
            self._open("", block.region)
            draft = self._draft
        same_block = self._named_in is block
        name, role = names.split_name_and_role(line)
        if kind is Fact.ROLE:
            draft.add(Fact.ROLE, names.clean(line))
        elif not draft.name:
            draft.name, draft.role = name, draft.role or role
            self._named_in = block
        elif not draft.role and (
            same_block or (names.is_someone(draft.name) and not self._is_other_unit(line))
        ):
            draft.role = names.clean(line)
        elif not draft.named_by_heading or names.is_someone(line):
            self._open(name, block.region)
            self._draft.role = role

    def _is_other_unit(self, line: str) -> bool:
        """Whether a second line names somebody else, and not the post of the first."""
        if names.is_role(line) or names.is_role(self._draft.name):
            return False
        return names.is_person(line) or names.is_unit(line)


def _is_day_row(cells: list[str]) -> bool:
    return looks_like_hours(cells[0]) and any(c.isdigit() for c in cells[1])


def _lines_of(block: Block) -> Iterator[str]:
    """The lines of a block, and the parts of a line that " | " or bullets divide."""
    for line in block.text.split("\n")[:200]:
        for part in line.split(" | ") if " | " in line else (line,):
            if stripped := " ".join(part.split()):
                yield stripped[:1_500]
