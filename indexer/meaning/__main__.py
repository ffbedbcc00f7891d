"""The process that gives pages their vectors: `python -m indexer.meaning`, a job on stdin.

Job, one JSON object: {"store_url": "sqlite:///…", "folder": null, "log_format": "plain"}, and the prefixes of
ModelChoice for a model in a folder. It works until SIGTERM or SIGINT, and lets others have the processor
first. Where the model can't be opened it says so once and waits: searches go on by words.
"""

import logging
import os
import sys
from pathlib import Path
from threading import Event

from crawler.errors import StoreError
from crawler.store import PageStore
from indexer.following import FollowingJob, begin
from indexer.meaning.choice import ModelChoice, open_model
from indexer.meaning.errors import MeaningError
from indexer.meaning.follow import VectorFollower
from indexer.meaning.interface import EmbeddingModel

_log = logging.getLogger(__name__)
_RETRY_SECONDS = 5.0
_MODEL_RETRY_SECONDS = 300.0
_NICE = 10


class Job(FollowingJob):
    """Which model gives the pages of which store their vectors."""

    folder: Path | None = None
    query_prefix: str = ""
    passage_prefix: str = ""


def main() -> int:
    """Work until told to stop. The exit status: 0, or 2 where the job can't be understood."""
    begun = begin(Job)
    if begun is None:
        return 2
    job, stop = begun
    os.nice(_NICE)
    model = _model(job, stop)
    while model is not None and not stop.is_set():
        try:
            with PageStore(job.store_url) as store:
                VectorFollower(store, model).run(stop)
        except StoreError as error:
            _log.error("%s; trying again in %.0f s", error, _RETRY_SECONDS)
            stop.wait(_RETRY_SECONDS)
    return 0


def _model(job: Job, stop: Event) -> EmbeddingModel | None:
    """The model, as soon as it can be opened; None where the process is to end before."""
    told = ""
    while not stop.is_set():
        try:
            return open_model(ModelChoice(job.folder, job.query_prefix, job.passage_prefix))
        except MeaningError as error:
            if str(error) != told:
                told = str(error)
                _log.error("pages get no vectors: %s", told)
            stop.wait(_MODEL_RETRY_SECONDS)
    return None


if __name__ == "__main__":
    sys.exit(main())
