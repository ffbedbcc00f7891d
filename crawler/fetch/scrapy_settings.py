"""Which of Scrapy's settings do we set? All whose defaults are unfit for polite, safe, wide crawling."""

from typing import Any

from crawler.settings import CrawlSettings

LARGEST_CONCURRENCY = 16
"""The most requests under way to one host that the registry allows (crawler.registry.Agency.concurrency)."""
DNS_SECONDS = 15.0


def scrapy_settings(settings: CrawlSettings) -> dict[str, Any]:
    """Scrapy's settings for a crawl. Delays, robots, redirects, retries and the frontier are our own.

    They are switched off here: Scrapy's robots middleware lets everything through when robots.txt fails, its
    redirects leave the agency's hosts, and its scheduler knows one queue for all.
    """
    ours = "crawler.fetch."
    return {
        "USER_AGENT": settings.user_agent,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/pdf,application/xml;q=0.9,*/*;q=0.5",
            "Accept-Language": "sv,en;q=0.5",
        },
        # Agencies side by side: every host has its own gate (crawler.fetch.politeness), nothing is shared.
        "CONCURRENT_REQUESTS": 0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": LARGEST_CONCURRENCY,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_DELAY_JITTER": 0,
        "ROBOTSTXT_OBEY": False,  # obeyed by crawler.fetch.robots, by RFC 9309
        "REDIRECT_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "RETRY_ENABLED": False,
        "COOKIES_ENABLED": False,
        "REFERER_ENABLED": False,
        "REFERRER_POLICY": "no-referrer",
        "HTTPCACHE_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "MEMUSAGE_ENABLED": False,
        "AUTOTHROTTLE_ENABLED": False,
        "HTTPPROXY_ENABLED": True,
        "COMPRESSION_ENABLED": True,
        "DOWNLOAD_TIMEOUT": settings.request_timeout,
        "DOWNLOAD_MAXSIZE": settings.max_body_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_HANDLERS": {
            "http": ours + "handler.BoundedHandler",
            "https": ours + "handler.BoundedHandler",
            "data": None,
            "file": None,
            "s3": None,
            "ftp": None,
        },
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # crawler.fetch.guard
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
            "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
            "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
            "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
            "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
            "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
        },
        "EXTENSIONS": {
            "scrapy.extensions.corestats.CoreStats": None,
            "scrapy.extensions.feedexport.FeedExporter": None,
            "scrapy.extensions.logstats.LogStats": None,
            "scrapy.extensions.memusage.MemoryUsage": None,
            "scrapy.extensions.telnet.TelnetConsole": None,
            "scrapy.extensions.closespider.CloseSpider": None,
            "scrapy.extensions.memdebug.MemoryDebugger": None,
            "scrapy.extensions.remote_control.RemoteControl": None,
            "scrapy.extensions.spiderstate.SpiderState": None,
            "scrapy.extensions.throttle.AutoThrottle": None,
        },
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "TWISTED_DNS_RESOLVER": ours + "resolver.GuardedResolver",
        "DNS_TIMEOUT": min(DNS_SECONDS, settings.request_timeout),
        "MEDBORGARSOK_ALLOW_PRIVATE": settings.allow_private_addresses,
        "LOG_ENABLED": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
        "LOG_LEVEL": "WARNING",
        "LOG_VERSIONS": [],
        "STATS_DUMP": False,
    }
