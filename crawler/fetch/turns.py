"""Who crawls an agency now? One process at a time, so that its hosts are asked no faster than is promised.

The locks are the kernel's (flock), on files under the data folder: they end with the process.
"""

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from crawler.errors import CrawlerError, CrawlUnderWayError


@contextmanager
def turn(data_dir: Path, agencies: Iterable[str]) -> Iterator[None]:
    """Be the one that crawls these agencies while the block runs.

    Raise CrawlUnderWayError, naming those that another process crawls; then none is held.
    """
    folder = data_dir / "crawling"
    busy = []
    with ExitStack() as held:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for agency in agencies:
                file = held.enter_context((folder / f"{agency}.lock").open("w"))
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    busy.append(agency)
        except OSError as error:
            raise CrawlerError(f"the folder {folder} can't be written: {error}") from error
        if busy:
            raise CrawlUnderWayError(
                f"another process crawls {', '.join(busy)} already; wait until it is done, or stop it"
            )
        yield
