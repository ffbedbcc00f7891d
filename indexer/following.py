"""How does a process of the indexer begin, and when does it end? A job on stdin; SIGTERM or SIGINT."""

import logging
import signal
import sys
from threading import Event
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from crawler.logs import configure as configure_logs

_log = logging.getLogger(__name__)


class FollowingJob(BaseModel):
    """What every such process is told: which store to follow, and how to write its log."""

    model_config = ConfigDict(extra="forbid")

    store_url: str
    log_format: str = "plain"


_Job = TypeVar("_Job", bound=FollowingJob)


def begin(kind: type[_Job]) -> tuple[_Job, Event] | None:
    """The job, and what is set once the process is to end; None, and told, where it is not understood."""
    configure_logs()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        job = kind.model_validate_json(sys.stdin.read())
    except ValidationError as error:
        _log.error("the job is not understood: %s", error)
        return None
    configure_logs(job.log_format)
    return job, stop
