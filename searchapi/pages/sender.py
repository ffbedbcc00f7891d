"""Did a page of ours send a form? As far as the browser tells (W3C Fetch Metadata; Origin, RFC 6454)."""

from fastapi import Request

from searchapi.admin.door import is_own


def from_our_page(request: Request) -> bool:
    """Whether a page of ours sent the form, as far as the browser tells.

    What the browser itself says of the sender is enough: behind a proxy, we may not know our own name.
    """
    return request.headers.get("sec-fetch-site") == "same-origin" or is_own(request)
