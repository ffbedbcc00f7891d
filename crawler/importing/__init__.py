"""Bring other crawlers' WARC files into the page store. Runs as a process: `python -m crawler.importing`.

Job, one JSON object on stdin:
    {"settings": {… CrawlSettings …}, "files": ["/path/crawl.warc.gz", …]}

Events, one JSON object a line on stdout; messages for people go to stderr:
    {"event": "progress", "phase": "looking", "file": "crawl.warc.gz", "read": 812345, "size": 9123456,
     "records": 412, "pages": 120}
        a few times a second; phase is looking (which records are wanted), then reading (those that are)
    {"event": "run", "agency": id, "run": 7}
        an agency's run has begun
    {"event": "finished", "agency": id, "run": 7, "status": "finished", "reason": ""}
        it has ended: finished, held, stopped or failed
    {"event": "told", "records": 412, "skipped": {"request record": 200, …}, "faults": ["…", …]}
        once, at the end: how many records were no page to import, by the reason, and what is wrong with files
    {"event": "error", "message": "…"}
        nothing could be imported at all

SIGINT and SIGTERM end it cleanly: what was read is saved, the runs are marked stopped. Exit status: 0, 1
where a run failed, 2 where the job can't be started.
"""
