"""What does a public terminal show? Pages for a screen that many people use, each after the other.

A terminal has one address. What a person asks for is sent to it as a form (POST), so that it stands in no
address: not in the browser's history, not in a proxy's log, not in a referrer. docs/terminal.md says more.
"""

from searchapi.pages.terminal.routes import router

__all__ = ["router"]
