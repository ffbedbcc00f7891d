"""What goes wrong when files are published? A locked PDF, a scanned one without text, a broken upload."""

import random

from demo.documents.minutes import Meeting, minutes_title, render_minutes, write_minutes
from demo.documents.pdf import Pdf


def encrypted(meeting: Meeting) -> bytes:
    """Minutes that open with a password only."""
    return render_minutes(meeting).output(password="justerat")  # noqa: S106 - it is the fault


def corrupt(meeting: Meeting) -> bytes:
    """Minutes whose upload broke off: the head of a PDF, and then nothing that makes sense."""
    whole = write_minutes(meeting)
    return whole[:300] + bytes(random.Random(meeting.day.toordinal()).randbytes(2000))


def scanned(meeting: Meeting) -> bytes:
    """Minutes that went through a scanner: pictures of pages, not a word of text."""
    pdf = Pdf(minutes_title(meeting), meeting.body.name, meeting.day)
    chance = random.Random(meeting.day.toordinal())
    width, height = 150, 212
    rows = bytearray(b"\xf4" * (width * height))
    for line in range(20, height - 20, 6):
        for column in range(16, 16 + chance.randint(60, 118)):
            if chance.random() < 0.6:
                rows[line * width + column] = chance.randint(20, 120)
    pdf.picture(width, height, bytes(rows))
    return pdf.output()
