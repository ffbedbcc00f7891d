"""How is a PDF written, fast and always the same? A small writer for text documents (ISO 32000-1).

The large libraries need half a second for minutes of four pages; this one needs a few milliseconds, so that
documents can be made when they are asked for. It knows the two Helvetica faces that every reader has.
"""

import hashlib
import zlib
from datetime import date

# Glyph widths in thousandths of the size, characters 32-255 of Windows-1252 (Adobe's AFM files).
_REGULAR = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 "
    "556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 "
    "722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 "
    "500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584 350 556 350 222 556 "
    "333 1000 556 556 333 1000 667 333 1000 350 611 350 350 222 222 333 333 350 556 1000 333 1000 500 333 "
    "944 350 500 667 278 333 556 556 556 556 260 556 333 737 370 556 584 333 737 333 400 584 333 333 333 "
    "556 537 278 333 333 365 556 834 834 834 611 667 667 667 667 667 667 1000 722 667 667 667 667 278 278 "
    "278 278 722 722 778 778 778 778 778 584 778 722 722 722 722 667 667 611 556 556 556 556 556 556 889 "
    "500 556 556 556 556 278 278 278 278 556 556 556 556 556 556 556 584 611 556 556 556 556 500 556 500 "
)
_BOLD = (
    "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 "
    "556 333 333 584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 "
    "722 667 611 722 667 944 667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 "
    "556 278 889 611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584 350 556 350 278 556 "
    "500 1000 556 556 333 1000 667 333 1000 350 611 350 350 278 278 500 500 350 556 1000 333 1000 556 333 "
    "944 350 500 667 278 333 556 556 556 556 280 556 333 737 370 556 584 333 737 333 400 584 333 333 333 "
    "611 556 278 333 333 365 556 834 834 834 611 722 722 722 722 722 722 1000 722 667 667 667 667 278 278 "
    "278 278 722 722 778 778 778 778 778 584 778 722 722 722 722 667 667 611 556 556 556 556 556 556 889 "
    "556 556 556 556 556 278 278 278 278 611 611 611 611 611 611 611 584 611 611 611 611 611 556 611 556 "
)
_WIDTHS = {
    bold: {
        bytes([code]).decode("cp1252", "replace"): int(width)
        for code, width in enumerate(table.split(), start=32)
    }
    for bold, table in ((False, _REGULAR), (True, _BOLD))
}
_PAGE = (595, 842)
_MARGIN, _TOP, _BOTTOM = 62, 770, 70
_PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def width(text: str, size: float, bold: bool = False) -> float:
    """The width of a line in points."""
    table = _WIDTHS[bold]
    return sum(table.get(char, 556) for char in text) * size / 1000


def wrap(text: str, size: float, space: float, bold: bool = False) -> list[str]:
    """The text in lines no wider than `space` points; a word that is wider stands alone."""
    lines: list[str] = []
    table, limit = _WIDTHS[bold], space * 1000 / size
    line: list[str] = []
    used = 0
    for word in text.split():
        wide = sum(table.get(char, 556) for char in word)
        if line and used + 278 + wide > limit:
            lines.append(" ".join(line))
            line, used = [], 0
        used += wide + (278 if line else 0)
        line.append(word)
    if line:
        lines.append(" ".join(line))
    return lines or [""]


class Pdf:
    """A document of text that flows over pages. `header` stands on top of each page, with the page number."""

    def __init__(self, title: str, author: str, day: date, header: str = "", lang: str = "sv-SE") -> None:
        self._title, self._author, self._day, self._header, self._lang = title, author, day, header, lang
        self._pages: list[list[str]] = []
        self._y = 0.0
        self._new_page()

    def _new_page(self) -> None:
        self._pages.append([])
        self._y = float(_TOP)

    def room(self, points: float) -> None:
        """Go on to the next page unless there is room for so much."""
        if self._y - points < _BOTTOM:
            self._new_page()

    def _put(self, x: float, text: str, size: float, bold: bool) -> None:
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        self._pages[-1].append(
            f"BT /F{2 if bold else 1} {size:g} Tf {x:g} {self._y:.1f} Td ({escaped}) Tj ET"
        )

    def text(
        self, text: str, size: float = 10.5, bold: bool = False, indent: float = 0, after: float = 6
    ) -> None:
        """A paragraph; a newline in it breaks the line."""
        for piece in text.split("\n"):
            for line in wrap(piece, size, _PAGE[0] - 2 * _MARGIN - indent, bold):
                self.room(size * 1.35)
                self._put(_MARGIN + indent, line, size, bold)
                self._y -= size * 1.35
        self._y -= after

    def heading(self, text: str, level: int = 2) -> None:
        """A heading of level 1 to 3, kept with what follows."""
        size = {1: 20, 2: 13, 3: 11}[level]
        self.room(size * 1.4 + 40)
        self._y -= 4 if level > 1 else 0
        self.text(text, size, bold=True, after=4 if level > 1 else 8)

    def bullet(self, text: str) -> None:
        """An entry of a list."""
        self.room(15)
        self._put(_MARGIN + 8, "•", 10.5, False)
        self.text(text, indent=20, after=2)

    def row(self, cells: list[tuple[float, str]], size: float = 10.5, bold: bool = False) -> None:
        """One line of cells at the given distances from the margin; a cell wraps below itself."""
        starts = [x for x, _ in cells] + [_PAGE[0] - 2 * _MARGIN]
        wrapped = [wrap(text, size, starts[n + 1] - x - 6, bold) for n, (x, text) in enumerate(cells)]
        for number in range(max(len(lines) for lines in wrapped)):
            self.room(size * 1.35)
            for (x, _), lines in zip(cells, wrapped, strict=True):
                if number < len(lines) and lines[number]:
                    self._put(_MARGIN + x, lines[number], size, bold)
            self._y -= size * 1.35

    def rule(self, x: float = 0, end: float | None = None) -> None:
        """A thin line at the present height."""
        stop = _PAGE[0] - _MARGIN if end is None else _MARGIN + end
        self._pages[-1].append(f"0.5 w {_MARGIN + x:g} {self._y + 3:.1f} m {stop:g} {self._y + 3:.1f} l S")
        self._y -= 8

    def box(self, label: str, height: float = 34) -> None:
        """A field to fill in, its label in the corner."""
        self.room(height + 6)
        self._put(_MARGIN + 4, label, 8, False)
        wide = _PAGE[0] - 2 * _MARGIN
        self._pages[-1].append(f"0.5 w {_MARGIN:g} {self._y - height + 10:.1f} {wide:g} {height:g} re S")
        self._y -= height + 4

    def space(self, points: float) -> None:
        """Leave a gap."""
        self._y -= points

    def picture(self, width: int, height: int, gray: bytes) -> None:
        """Fill a page with a gray picture of so many pixels, as a scanner does."""
        head = f"q 595 0 0 842 0 0 cm BI /W {width} /H {height} /CS /G /BPC 8 /F /Fl ID "
        self._pages[-1].append(head + zlib.compress(gray).decode("latin-1") + "\nEI Q")

    def output(self, password: str = "") -> bytes:
        """The file. With a password it is encrypted (RC4, 40 bits) and opens for nobody else."""
        total = len(self._pages)
        streams = []
        for number, page in enumerate(self._pages, 1):
            folio = f"Sida {number} ({total})"
            marks = []
            if self._header:
                marks.append(f"BT /F1 8.5 Tf {_MARGIN} 806 Td ({_escape(self._header)}) Tj ET")
                marks.append(f"BT /F1 8.5 Tf {_PAGE[0] - _MARGIN - 60} 806 Td ({folio}) Tj ET")
            drawn = "\n".join(marks + page)
            is_picture = any(" BI /W" in mark for mark in page)
            streams.append(drawn.encode("latin-1" if is_picture else "cp1252", "replace"))
        return self._file(streams, password)

    def _file(self, streams: list[bytes], password: str) -> bytes:
        fonts = 3 + 2 * len(streams)
        seed = hashlib.md5(f"{self._title}{self._day}".encode(), usedforsecurity=False).digest()
        owner, key = _keys(password, seed) if password else (b"", b"")
        stamp = f"D:{self._day:%Y%m%d}091500+01'00'"

        def secret(number: int, plain: bytes) -> bytes:
            if not key:
                return plain
            salt = key + number.to_bytes(3, "little") + b"\0\0"
            return _rc4(hashlib.md5(salt, usedforsecurity=False).digest()[:10], plain)

        def string(number: int, text: str) -> str:
            plain = text.encode("ascii") if text.isascii() else b"\xfe\xff" + text.encode("utf-16-be")
            return f"<{secret(number, plain).hex()}>"

        kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(len(streams)))
        objects = [
            f"<< /Type /Catalog /Pages 2 0 R /Lang {string(1, self._lang)} >>".encode(),
            f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>".encode(),
        ]
        for number, stream in enumerate(streams):
            packed = secret(4 + 2 * number, zlib.compress(stream))
            objects.append(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {4 + 2 * number} 0 R "
                f"/Resources << /Font << /F1 {fonts} 0 R /F2 {fonts + 1} 0 R >> >> >>".encode()
            )
            objects.append(
                f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
                + packed
                + b"\nendstream"
            )
        objects += [
            f"<< /Type /Font /Subtype /Type1 /BaseFont /{face} /Encoding /WinAnsiEncoding >>".encode()
            for face in ("Helvetica", "Helvetica-Bold")
        ]
        info = len(objects) + 1
        objects.append(
            f"<< /Title {string(info, self._title)} /Author {string(info, self._author)} "
            f"/CreationDate {string(info, stamp)} /ModDate {string(info, stamp)} >>".encode()
        )
        trailer = (
            f"/Size {info + 1 + bool(key)} /Root 1 0 R /Info {info} 0 R /ID [<{seed.hex()}> <{seed.hex()}>]"
        )
        if key:
            user = _rc4(key, _PAD)
            objects.append(
                f"<< /Filter /Standard /V 1 /R 2 /O <{owner.hex()}> /U <{user.hex()}> /P -44 >>".encode()
            )
            trailer += f" /Encrypt {info + 1} 0 R"
        return _assemble(objects, trailer)


def _assemble(objects: list[bytes], trailer: str) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def _escape(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _keys(password: str, seed: bytes) -> tuple[bytes, bytes]:
    """The /O entry and the file's key (ISO 32000-1, algorithms 2 and 3, revision 2)."""
    padded = (password.encode("latin-1") + _PAD)[:32]
    owner = _rc4(hashlib.md5(padded, usedforsecurity=False).digest()[:5], padded)
    permissions = (-44).to_bytes(4, "little", signed=True)
    key = hashlib.md5(padded + owner + permissions + seed, usedforsecurity=False).digest()[:5]
    return owner, key


def _rc4(key: bytes, plain: bytes) -> bytes:
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out = bytearray()
    i = j = 0
    for byte in plain:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)
