"""Where is the browser for the browser tests? Finds Chromium, or installs Debian's, or says what to do.

python tests/chromium.py        used by `make test`; prints the path, exits with 1 where there is none
"""

import ctypes
import os
import shutil
import subprocess
import sys

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_PACKAGES = ("chromium", "fonts-liberation", "libatomic1")


def find_chromium() -> str | None:
    """The path of a Chromium (or Chrome) on this machine; MEDBORGARSOK_CHROMIUM names another one."""
    named = os.environ.get("MEDBORGARSOK_CHROMIUM")
    if named:
        return named if os.access(named, os.X_OK) else None
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def _driver_runs() -> bool:
    """Whether the library is here that Playwright's own Node.js wants beside the browser."""
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return sys.platform != "linux"
    return True


def _install() -> None:
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        [apt, "update", "-qq"],
        [apt, "install", "-y", "-qq", "--no-install-recommends", *_PACKAGES],
    ):
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)


def main() -> int:
    """Find or install; 0 when there is a browser."""
    if find_chromium() is None or not _driver_runs():
        print("Installing Chromium for the browser tests …", flush=True)
        _install()
    path = find_chromium()
    if path is None or not _driver_runs():
        print(
            "The browser tests need Chromium and libatomic, and they could not be installed.\n"
            "  Debian, Ubuntu:  sudo apt-get install chromium libatomic1\n"
            "  Fedora:          sudo dnf install chromium libatomic\n"
            "  macOS:           brew install --cask chromium\n"
            "or set MEDBORGARSOK_CHROMIUM to the path of a Chromium or Chrome that is there already.",
            file=sys.stderr,
        )
        return 1
    print(f"Browser for the tests: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
