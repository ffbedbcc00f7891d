"""Under which address do others reach us? For what is copied elsewhere: tags, feeds, descriptions."""

from fastapi import Request

from searchapi.settings import Settings


def public_address(request: Request) -> str:
    """The setting `public_url`, or else the origin that the request came to; without a slash at the end."""
    settings: Settings = request.app.state.settings
    return settings.public_url or f"{request.url.scheme}://{request.url.netloc}"
