"""Which faults has the fault server? Each by the name of its site or path, in the table at the end."""

import asyncio
import gzip
import socket
import struct
import zlib
from collections import Counter

from tests.integration.answers import Asked, Handler, links, page, plain, redirect, serve

_BOMB = gzip.compress(b"\0" * 200_000_000, 9)


async def _reset(_: Asked, writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _truncate(_: Asked, writer: asyncio.StreamWriter) -> None:
    body = page("Avbruten")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999\r\n\r\n" + body)
    writer.close()


async def _short_chunks(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    writer.write(b"100\r\n<html><title>Halv</title>")
    writer.close()


async def _hang(_: Asked, __: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


async def _drip(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b".")
        await writer.drain()
        await asyncio.sleep(0.05)


async def _garbage(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(bytes(range(256)) * 20)
    writer.close()


async def _endless(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><title>Utan slut</title>")
    while not writer.is_closing():
        writer.write(b"<p>Mer och mer och mer.</p>" * 1000)
        await writer.drain()


async def _endless_head(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    number = 0
    while not writer.is_closing():
        writer.write(b"".join(b"X-%d: %s\r\n" % (number + n, b"x" * 900) for n in range(50)))
        number += 50
        await writer.drain()


_SEEN: Counter[str] = Counter()


async def _flaky(asked: Asked, writer: asyncio.StreamWriter) -> None:
    key = asked.headers.get("host", "") + asked.path
    _SEEN[key] += 1
    if _SEEN[key] % 2:
        await plain(writer, b"oj", status="503 Service Unavailable")
    else:
        await plain(writer, page("Ostadig men framme"))


async def _unmodified(asked: Asked, writer: asyncio.StreamWriter) -> None:
    if asked.headers.get("if-none-match") == '"v1"':
        writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n')
    else:
        await plain(writer, page("Oförändrad", links("/barn")), headers='ETag: "v1"\r\n')


def _calendar(asked: Asked) -> bytes:
    year, _, month = asked.path.rpartition("=")[2].partition("-")
    following = int(year) * 12 + int(month)
    before = following - 2
    return page(
        f"Kalender {year}-{month}",
        links(
            f"/kalender?manad={following // 12}-{following % 12 + 1:02d}",
            f"/kalender?manad={before // 12}-{before % 12 + 1:02d}",
        ),
    )


async def _endless_calendar(asked: Asked, writer: asyncio.StreamWriter) -> None:
    await plain(writer, _calendar(asked))


async def _deeper(asked: Asked, writer: asyncio.StreamWriter) -> None:
    await plain(writer, page(f"Djupare {len(asked.path)}", '<a href="vidare/">Vidare</a>'))


async def _slow(_: Asked, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.4)
    await plain(writer, page("Långsam"))


async def _once_too_many(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """429 with Retry-After the first time that a path is asked for, then well."""
    key = asked.headers.get("host", "") + asked.path
    _SEEN[key] += 1
    if _SEEN[key] == 1:
        await plain(writer, b"", status="429 Too Many Requests", headers="Retry-After: 2\r\n")
    else:
        await plain(writer, page(f"Åter frisk {asked.path.strip('/')}"))


async def _cookie_wall(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Nothing without the cookie that it sets."""
    if "cookie" in asked.headers:
        await plain(writer, page("Bakom kakan"))
    else:
        await plain(
            writer, b"", status="302 Found", headers=f"Location: {asked.path}\r\nSet-Cookie: ja=1; Path=/\r\n"
        )


async def _too_long(_: Asked, writer: asyncio.StreamWriter) -> None:
    """More body than Content-Length says."""
    body = page("För lång")
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body + b"<p>mer</p>" * 1000)
    await writer.drain()
    writer.close()


async def _many_sitemaps(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """An index of 1,000 sitemaps of 50,000 addresses each."""
    if asked.path == "/sitemap.xml":
        inner = "".join(f"<sitemap><loc>/karta-{n}.xml</loc></sitemap>" for n in range(1000))
        body = f"<sitemapindex>{inner}</sitemapindex>"
    else:
        number = asked.path.removeprefix("/karta-").removesuffix(".xml")
        body = f"<urlset>{''.join(f'<url><loc>/{number}/{n}</loc></url>' for n in range(50_000))}</urlset>"
    await plain(writer, body.encode(), kind="application/xml")


def _soft_missing(title: str) -> Handler:
    """A site that says 200 to everything: a page for what there is, a page with this title for the rest."""
    missing = (
        f'<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f"<main><h1>{title}</h1><p>Kontrollera adressen, sök på webbplatsen eller ring kontaktcenter, så "
        "hjälper vi dig vidare till det som du letar efter.</p></main></body></html>"
    ).encode()

    async def handler(asked: Asked, writer: asyncio.StreamWriter) -> None:
        number = asked.path.removeprefix("/sida/")
        if asked.path == "/robots.txt" or asked.path.endswith(".xml"):
            await plain(writer, b"", status="404 Not Found")
        elif number in {"1", "2"}:
            await plain(writer, page(f"Riktig sida {number}", f"<p>Om ärende {number}: så gör du det.</p>"))
        elif asked.path == "/":
            await plain(writer, page("Mjuk kommun", links("/sida/1", "/sida/2", "/borttagen")))
        else:
            await plain(writer, missing)

    return handler


def _leading_to(target: str) -> Handler:
    """A site that redirects everything that it doesn't have."""

    async def handler(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if asked.path in {"/", target}:
            await plain(writer, page("Start", links("/sida", "/borttagen")))
        elif asked.path == "/sida":
            await plain(writer, page("Sida som finns"))
        elif asked.path == "/robots.txt" or asked.path.endswith(".xml"):
            await plain(writer, b"", status="404 Not Found")
        else:
            await plain(writer, b"", status="302 Found", headers=f"Location: {target}\r\n")

    return handler


async def _shell(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """An app: the same shell at every address."""
    if asked.path in {"/robots.txt", "/sitemap.xml"}:
        await plain(writer, b"", status="404 Not Found")
    else:
        await plain(writer, page("Appen", "<p>Appen behöver JavaScript.</p>"))


_ENTITIES = b"""<?xml version="1.0"?>
<!DOCTYPE urlset [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>/hemlig?&b;</loc></url></urlset>"""

_FAULTS = (
    "/flaky", "/reset", "/truncate", "/short-chunks", "/hang", "/drip", "/garbage", "/endless",
    "/endless-head", "/bomb", "/bad-gzip", "/500", "/404", "/410", "/401", "/403", "/204", "/loop-a", "/self",
    "/hops-0",
    "/moved", "/out", "/inside", "/login", "/nowhere", "/picture", "/bild.png", "/noindex", "/header-noindex",
    "/empty", "/long-line", "/too-long",
)  # fmt: skip

ROUTES: dict[str, Handler] = {
    # healthy: a good site of ten pages
    "healthy/robots.txt": serve(b"User-agent: *\nDisallow: /intern/\n", kind="text/plain"),
    "healthy/": serve(page("Frisk kommun", links(*(f"/sida/{n}" for n in range(10)), "/intern/hemligt"))),
    **{f"healthy/sida/{n}": serve(page(f"Frisk sida {n}")) for n in range(10)},
    # faults: a site whose front page links to every fault below
    "faults/": serve(page("Fel av alla slag", links(*_FAULTS))),
    "faults/barn": serve(page("Barn till den oförändrade")),
    # only500, hanging, resetting: sites where nothing works
    "only500/*": serve(b"oj", status="500 Internal Server Error"),
    "hanging/*": _hang,
    "resetting/*": _reset,
    "limited/": serve(page("Inte så fort", links("/429", "/429?sedan=1"))),
    # robots500: a good site whose robots.txt is broken; bigrobots: one without end
    "robots500/robots.txt": serve(b"", status="500 Internal Server Error"),
    "robots500/": serve(page("Ska inte hämtas")),
    "bigrobots/robots.txt": serve(b"User-agent: *\nDisallow: /stopp\n" + b"Allow: /a*b*c*d\n" * 60_000),
    "bigrobots/": serve(page("Stora robots", links("/stopp", "/kör"))),
    "bigrobots/k%C3%B6r": serve(page("Kör")),
    "bigrobots/stopp": serve(page("Ska inte hämtas")),
    # entities: a hostile sitemap beside a good one
    "entities/robots.txt": serve(b"Sitemap: /sitemap.xml\nSitemap: /bra.xml.gz\n", kind="text/plain"),
    "entities/sitemap.xml": serve(_ENTITIES, kind="application/xml"),
    "entities/bra.xml.gz": serve(
        gzip.compress(b"<urlset><url><loc>/ur-kartan</loc><lastmod>2026-11-01</lastmod></url></urlset>"),
        kind="application/gzip",
    ),
    "entities/": serve(page("Kartor")),
    "entities/ur-kartan": serve(page("Bara i kartan")),
    # hugerobots: ten megabytes of rules; dripping: robots.txt comes byte by byte
    "hugerobots/robots.txt": serve(b"User-agent: *\nDisallow: /stopp\n" + b"Allow: /a\n" * 1_000_000),
    "hugerobots/": serve(page("Väldiga robots", links("/stopp", "/kör"))),
    "hugerobots/k%C3%B6r": serve(page("Kör")),
    "dripping/robots.txt": _drip,
    # mapped: a good sitemap with its dates, behind an index
    "mapped/robots.txt": serve(b"Sitemap: /index.xml\n", kind="text/plain"),
    "mapped/index.xml": serve(
        b"<sitemapindex><sitemap><loc>/a.xml</loc></sitemap><sitemap><loc>/b.xml</loc></sitemap></sitemapindex>",
        kind="application/xml",
    ),
    **{
        f"mapped/{name}.xml": serve(
            b"<urlset>"
            + b"".join(b"<url><loc>/%d</loc><lastmod>2026-0%d-11</lastmod></url>" % (n, n) for n in numbers)
            + b"</urlset>",
            kind="application/xml",
        )
        for name, numbers in (("a", (1, 2)), ("b", (3, 4)))
    },
    # fiftymillion: a sitemap index of as many addresses; mapbomb: a sitemap that inflates to 200 MB
    "fiftymillion/": serve(page("Många kartor")),
    "fiftymillion/robots.txt": serve(b"", kind="text/plain"),
    "fiftymillion/sitemap.xml": _many_sitemaps,
    **{f"fiftymillion/karta-{n}.xml": _many_sitemaps for n in range(1000)},
    "mapbomb/": serve(page("Karta som sväller")),
    "mapbomb/sitemap.xml": serve(_BOMB, kind="application/gzip"),
    # paced: a site of pages whose robots.txt asks for a delay; slow: one that takes its time
    "paced/robots.txt": serve(b"User-agent: *\nCrawl-delay: 0.4\n", kind="text/plain"),
    "paced/": serve(page("I lagom takt", links(*(f"/sida/{n}" for n in range(5))))),
    **{f"paced/sida/{n}": serve(page(f"Lagom sida {n}")) for n in range(5)},
    "slow/": serve(page("Långsamma sidor", links(*(f"/sida/{n}" for n in range(6))))),
    **{f"slow/sida/{n}": _slow for n in range(6)},
    # recovering: too many requests once, then well again; unwell: 503 to all pages
    "recovering/": serve(page("Hämtar sig", links("/sida/1", "/sida/2"))),
    "recovering/sida/1": _once_too_many,
    "recovering/sida/2": serve(page("Frisk hela tiden")),
    "unwell/robots.txt": serve(b"", kind="text/plain"),
    "unwell/*": serve(b"", status="503 Service Unavailable"),
    "busy/robots.txt": serve(b"", kind="text/plain"),
    "busy/*": serve(b"", status="503 Service Unavailable", headers="Retry-After: 7200\r\n"),
    # securewell: a site by TLS (the others with certificates never get as far)
    "securewell/": serve(page("Säkert")),
    # cookies: nothing without one
    "cookies/robots.txt": serve(b"", kind="text/plain"),
    "cookies/sitemap.xml": serve(b"", status="404 Not Found"),
    "cookies/*": _cookie_wall,
    # soft404, softodd, tostart, tomissing, shell: ways to say that a page is not there
    "soft404/*": _soft_missing("Sidan finns inte"),
    "softodd/*": _soft_missing("Hoppsan, här var det tomt"),
    "tostart/*": _leading_to("/"),
    "tomissing/*": _leading_to("/404"),
    "shell/*": _shell,
    # endless: a calendar and a path without end
    "endless/": serve(page("Utan slut", links("/kalender?manad=2026-11", "/djup/"))),
    "endless/kalender": _endless_calendar,
    "endless/*": _deeper,
    # named faults, on any site
    "/reset": _reset,
    "/truncate": _truncate,
    "/short-chunks": _short_chunks,
    "/hang": _hang,
    "/drip": _drip,
    "/garbage": _garbage,
    "/endless": _endless,
    "/endless-head": _endless_head,
    "/too-long": _too_long,
    "/long-line": serve(page("Lång rad"), headers="X-Long: " + "x" * 70_000 + "\r\n"),
    "/bomb": serve(_BOMB, headers="Content-Encoding: gzip\r\n"),
    "/bad-gzip": serve(zlib.compress(b"x")[:5] * 9, headers="Content-Encoding: gzip\r\n"),
    "/flaky": _flaky,
    "/429": serve(b"", status="429 Too Many Requests", headers="Retry-After: 0\r\n"),
    "/500": serve(b"", status="500 Internal Server Error"),
    "/410": serve(b"", status="410 Gone"),
    "/401": serve(b"", status="401 Unauthorized"),
    "/403": serve(b"", status="403 Forbidden"),
    "/204": serve(b"", status="204 No Content"),
    "/loop-a": redirect("/loop-b"),
    "/loop-b": redirect("/loop-a"),
    "/self": redirect("/self"),
    **{f"/hops-{n}": redirect(f"/hops-{n + 1}") for n in range(20)},
    "/moved": redirect("/target", "301 Moved Permanently"),
    "/target": serve(page("Flyttad hit")),
    "/out": redirect("http://www.example.com/"),
    "/inside": redirect("http://10.0.0.1/"),
    "/login": redirect("https://idp.example.com/saml2/sso?SAMLRequest=x"),
    "/nowhere": redirect("javascript:alert(1)"),
    "/picture": serve(b"\x89PNG" + b"x" * 5000, kind="image/png"),
    "/noindex": serve(
        page("Visa inte", links("/efter-noindex"), head='<meta name="robots" content="noindex">')
    ),
    "/header-noindex": serve(page("Visa inte heller"), headers="X-Robots-Tag: noindex\r\n"),
    "/efter-noindex": serve(page("Länkad från en sida som inte visas")),
    "/unmodified": _unmodified,
    "/empty": serve(b""),
}
