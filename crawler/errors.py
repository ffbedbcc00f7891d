"""What can go wrong inside the crawler that is not a site's fault (those are outcomes, see outcomes.py)."""


class CrawlerError(Exception):
    """Base of every error that this package raises; the message says what to do."""


class RegistryError(CrawlerError):
    """The registry of agencies is not usable. `problems` holds every problem, each with its place."""

    def __init__(self, path: str, problems: list[str]) -> None:
        self.path = path
        self.problems = problems
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__(f"{path}: {count}\n" + "\n".join(f"  {problem}" for problem in problems))


class UnknownAgencyError(CrawlerError):
    """An agency id that the registry does not have."""


class CrawlUnderWayError(CrawlerError):
    """An agency that another process is crawling."""


class AssignmentError(CrawlerError):
    """Something is to be crawled that no agency of the registry has."""


class CrawlEndedError(CrawlerError):
    """A crawl that ended before it came to what somebody asked it for."""


class StoreError(CrawlerError):
    """The page store can't be opened, read or written. Nothing committed is lost."""


class InvalidUrlError(CrawlerError, ValueError):
    """A string that is not an absolute http or https URL."""
