"""How does the first citizen not pay for the start? What searches need is read before they come."""

import gc
import logging
import threading
from itertools import islice

from searchapi.errors import SearchApiError
from searchapi.highlight import learn_words
from searchapi.request import SearchRequest
from searchapi.search import SearchService
from searchapi.thesaurus import load_thesaurus

_log = logging.getLogger(__name__)
_SEARCHES = 120
_WORDS = 20_000
"""Nine in ten of the words on public pages are among so many; they take some 30 MB and a few seconds."""
_WORDS_AT_A_TIME = 50
_PAUSE = 0.005  # seconds
# Words of no language make the speller read the vocabulary, which it does at the first misspelling.
_MISSPELT = ("bygglåov", "förskkolla")
# One query of each kind reads what only such queries need.
_OF_EVERY_KIND = (
    "protokoll kommunstyrelsen 12 mars 2024", "riktlinjer för sponsring", "blankett", "ring växeln",
    "öppettider bibliotek", "how do I apply for childcare", "qxzzkv",
)  # fmt: skip


def warm_up(service: SearchService, stop: threading.Event) -> int:
    """Ask for what citizens ask for, and say how many searches that were; end early when `stop` is set.

    Word lists and the speller's tables are read, and words and pages that many will ask for are looked at.
    """
    done = 0
    named = (concept.preferred for concept in islice(load_thesaurus().concepts, _SEARCHES))
    for query in (*_MISSPELT, *_OF_EVERY_KIND, *named):
        if stop.is_set():
            break
        try:
            if not done:
                service.read_titles()
            service.search(SearchRequest(q=query))
        except SearchApiError as error:
            # There is no index yet, say: then there is nothing to warm either.
            _log.debug("not warmed up: %s", error)
            break
        done += 1
        # Whoever searches meanwhile goes first.
        stop.wait(_PAUSE)
    if done:
        _learn_words(service, stop)
    return done


def _learn_words(service: SearchService, stop: threading.Event) -> None:
    """Analyse the words that stand in most pages, which every snippet is full of."""
    words = iter(service.snapshot().frequent_words(_WORDS))
    while not stop.is_set() and (few := [word.text for word in islice(words, _WORDS_AT_A_TIME)]):
        learn_words(few)
        stop.wait(_PAUSE)


def settle() -> None:
    """Take what is in memory by now out of the garbage collector's sight, for a process that keeps it.

    A full collection walks through the thesaurus and the word lists, which stay until the end: that took a
    search in a hundred 0.2 s.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def settle_again() -> None:
    """The same, where it was done before: something large took the place of something else."""
    if gc.get_freeze_count():
        settle()


class WarmUp:
    """A warm-up in the background, which ends by itself, and at the latest with the program.

    For a service that lives as long as the process: what is warm then is taken out of the collector's sight.
    """

    def __init__(self, service: SearchService) -> None:
        """Begin."""
        self._service = service
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="warms the search up", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        warm_up(self._service, self._stop)
        if not self._stop.is_set():
            settle()

    def end(self) -> None:
        """End it, if it has not ended."""
        self._stop.set()
        self._thread.join(timeout=10)
