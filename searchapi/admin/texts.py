"""Which words do administrators read? frontend/texts/admin.sv.toml, and figures and times as Swedes write."""

from datetime import datetime, timedelta
from functools import cache

from searchapi.texts import FOLDER, STOCKHOLM, Texts, read_texts

_FILE = FOLDER / "admin.sv.toml"
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


class AdminTexts(Texts):
    """The texts of the administrators' pages."""

    @staticmethod
    @cache
    def read() -> "AdminTexts":
        """The texts. Raise TextsError where the file is not there or not TOML."""
        return AdminTexts("sv", read_texts(_FILE))

    def named(self, family: str, name: str) -> str:
        """The text of a name of the program's ("run_status", "held"), or the name where it has none."""
        key = f"{family}.{name}"
        return self(key) if key in self else name

    def moment(self, moment: datetime) -> str:
        """A moment in Swedish time: 2026-11-22 14:05."""
        return f"{moment.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"

    def near(self, moment: datetime, at: datetime) -> str:
        """A moment in Swedish time, as people say it near the moment `at`: "i dag 14:05"."""
        local = moment.astimezone(STOCKHOLM)
        days = (local.date() - at.astimezone(STOCKHOLM).date()).days
        name = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)
        return self(f"time.{name}", clock=f"{local:%H:%M}") if name else self.moment(moment)

    def moment_exactly(self, moment: datetime) -> str:
        """… with seconds."""
        return f"{moment.astimezone(STOCKHOLM):%Y-%m-%d %H:%M:%S}"

    def span(self, seconds: float | timedelta) -> str:
        """A length of time in its two largest units: 3 min 20 s, 2 dygn 4 tim."""
        whole = seconds.total_seconds() if isinstance(seconds, timedelta) else float(seconds)
        whole = max(0.0, whole)
        if 0 < whole < 10:
            return f"{whole:.1f}".replace(".", ",") + "\N{NO-BREAK SPACE}s"
        parts: list[str] = []
        left = round(whole)
        for unit, name in ((_DAY, "dygn"), (_HOUR, "tim"), (_MINUTE, "min"), (1, "s")):
            if left >= unit or (unit == 1 and not parts):
                parts.append(f"{left // unit}\N{NO-BREAK SPACE}{name}")
                left %= unit
        return " ".join(parts[:2])

    def ago(self, moment: datetime, at: datetime) -> str:
        """How long ago a moment is: "för 3 min sedan"."""
        seconds = (at - moment).total_seconds()
        return self("time.now") if seconds < 10 else self("time.ago", span=self.span(seconds).split(" ")[0])

    def volume(self, size: int) -> str:
        """A volume of data: 240 kB, 1,2 MB, 3,4 GB."""
        if size == 0:
            return "0\N{NO-BREAK SPACE}kB"
        if size < 1_000_000_000:
            return self.size(size)
        return f"{size / 1_000_000_000:.1f}".replace(".", ",") + "\N{NO-BREAK SPACE}GB"
