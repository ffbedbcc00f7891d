"""When may a host be asked again? Its delay, its Retry-After, and when to give up on it."""

import asyncio
import email.utils
import time

MAX_RETRY_AFTER = 120.0
"""Seconds. A host that wants to be left alone for longer is left alone for the rest of the run."""
_FAILURES_UNTIL_NO_RETRY = 10
_SILENCES_UNTIL_DOWN = 8
_ERRORS_UNTIL_DOWN = 60
_SLOWEST = 30.0
_GOOD_UNTIL_FASTER = 20


class HostGate:
    """Lets requests to one host through, `delay` seconds apart, and remembers how the host fares."""

    def __init__(self, delay: float) -> None:
        self._least = delay
        self._extra = 0.0
        self._good = 0
        self._next = 0.0
        self._turn = asyncio.Lock()
        self._silences = 0
        self._errors = 0
        self.down = ""

    @property
    def delay(self) -> float:
        """Seconds between two requests."""
        return self._least + self._extra

    def at_least(self, seconds: float) -> None:
        """The host's robots.txt asks for this delay."""
        self._least = max(self._least, seconds)

    async def turn(self) -> None:
        """Wait until the host may be asked."""
        if not self.delay and time.monotonic() >= self._next:
            return
        async with self._turn:
            wait = self._next - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            self._next = max(self._next, time.monotonic() + self.delay)

    def pause(self, seconds: float) -> None:
        """Ask nothing for a while."""
        self._next = max(self._next, time.monotonic() + seconds)

    def slow_down(self) -> None:
        """The host gets too many requests: half as many, until it has answered well for a while."""
        self._extra = min(max(self.delay + self._extra, 1.0), _SLOWEST)
        self._good = 0

    def answered(self) -> None:
        """The host gave a useful answer."""
        self._silences = self._errors = 0
        if self._extra:
            self._good += 1
            if self._good >= _GOOD_UNTIL_FASTER:
                self._good = 0
                self._extra = self._extra / 2 if self._extra > 0.2 else 0.0

    def failed(self, reason: str, *, silent: bool) -> None:
        """The host failed: `silent` where no answer came at all, else with a server error."""
        self._errors += 1
        self._silences = self._silences + 1 if silent else 0
        if self._silences >= _SILENCES_UNTIL_DOWN or self._errors >= _ERRORS_UNTIL_DOWN:
            self.down = f"the host failed {self._errors} times in a row, last with: {reason}"

    def give_up(self, reason: str) -> None:
        """Ask nothing more in this run."""
        self.down = reason

    @property
    def may_retry(self) -> bool:
        """Whether a failure here is an exception rather than the rule."""
        return self._errors < _FAILURES_UNTIL_NO_RETRY


def retry_after(header: str, now: float) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, section 10.2.3); None where it says nothing."""
    text = header.strip()
    if text.isascii() and text.isdigit() and len(text) < 9:
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None
