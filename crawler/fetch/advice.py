"""What should a person know about a host, and what can be done about it? The warnings of a run."""

_ADVICE = {
    "robots_unreachable": "{host}: nothing was fetched, because robots.txt can't be read ({detail}). Let the "
    "site's operator make it answer 200, or 404 where there is none",
    "robots_too_large": "{host}: robots.txt is larger than {detail} bytes; what comes after was not read "
    "(RFC 9309, section 2.5). Tell the site's operator",
    "sitemap_broken": "{host}: a sitemap can't be used, {detail}. Pages that only it names are not found; "
    "tell the site's operator",
    "sitemap_too_large": "{host}: the sitemaps were not read to their end, {detail}. See whether they name "
    "only pages of the site, and raise max_pages in the registry if they do",
    "sitemap_not_trusted": "{host}: the sitemap's dates (lastmod) don't say when pages change, {detail}. "
    "Pages are asked for instead, which costs more requests; tell the site's operator",
    "certificate": "{host}: {detail}, so nothing was fetched. Let the site's operator renew or repair it",
    "slow": "{host}: answers take {detail} s, and it was asked the less for it. See whether the site is "
    "well, or move the crawl to the night (schedule in the registry)",
    "rate_limited": "{host}: says that it gets too many requests ({detail}). Raise delay in the registry, "
    "or ask the site's operator to let our user agent in",
    "down": "{host}: was given up for this run, {detail}. See whether the site is well",
}


def warning(code: str, host: str, detail: str) -> dict[str, str]:
    """A row of a run's warnings: the code, and a message that says what to do. `detail` may be the site's."""
    message = _ADVICE[code].format(host=host, detail=detail[:300])
    return {"code": code, "host": host, "message": message}
