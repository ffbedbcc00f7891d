"""The process that keeps an index up with the page store: `python -m indexer`, a job on stdin.

Job, one JSON object: {"store_url": "sqlite:///…", "index_dir": "…", "log_format": "plain"}. It follows
until SIGTERM or SIGINT. Where another process writes the index already, it waits for its turn.
"""

import logging
import sys
from pathlib import Path

from crawler.errors import StoreError
from crawler.store import PageStore
from indexer.errors import IndexLockedError, IndexWriteError
from indexer.follow import IndexFollower
from indexer.following import FollowingJob, begin

_log = logging.getLogger(__name__)
_TURN_SECONDS = 2.0
_RETRY_SECONDS = 5.0


class Job(FollowingJob):
    """Which index to keep up with which store."""

    index_dir: Path


def main() -> int:
    """Follow until told to stop. The exit status: 0, or 2 where the job can't be understood."""
    begun = begin(Job)
    if begun is None:
        return 2
    job, stop = begun
    while not stop.is_set():
        try:
            with PageStore(job.store_url) as store, IndexFollower(store, job.index_dir) as follower:
                follower.run(stop)
        except IndexLockedError:
            stop.wait(_TURN_SECONDS)
        except (StoreError, IndexWriteError) as error:
            _log.error("%s; trying again in %.0f s", error, _RETRY_SECONDS)
            stop.wait(_RETRY_SECONDS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
