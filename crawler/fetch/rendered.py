"""Which pages run through a browser before they are read? What the registry says of the agency decides."""

from collections.abc import Mapping
from dataclasses import replace

from crawler.fetch.download import Answer, Failed
from crawler.fetch.host import Host
from crawler.fetch.render import HTML_TYPE, Renderer
from crawler.fetch.shell import needs_rendering
from crawler.fetch.visiting import Fetched
from crawler.outcomes import Outcome
from crawler.registry import Agency, Render, host_of

_HTML = ("text/html", "application/xhtml+xml")


async def rendered(
    fetched: Fetched, agency: Agency, renderer: Renderer, hosts: Mapping[str, Host]
) -> Fetched:
    """A fetched page as its scripts make it, where it is one that needs them; else as it came.

    `hosts`: the agency's hosts that the run talks to; the page's scripts are asked for through them.
    """
    kind = fetched.answer.headers.get("content-type", "text/html").partition(";")[0].strip().lower()
    if agency.render is Render.NEVER or kind not in _HTML:
        return fetched
    body = fetched.answer.body
    if agency.render is Render.WHEN_EMPTY and not needs_rendering(
        body, fetched.answer.headers.get("content-type", "")
    ):
        return fetched

    async def fetch(url: str) -> Answer | Failed:
        host = hosts.get(host_of(url))
        if host is None or not agency.owns(url):
            return Failed(Outcome.OFF_HOST, "not a host that is being crawled")
        if not (await host.rules(url)).allows(url):
            return Failed(Outcome.ROBOTS_DENIED, "robots.txt disallows it")
        return await host.get(url, any_type=True)

    made = await renderer.render(fetched.page.url, fetched.answer, fetch, owns=agency.owns)
    if made.problem and made.body == body:
        return fetched
    headers = {**fetched.page.headers, "content-type": HTML_TYPE}
    # What the scripts show may change while the page that brings them stays: it is read whole each time.
    visit = replace(fetched.visit, etag="", last_modified="")
    return replace(fetched, visit=visit, page=replace(fetched.page, body=made.body, headers=headers))
