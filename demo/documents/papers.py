"""What do plans, rules, rates and reports say? Steering documents of the agencies, from steering.yaml."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from demo.content import read_yaml
from demo.dates import swedish_date
from demo.documents.bank import Body
from demo.documents.pdf import Pdf

_FILE = Path(__file__).parent / "steering.yaml"


@dataclass(frozen=True, slots=True)
class Paper:
    """One document: who decided it, when, and its sections as (heading, paragraphs)."""

    slug: str
    title: str
    kind: str
    agencies: tuple[str, ...]
    decided_by: str
    day: date
    sections: tuple[tuple[str, tuple[str, ...]], ...]


@cache
def papers() -> tuple[Paper, ...]:
    """All documents of steering.yaml."""
    return tuple(
        Paper(
            slug=entry["slug"],
            title=entry["title"],
            kind=entry["kind"],
            agencies=tuple(entry["for"]),
            decided_by=entry["by"],
            day=entry["day"],
            sections=tuple((section[0], tuple(section[1:])) for section in entry["sections"]),
        )
        for entry in read_yaml(_FILE, _FILE.read_text("utf-8"))
    )


def write_paper(paper: Paper, body: Body) -> bytes:
    """The document as a PDF."""
    title = f"{paper.title}, {body.name}"
    pdf = Pdf(title, body.name, paper.day, f"{body.name}    {paper.title}")
    pdf.heading(paper.title, 1)
    label = {"report": "Rapport", "decision": "Beslut"}.get(paper.kind, "Styrdokument")
    pdf.row([(0, "Typ av dokument"), (130, label)])
    verb = (
        "Beslutad av"
        if paper.kind == "decision"
        else "Antagen av"
        if paper.kind == "steering"
        else "Godkänd av"
    )
    pdf.row([(0, verb), (130, f"{paper.decided_by} {swedish_date(paper.day)}")])
    if paper.kind == "steering":
        pdf.row([(0, "Dokumentansvarig"), (130, body.officers[2].replace(",", " –"))])
        pdf.row([(0, "Giltig från"), (130, swedish_date(paper.day))])
    pdf.space(16)
    if len(paper.sections) > 3:
        pdf.heading("Innehåll", 3)
        for number, (heading, _) in enumerate(paper.sections, 1):
            pdf.row([(0, f"{number}"), (24, heading)])
        pdf.space(12)
    for number, (heading, paragraphs) in enumerate(paper.sections, 1):
        pdf.heading(f"{number} {heading}", 2)
        for paragraph in paragraphs:
            pdf.text(paragraph.replace("{kommun}", body.name))
    return pdf.output()
