"""When may a host be asked again? Its delay, how fast it answers, its Retry-After; and when to give it up."""

import asyncio
import email.utils
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

MAX_RETRY_AFTER = 120.0
"""Seconds. A host that wants to be left alone for longer rests: the run is paused instead of held open."""
LONGEST_REST = 86_400.0
"""Seconds. A Retry-After beyond a day is held to a day."""
REST_WHEN_LIMITED = 3_600.0
"""Seconds of rest for a host that goes on saying that it gets too many requests."""
QUICK = 0.1
"""Seconds. A host that answers faster is not slowed down by us, so its answers ask for no pause."""

_SMOOTHING = 1 / 8
_LONGEST_BREATH = 60.0
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_FIRST_EXTRA = 0.25
_LONGEST_EXTRA = 30.0
_MOST_STEPS = 8
_GOOD_UNTIL_FASTER = 20
_LIMITED_UNTIL_REST = 6
_FAILURES_UNTIL_NO_RETRY = 10
_SILENCES_UNTIL_DOWN = 8
_ERRORS_UNTIL_DOWN = 60


class HostGate:
    """Lets requests to one host through, and remembers how the host fares.

    The rule, each part with its source:

    - Requests start at least `delay` seconds apart: the registry's delay or robots.txt's Crawl-delay,
      whichever is longer. No more than `at_once` are under way.
    - After an answer, nothing is asked for `slowdown` × the smoothed time to answer / the requests that may
      be under way, where that time is above QUICK. So a host that gets slower is asked less, by itself
      (Heritrix's delay-factor; the division as in Scrapy's AutoThrottle). Smoothed as round-trip times are
      by RFC 6298, section 2: 7/8 of the old, 1/8 of the new.
    - 429 or 503 is a step back: one request at a time, a longer delay, and a pause of 1, 2, 4 … 60 s, half of
      it fixed and half at random, so that several crawlers don't come back together ("equal jitter", M.
      Brooker, "Exponential backoff and jitter", 2015). Retry-After (RFC 9110, section 10.2.3) takes the
      pause's place. Twenty good answers in a row take one step forward again.
    - Six such answers in a row: the host rests for an hour. Retry-After of more than two minutes: it rests
      until then.
    """

    def __init__(
        self,
        delay: float,
        *,
        at_once: int = 1,
        slowdown: float = 0.0,
        seconds: float = 0.0,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """`delay` in seconds; `seconds`: the smoothed time to answer as an earlier run knew it."""
        self._least = delay
        self._most_at_once = at_once
        self._slowdown = slowdown
        self._chance = chance
        self._steps = 0
        self._good = 0
        self._limited = 0
        self._stepped_until = 0.0
        self._next = 0.0
        self._turn = asyncio.Lock()
        self._left = asyncio.Event()
        self._under_way = 0
        self._silences = 0
        self._errors = 0
        self.seconds = seconds
        self.waits = 0.0
        self.down = ""
        self.resting: tuple[datetime, str] | None = None

    @property
    def delay(self) -> float:
        """Seconds between the starts of two requests."""
        return self._least + self._extra

    @property
    def at_once(self) -> int:
        """Requests that may be under way."""
        return 1 if self._steps else self._most_at_once

    @property
    def backing_off(self) -> bool:
        """Whether the host said lately that it gets too many requests."""
        return self._steps > 0

    @property
    def breath(self) -> float:
        """Seconds that the host gets for itself after an answer."""
        if self.seconds <= QUICK:
            return 0.0
        return min(self._slowdown * self.seconds / self.at_once, _LONGEST_BREATH)

    @property
    def _extra(self) -> float:
        return min(_FIRST_EXTRA * 2 ** (self._steps - 1), _LONGEST_EXTRA) if self._steps else 0.0

    def at_least(self, seconds: float) -> None:
        """The host's robots.txt asks for this delay."""
        self._least = max(self._least, seconds)

    async def enter(self) -> None:
        """Wait until the host may be asked, in the order of asking. Each enter() needs a leave()."""
        async with self._turn:
            while True:
                if self._under_way >= self.at_once:
                    self._left.clear()
                    await self._left.wait()
                elif (wait := self._next - time.monotonic()) > 0:
                    await asyncio.sleep(wait)
                else:
                    break
            self._under_way += 1
            self._next = time.monotonic() + self.delay

    def leave(self, seconds: float | None = None) -> None:
        """A request is over; `seconds` that it took, None where none was sent."""
        self._under_way -= 1
        self._left.set()
        if seconds is None:
            return
        self.seconds = seconds if not self.seconds else self.seconds + _SMOOTHING * (seconds - self.seconds)
        if self.breath:
            self._not_before(self.breath)

    def pause(self, seconds: float) -> None:
        """Ask nothing for a while."""
        self.waits += self._not_before(seconds)

    def _not_before(self, seconds: float) -> float:
        """Let no request start within so many seconds. Return how much later that makes the next one."""
        now = time.monotonic()
        before = max(self._next, now)
        self._next = max(before, now + seconds)
        return self._next - before

    def too_many(self, now: datetime, *, retry: float | None, answer: str) -> None:
        """The host gets too many requests (`answer`: "HTTP 429") and may have said when to come again."""
        moment = time.monotonic()
        if moment >= self._stepped_until:  # else it answers what was sent before the last step
            self._steps = min(self._steps + 1, _MOST_STEPS)
            self._limited += 1
        self._good = 0
        if retry is not None and retry > MAX_RETRY_AFTER:
            retry = min(retry, LONGEST_REST)
            self.rest(now + timedelta(seconds=retry), f"{answer}: asks to be left alone for {retry:.0f} s")
            return
        if self._limited >= _LIMITED_UNTIL_REST:
            reason = f"{answer}, {self._limited} times in a row, though it was asked ever less"
            self.rest(now + timedelta(seconds=REST_WHEN_LIMITED), reason)
            return
        pause = min(_FIRST_PAUSE * 2 ** (self._steps - 1), _LONGEST_PAUSE)
        self.pause(retry if retry is not None else pause / 2 + pause / 2 * self._chance())
        self._stepped_until = self._next

    def rest(self, until: datetime, reason: str) -> None:
        """Ask nothing more before that time."""
        if self.resting is None or self.resting[0] < until:
            self.resting = (until.astimezone(UTC), reason)

    def answered(self) -> None:
        """The host gave a useful answer."""
        self._silences = self._errors = self._limited = 0
        if self._steps:
            self._good += 1
            if self._good >= _GOOD_UNTIL_FASTER:
                self._good = 0
                self._steps -= 1

    def failed(self, reason: str, *, silent: bool) -> None:
        """The host failed: `silent` where no answer came at all, else with a server error."""
        self._errors += 1
        self._silences = self._silences + 1 if silent else 0
        if self._silences >= _SILENCES_UNTIL_DOWN or self._errors >= _ERRORS_UNTIL_DOWN:
            self.down = f"the host failed {self._errors} times in a row, last with: {reason}"

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
        at = email.utils.parsedate_to_datetime(text)
        return max(0.0, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None
