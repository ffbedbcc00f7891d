"""What is known so far of a contact that is being read?"""

from dataclasses import dataclass, field

from crawler.record import Contact
from crawler.understand import names
from crawler.understand.facts import Fact, e164

MAX_VALUE = 300
"""Characters of one fact."""


@dataclass(slots=True)
class Draft:
    """A contact in the making. `rank` orders the finished ones: lower first."""

    name: str = ""
    role: str = ""
    values: dict[Fact, str] = field(default_factory=dict)
    rank: int = 5
    named_by_heading: bool = False
    heading: str = (
        ""  # a heading that may be only a matter: the name of facts that stand in lines of their own
    )
    in_lines: bool = False

    def holds(self) -> bool:
        return bool(self.values.keys() & {Fact.PHONE, Fact.EMAIL, Fact.VISITING, Fact.POSTAL})

    def add(self, kind: Fact, value: str) -> None:
        value = " ".join(value.split()).strip(" ,;|")[:MAX_VALUE]
        if not value or kind is Fact.IGNORED:
            return
        if kind is Fact.NAME:
            self.name = self.name or value
        elif kind is Fact.ROLE:
            self.role = self.role or value
        elif kind is Fact.HOURS and kind in self.values:
            if value.lower() not in self.values[kind].lower() and len(self.values[kind]) < MAX_VALUE:
                self.values[kind] = f"{self.values[kind]}, {value}"
        else:
            self.values.setdefault(kind, value)

    def contact(self) -> Contact:
        written = self.values.get(Fact.PHONE, "")
        name, role = self.name or (self.heading if self.in_lines else ""), self.role
        if role and names.is_person(role) and not names.is_person(name):
            name, role = role, name  # the post stood first: "Socialchef", then "Anna Ek"
        return Contact(
            name=name,
            role=role,
            phone=e164(written),
            phone_written=written,
            email=self.values.get(Fact.EMAIL, ""),
            visiting_address=self.values.get(Fact.VISITING, ""),
            postal_address=self.values.get(Fact.POSTAL, ""),
            opening_hours=self.values.get(Fact.HOURS, ""),
        )
