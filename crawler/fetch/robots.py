"""What does a host's robots.txt allow? RFC 9309, with protego doing the matching."""

from protego import Protego

from crawler.outcomes import Outcome

MAX_ROBOTS_BYTES = 512 * 1024
"""RFC 9309, section 2.5: at least 500 KiB are read. What comes after is ignored."""
MAX_CRAWL_DELAY = 60.0
"""Seconds. A longer Crawl-delay would mean less than 1,500 pages a day; it is held to this, not ignored."""
_MAX_SITEMAPS = 50


class RobotsRules:
    """The rules of one host, or the reason why nothing may be fetched from it."""

    def __init__(
        self, text: str = "", *, user_agent: str = "*", blocked: Outcome | None = None, reason: str = ""
    ) -> None:
        self.blocked = blocked
        self.reason = reason
        # A product token, not the whole header, is what groups are matched with (section 2.2.1).
        self._token = user_agent.split("/")[0].split()[0] if user_agent.strip() else "*"
        self._rules = Protego.parse(text)
        self.sitemaps = tuple(list(self._rules.sitemaps)[:_MAX_SITEMAPS])
        self.delay = min(max(self._rules.crawl_delay(self._token) or 0.0, 0.0), MAX_CRAWL_DELAY)

    def allows(self, url: str) -> bool:
        """Whether a URL of the host may be fetched."""
        return self.blocked is None and self._rules.can_fetch(url, self._token)


def rules_of_answer(status: int, body: bytes, user_agent: str) -> RobotsRules:
    """The rules that an answer to the request of robots.txt means (RFC 9309, section 2.3.1).

    4xx: there are no rules, everything may be fetched. 429 and 5xx: the site is not well, nothing may be
    fetched; that is an HTTP error of the site, not a decision of its owner, so documents are not taken out.
    """
    if status == 200:
        # protego splits lines in regular expressions: bounded, and without NUL.
        text = body[:MAX_ROBOTS_BYTES].decode("utf-8-sig", "replace").replace("\0", "")
        return RobotsRules(text, user_agent=user_agent)
    if status == 429:
        return RobotsRules(
            blocked=Outcome.RATE_LIMITED, reason="robots.txt answers 429, so nothing is fetched"
        )
    if status >= 500:
        reason = f"robots.txt answers {status}, so nothing may be fetched (RFC 9309, 2.3.1.4)"
        return RobotsRules(blocked=Outcome.HTTP_ERROR, reason=reason)
    return RobotsRules(user_agent=user_agent)
