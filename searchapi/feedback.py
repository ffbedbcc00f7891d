"""How is feedback taken in? Redacted, without who, when or from where, and no more than a machine can bear.

One allowance for everybody, in memory: to count by sender, senders would have to be told apart.
"""

import threading
import time
from collections.abc import Callable
from datetime import datetime

from crawler.store import PageStore
from crawler.store.feedback import FeedbackBox, Said
from searchapi.errors import SearchApiError
from searchapi.redaction import redact
from searchapi.texts import STOCKHOLM

LONGEST_COMMENT = 1000
_BURST_MINUTES = 5
_SECONDS_AN_HOUR = 3600.0


class TooMuchFeedbackError(SearchApiError):
    """More feedback at once than is taken in. Nothing of it was kept."""

    status = 429
    code = "too_much_feedback"


class Allowance:
    """A token bucket: so many an hour on the long run, and five minutes' worth at once.

    Safe to share between threads.
    """

    def __init__(self, per_hour: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_hour / _SECONDS_AN_HOUR
        self._most = max(1.0, per_hour * _BURST_MINUTES / 60)
        self._clock = clock
        self._left = self._most
        self._seen = clock()
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Take one, if there is one left."""
        with self._lock:
            now = self._clock()
            self._left = min(self._most, self._left + (now - self._seen) * self._rate)
            self._seen = now
            if self._left < 1:
                return False
            self._left -= 1
            return True


def take_in(
    store: PageStore,
    allowance: Allowance,
    *,
    days: int,
    agency: str,
    language: str,
    found: bool | None,
    query: str,
    comment: str,
    at: datetime,
) -> None:
    """Redact what somebody said, and keep it. Only the day of `at` in Sweden is kept.

    Raise TooMuchFeedbackError where the allowance is used up, StoreError where it can't be kept.
    """
    if not allowance.take():
        raise TooMuchFeedbackError("there is too much feedback just now; try again in a minute")
    said = Said(agency, language, found, redact(query), redact(comment.strip())[:LONGEST_COMMENT])
    FeedbackBox(store, days).add(said, at.astimezone(STOCKHOLM).date())
