"""Fetch the pages of agencies. Runs as a process of its own: `python -m crawler.fetch`. Only here is Scrapy.

Job, one JSON object on stdin:
    {"settings": {… CrawlSettings …}, "agencies": ["id", …], "urls": ["http://…", …]}
`agencies` are ids of the registry that settings.registry names. With `urls` (optional) only these addresses
are visited and no link is followed; `agencies` may then be left out.

Events, one JSON object a line on stdout; messages for people go to stderr:
    {"event": "progress", "agency": id, "run": 7, "outcomes": {"indexed": 12, …}, "queued": 40, "fetching": 1,
     "documents": 12, "requests": 15, "bytes": 812345, "host": "www.…", "seconds": 9.1}
        about once a second
    {"event": "finished", "agency": id, "run": 7, "status": "finished", "reason": "", …}
        status is finished, stopped or failed; with all keys of a progress event
    {"event": "error", "message": "…"}
        the job could not be started at all

SIGINT and SIGTERM end it cleanly: what was fetched is saved, the runs are marked stopped. Exit status: 0, 1
where a run failed, 2 where the job can't be understood.
"""
