"""How is a version of the widget released? `python -m searchapi.pages.widget_release`, and a commit.

What the sources make is minified by terser (Node.js is needed for this alone) and kept in frontend/widget for
ever: sites name it by its SRI hash. See docs/widget.md.
"""

import gzip
import subprocess
import sys
from datetime import date

from searchapi.pages.widget_file import RELEASED, RELEASES, WidgetFile, assembled, releases

TERSER = "terser@5.51.2"
MAX_GZIP = 6000
"""Bytes that a released file may have, gzipped."""
_OPTIONS = ("--module", "--ecma", "2022", "--compress", "passes=3", "--mangle")


def minified(content: bytes) -> bytes:
    """The same program with short names and without spaces."""
    command = ["npx", "--yes", TERSER, *_OPTIONS]
    return subprocess.run(command, input=content, capture_output=True, check=True, timeout=300).stdout


def release(today: date) -> WidgetFile:
    """Keep what the sources make now for ever, where it is not kept already."""
    made = WidgetFile(minified(assembled().content), today)
    size = len(gzip.compress(made.content, 9))
    if size > MAX_GZIP:
        raise SystemExit(f"{size} bytes gzipped; {MAX_GZIP} are the most that a site should have to load")
    if made.version not in releases():
        (RELEASED / f"{made.version}.js").write_bytes(made.content)
        with RELEASES.open("a", encoding="utf-8") as listed:
            listed.write(f'\n[[release]]\nversion = "{made.version}"\nreleased = {today.isoformat()}\n')
    return made


if __name__ == "__main__":
    sys.stdout.write(f"{release(date.today()).version}\n")
