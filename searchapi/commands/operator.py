"""Who works at the command line? The name that requests and the audit carry."""

import getpass
import os


def operator() -> str:
    """ "command line NAME" of the system's user; with the number where the system knows no name."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        name = f"user {os.getuid()}"
    return f"command line {name}"[:200]
