"""What does a database's error mean to the person who runs the program?"""

from sqlalchemy.exc import DBAPIError

_ADVICE = (
    ("disk is full", "free some space and run the same again; what was written before is kept"),
    ("disk I/O error", "see that the disk is well and has space; what was written before is kept"),
    ("not a database", "put back a copy of it, or move it away and crawl anew"),
    ("malformed", "put back a copy of it, or move it away and crawl anew"),
    ("unable to open", "see that its folder is there and can be written"),
    ("readonly", "see that its file and its folder can be written"),
    ("database is locked", "another process has been writing for long; run the same again when it is done"),
    ("no such table", "put back a copy of it, or move it away and crawl anew"),
    (
        "Can't locate revision",
        "a later version of the program wrote it; use that version, or a store of its own",
    ),
)


def told(error: Exception) -> str:
    """What went wrong and what to do, without the statement and its parameters, which may be a whole page."""
    plain = str(error.orig) if isinstance(error, DBAPIError) and error.orig is not None else str(error)
    advice = next((advice for sign, advice in _ADVICE if sign in plain), "")
    return f"{plain}. To do: {advice}" if advice else plain
