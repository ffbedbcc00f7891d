"""What can go wrong with a request. Each error knows its HTTP status, code and a message to act on."""


class SearchApiError(Exception):
    """Base of every error that this package raises. `code` is for programs, the message for people."""

    status = 500
    code = "internal_error"

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


class BadRequestError(SearchApiError):
    """A parameter that can't be understood."""

    status = 400
    code = "bad_request"


class UnknownAgencyError(SearchApiError):
    """A municipality or agency that does not take part."""

    status = 404
    code = "unknown_agency"


class PageNotFoundError(SearchApiError):
    """A page or file that there is not."""

    status = 404
    code = "not_found"


class NotReadyError(SearchApiError):
    """The index or the store is not there yet."""

    status = 503
    code = "not_ready"


class QueryTooLongError(BadRequestError):
    """A query that is longer than the setting `max_query_length`."""

    code = "query_too_long"


class DataFolderError(SearchApiError):
    """The folder for the program's data can't be written."""


class SettingsError(SearchApiError):
    """The settings are not usable. `problems` holds every problem, each naming key, value and place."""

    code = "bad_settings"

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("the settings can't be used:\n" + "\n".join(f"  {problem}" for problem in problems))
