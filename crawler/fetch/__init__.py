"""Fetch the pages of agencies. Runs as a process of its own: `python -m crawler.fetch`. Only here is Scrapy.

Job, one JSON object on stdin; of the keys beside settings, one:
    {"settings": {… CrawlSettings …}, "agencies": ["id", …], "urls": ["http://…", …], "worker": true,
     "drain": true}
`agencies` are ids of the registry that settings.registry names: each is crawled, and the process ends. An
agency whose last run was broken off goes on with it. With `urls` only these addresses are visited and no link
is followed; `agencies` may then be left out. Requests for single URLs of these agencies that others write
into the store meanwhile (crawler.store.queue) are served too.

`worker`: look into the store again and again, crawl what is asked for there and the agencies whose schedule
says so, settings.agencies_at_once side by side, until asked to end. Where the registry's file changes and is
valid, the process ends too, with status 0: it is to be started anew. `drain`: serve what is asked for, and
end when nothing waits; schedules are not looked at.

Events, one JSON object a line on stdout; messages for people go to stderr:
    {"event": "progress", "agency": id, "run": 7, "outcomes": {"indexed": 12, …}, "queued": 40, "fetching": 1,
     "documents": 12, "requests": 15, "bytes": 812345, "host": "www.…", "seconds": 9.1}
        about once a second
    {"event": "finished", "agency": id, "run": 7, "status": "finished", "reason": "", …}
        a run is over, its status as in crawler.store.RunSummary; with all keys of a progress event
    {"event": "request", "request": 3, "status": "finished", "result": "indexed"}
        a recrawl request was served, or failed
    {"event": "error", "message": "…"}
        the job could not be started at all

SIGINT and SIGTERM end it cleanly: what was fetched is saved; runs of a worker are marked paused and go on
with the next worker, others are marked stopped. What a process leaves open that was killed is made good by
whichever looks next (crawler.store.leases). Exit status: 0, 1 where a run failed (not of a worker), 2 where
the job can't be started.
"""
