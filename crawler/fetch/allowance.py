"""May a host be asked at all today? Its budget of requests a day, and the agency's quiet hours."""

from datetime import UTC, datetime, time, timedelta

from crawler.registry import Agency
from crawler.schedule import SWEDEN, in_quiet_hours


class Allowance:
    """Counts the requests to one host by Swedish days, and says when it is to be left alone."""

    def __init__(self, agency: Agency, *, day: str = "", requests: int = 0) -> None:
        """`day` (ISO) and `requests`: what an earlier run counted."""
        self._agency = agency
        self.day = day
        self.requests = requests

    def spend(self, now: datetime) -> None:
        """A request is sent."""
        today = now.astimezone(SWEDEN).date().isoformat()
        if self.day != today:
            self.day, self.requests = today, 0
        self.requests += 1

    def resting(self, now: datetime) -> tuple[datetime, str] | None:
        """Until when (UTC) nothing may be asked, and why; None where the host may be asked.

        A budget that is renewed within quiet hours gives their end.
        """
        quiet = in_quiet_hours(self._agency, now)
        most = self._agency.daily_requests
        if most and self.requests >= most and self.day == now.astimezone(SWEDEN).date().isoformat():
            midnight = _next_midnight(now)
            until = in_quiet_hours(self._agency, midnight) or midnight
            return until, f"its {most} requests of today (daily_requests in the registry) are used up"
        if quiet is not None:
            return quiet, "its agency's quiet hours (quiet_hours in the registry)"
        return None


def _next_midnight(now: datetime) -> datetime:
    tomorrow = now.astimezone(SWEDEN).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), SWEDEN).astimezone(UTC)
