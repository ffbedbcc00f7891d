"""Where is the browser for the browser tests? Finds Chromium, or installs Debian's, or says what to do.

python tests/chromium.py        used by `make test`; prints the path, exits with 1 where there is none
"""

import os
import shutil
import subprocess
import sys

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find_chromium() -> str | None:
    """The path of a Chromium (or Chrome) on this machine; MEDBORGARSOK_CHROMIUM names another one."""
    named = os.environ.get("MEDBORGARSOK_CHROMIUM")
    if named:
        return named if os.access(named, os.X_OK) else None
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def _install() -> None:
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        [apt, "update", "-qq"],
        [apt, "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"],
    ):
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)


def main() -> int:
    """Find or install; 0 when there is a browser."""
    if find_chromium() is None:
        print("Installing Chromium for the browser tests …", flush=True)
        _install()
    path = find_chromium()
    if path is None:
        print(
            "The browser tests need Chromium, and it could not be installed.\n"
            "  Debian, Ubuntu:  sudo apt-get install chromium\n"
            "  Fedora:          sudo dnf install chromium\n"
            "  macOS:           brew install --cask chromium\n"
            "or set MEDBORGARSOK_CHROMIUM to the path of a Chromium or Chrome that is there already.",
            file=sys.stderr,
        )
        return 1
    print(f"Browser for the tests: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
