"""When is a page to be visited again? What changes often sooner, what is stable later, all in a set time.

The rule is the adaptive schedule that Apache Nutch has as AdaptiveFetchSchedule: every page has an interval
of its own, which a visit that finds a change makes shorter and one that finds none makes longer. That it is
bounded both ways has its reason in Cho and Garcia-Molina, "Effective page refresh policies for web crawlers"
(ACM TODS 28:4, 2003): visiting in proportion to the rate of change is worse than visiting all pages equally
often, since what changes all the time is never fresh anyway. So the shortest interval must not be too short,
and the longest is what the operator promises.

With SHRINK and GROWTH the interval of a page that changes at random settles where GROWTH's gain balances
SHRINK's loss: at ln 1.5 / (ln 1.5 + ln 2) = 37 % of visits finding a change. There an interval is 0.46 times
the mean time between changes, and by their formula (1 - e^-x) / x the copy is fresh 80 % of the time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.store.rows import UrlState

GROWTH = 1.5
"""What an unchanged page's interval is multiplied by."""
SHRINK = 0.5
"""What a changed page's interval is multiplied by."""
LEAST = timedelta(hours=1)
FIRST = timedelta(days=1)
MOST = timedelta(days=30)
SLACK = 0.1
"""A page is due this share of its interval early: what a daily run visited last is due in the next too."""


@dataclass(frozen=True, slots=True)
class RevisitRule:
    """The bounds of an agency's intervals. `first` is a new page's; `most` wins over `least`."""

    first: timedelta = FIRST
    least: timedelta = LEAST
    most: timedelta = MOST

    def bounded(self, interval: timedelta) -> timedelta:
        """An interval, brought within the bounds."""
        return min(max(interval, self.least), self.most)

    def next_interval(self, last: timedelta, *, changed: bool, elapsed: timedelta) -> timedelta:
        """The interval after a visit. `last` is the one before it (zero: the page is new).

        `elapsed` is the time since the visit before. Finding nothing new before half of the interval has
        passed (somebody asked for the page) says nothing of the page, and leaves the interval as it was.
        """
        if last <= timedelta(0):
            return self.bounded(self.first)
        if changed:
            return self.bounded(last * SHRINK)
        if elapsed < last / 2:
            return self.bounded(last)
        return self.bounded(last * GROWTH)


DEFAULT_RULE = RevisitRule()


def rule_of(period: timedelta | None, *, revisit_days: float) -> RevisitRule:
    """The rule for an agency whose scheduled runs are `period` apart (None: it has no schedule).

    `revisit_days` is the setting: days after which every page is visited, however seldom it changes.
    """
    return RevisitRule(first=period or FIRST, most=timedelta(days=revisit_days))


def is_due(
    state: "UrlState",
    now: datetime,
    rule: RevisitRule = DEFAULT_RULE,
    *,
    sitemap_lastmod: str = "",
    in_sitemap: bool | None = None,
    trusted: bool = False,
) -> bool:
    """Whether a run that begins now is to visit a known URL.

    It is due when it has no time (it was never visited, failed at the last visit, or somebody wants it read
    anew), when its time has come, when the sitemap gives another lastmod than at the last visit, and when it
    has left the sitemap (it is checked, not assumed gone). Where the sitemap has the very lastmod of the last
    visit and is `trusted` (its lastmod has been found to move when pages change), a visit whose time has come
    waits until the page was not visited for `rule.most`.

    `sitemap_lastmod` is what the sitemap says now, as it is written there, empty where it says nothing.
    `in_sitemap` is None where the sitemap could not be read or there is none: then nothing follows from it.
    """
    if state.next_visit is None:
        return True
    if in_sitemap is False and state.in_sitemap:
        return True
    lastmod = sitemap_lastmod[:40]  # as many characters as the store keeps
    if lastmod and lastmod != state.sitemap_lastmod:
        return True
    slack = timedelta(seconds=state.interval) * SLACK
    if trusted and lastmod:
        return now >= state.last_visit + rule.most - slack
    return now >= state.next_visit - slack
