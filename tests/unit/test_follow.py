"""Do the store's changes reach the index, each once, whatever happens on the way?"""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl, DocumentRecord, RequestedUrl
from crawler.store import PageStore, Visit
from indexer import (
    IndexFollower,
    IndexLockedError,
    IndexUnavailableError,
    IndexWriteError,
    open_engine,
    rebuild,
)
from indexer.engine import Alternative, Clause, Plan
from indexer.follow import BATCH, portion_of
from indexer.tantivy_engine import TantivyEngine

_NOW = datetime(2026, 11, 20, 4, 10, tzinfo=UTC)
_ROOT = Path(__file__).parents[2]


def _url(number: int) -> CanonicalUrl:
    return CanonicalUrl(f"https://www.norrvik.example/{number}")


def _put(store: PageStore, numbers: range, text: str = "Så här gör du.") -> None:
    run = store.begin_run("norrvik", _NOW)
    visits = []
    for number in numbers:
        record = DocumentRecord(
            url=_url(number),
            requested_url=RequestedUrl(_url(number)),
            agency="norrvik",
            host="www.norrvik.example",
            title=f"Sida {number}",
            text=text,
            fetched=_NOW,
            checked=_NOW,
        )
        visits.append(
            Visit(
                url=record.url,
                agency="norrvik",
                outcome=Outcome.INDEXED,
                at=_NOW,
                http_status=200,
                canonical_url=record.url,
                record=record,
            )
        )
    store.save_visits(run, visits)
    store.finish_run(run, "finished", _NOW)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PageStore]:
    with PageStore(f"sqlite:///{tmp_path / 'store.sqlite3'}") as opened:
        yield opened


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def _follow(store: PageStore, index: Path) -> int:
    done = 0
    with IndexFollower(store, index) as follower:
        while count := follower.step():
            done += count
    return done


def _urls(index: Path) -> list[str]:
    snapshot = open_engine(index).snapshot()
    matches = snapshot.match(Plan(clauses=(), candidates=1000))
    assert matches.total == snapshot.documents
    return sorted(document.record.url for document in snapshot.fetch([c.key for c in matches.candidates]))


def _found(index: Path, word: str) -> int:
    return open_engine(index).snapshot().match(Plan(clauses=(Clause((Alternative(word),)),))).total


def test_changes_become_searchable_step_by_step(store: PageStore, index: Path) -> None:
    _put(store, range(3))
    with IndexFollower(store, index) as follower:
        assert follower.step() == 3
        assert follower.step() == 0
        engine = open_engine(index)
        assert engine.snapshot().documents == 3
        _put(store, range(2, 5), text="Nu med solceller.")
        store.remove(_url(0), "gone")
        assert follower.step() == 4
        assert follower.revision == store.revision()
        assert engine.snapshot().documents == 4
    assert _urls(index) == [_url(number) for number in (1, 2, 3, 4)]
    assert _found(index, "solcell") == 3


def test_more_than_a_batch_comes_in_several_commits(store: PageStore, index: Path) -> None:
    assert _follow(store, index) == 0
    _put(store, range(BATCH + 50))
    with IndexFollower(store, index) as follower:
        assert [follower.step(), follower.step(), follower.step()] == [BATCH, 50, 0]
    assert open_engine(index).snapshot().documents == BATCH + 50


def test_a_follower_goes_on_where_the_last_one_stopped(store: PageStore, index: Path) -> None:
    _put(store, range(4))
    assert _follow(store, index) == 4
    assert _follow(store, index) == 0
    _put(store, range(4, 5))
    assert _follow(store, index) == 1
    assert len(_urls(index)) == 5


def test_killed_between_the_commit_and_remembering_it_nothing_is_doubled(
    store: PageStore, index: Path
) -> None:
    _put(store, range(3))
    _follow(store, index)
    (state,) = index.glob("g*/state.json")
    before = state.read_text()
    _put(store, range(6))
    store.remove(_url(1), "gone")
    _follow(store, index)
    state.write_text(before)  # as a process leaves it that is killed right after Tantivy's commit
    assert _follow(store, index) == 6
    assert _urls(index) == [_url(number) for number in (0, 2, 3, 4, 5)]


_FOLLOW_FOR_EVER = """
import sys
from pathlib import Path
from crawler.store import PageStore
from indexer import follow
follow.BATCH = 7
with PageStore(sys.argv[1]) as store, follow.IndexFollower(store, Path(sys.argv[2])) as follower:
    while True:
        follower.step()
        print(follower.revision, flush=True)
"""


@pytest.mark.parametrize("lines", [1, 3, 5])
def test_killed_at_any_moment_nothing_is_lost_or_doubled(store: PageStore, index: Path, lines: int) -> None:
    _follow(store, index)
    _put(store, range(60))
    command = [sys.executable, "-c", _FOLLOW_FOR_EVER, store.url, str(index)]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(lines):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    _follow(store, index)
    assert _urls(index) == sorted(_url(number) for number in range(60))


def test_only_one_process_writes(store: PageStore, index: Path) -> None:
    with IndexFollower(store, index):
        with pytest.raises(IndexLockedError):
            IndexFollower(store, index)
        with pytest.raises(IndexLockedError):
            rebuild(store, index)
    assert rebuild(store, index) == 0


def test_rebuilding_makes_a_new_generation_and_removes_the_old(store: PageStore, index: Path) -> None:
    _put(store, range(3))
    _follow(store, index)
    engine = open_engine(index)
    old = engine.snapshot()
    seen: list[tuple[int, int]] = []
    assert rebuild(store, index, lambda done, known: seen.append((done, known))) == 3
    assert seen == [(3, 3)]
    assert [folder.name for folder in index.glob("g*")] == ["g000002"]
    new = engine.snapshot()
    assert new is not old
    assert new.documents == 3
    assert old.match(Plan(clauses=(Clause((Alternative("sida"),)),))).total == 3
    assert _follow(store, index) == 0


def test_an_index_that_is_built_anew_is_one_segment(
    store: PageStore, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.follow.BATCH", 5)
    _put(store, range(80))
    assert rebuild(store, index) == 80
    engine = TantivyEngine(index)
    assert engine.snapshot().documents == 80
    assert engine.snapshot().searcher.num_segments == 1


@pytest.mark.parametrize("documents", [0, 1, 7, 5_000, 100_000, 134_400, 134_401, 200_000, 1_000_000])
def test_portions_are_as_many_as_are_merged_by_eights(documents: int) -> None:
    portion = portion_of(documents)
    commits = -(-documents // portion)
    assert portion <= 16_800
    if documents >= 5_000:
        assert commits in {8, 64, 512, 4096}
        # What eight small ones become must be no small one itself, or it would be merged with them again.
        assert commits == 8 or portion * 8 > 16_800


@pytest.mark.parametrize("harm", ["version", "state", "meta", "segment_list", "segment", "current", "folder"])
def test_an_index_of_no_use_is_rebuilt_by_itself(store: PageStore, index: Path, harm: str) -> None:
    _put(store, range(3))
    _follow(store, index)
    (folder,) = index.glob("g*")
    if harm == "version":
        (folder / "state.json").write_text(json.dumps({"format": "0.0.0", "revision": 3}))
        with pytest.raises(IndexUnavailableError):
            open_engine(index).snapshot()
    elif harm == "state":
        (folder / "state.json").write_bytes(b"\xff\x00{")
    elif harm == "meta":
        (folder / "meta.json").write_text("{")
        with pytest.raises(IndexUnavailableError):
            open_engine(index).snapshot()
    elif harm == "segment_list":
        (folder / "meta.json").unlink()
    elif harm == "segment":
        terms = max(folder.glob("*.term"), key=lambda path: path.stat().st_size)
        # Put another file in its place: cutting one that is still mapped into memory kills the process.
        (folder / "empty").write_bytes(b"")
        (folder / "empty").replace(terms)
        with pytest.raises(IndexUnavailableError):
            open_engine(index).snapshot()
    elif harm == "current":
        (index / "CURRENT").write_text("../../etc")
    else:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
    assert _follow(store, index) == 3
    assert len(_urls(index)) == 3
    assert len(list(index.glob("g*"))) == 1


def test_an_index_that_knows_more_than_its_store_is_rebuilt(tmp_path: Path, index: Path) -> None:
    with PageStore(f"sqlite:///{tmp_path / 'one.sqlite3'}") as one:
        _put(one, range(5))
        _follow(one, index)
    with PageStore(f"sqlite:///{tmp_path / 'other.sqlite3'}") as other:
        _put(other, range(2))
        _follow(other, index)
    assert len(_urls(index)) == 2


def test_without_an_index_there_is_a_clear_error(index: Path) -> None:
    with pytest.raises(IndexUnavailableError, match="rebuild"):
        open_engine(index).snapshot()


_DISK_FULL = """
import resource, sys
from pathlib import Path
from crawler.store import PageStore
from indexer import IndexFollower, IndexWriteError, open_engine
with PageStore(sys.argv[1]) as store, IndexFollower(store, Path(sys.argv[2])) as follower:
    follower._open()
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, hard))
    failures = 0
    for _ in range(2):
        try:
            follower.step()
        except IndexWriteError:
            failures += 1
    assert open_engine(Path(sys.argv[2])).snapshot().documents == 3
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    print(failures, follower.step(), follower.step())
"""


def test_a_full_disk_loses_nothing_and_the_next_step_tries_again(store: PageStore, index: Path) -> None:
    _put(store, range(3))
    _follow(store, index)
    _put(store, range(3, 40), text="En lång text om bygglov och altaner. " * 50)
    command = [sys.executable, "-c", _DISK_FULL, store.url, str(index)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.split() == ["2", "37", "0"], done.stderr
    assert len(_urls(index)) == 40


_DISK_FULL_REBUILD = """
import resource, sys
from pathlib import Path
from crawler.store import PageStore
from indexer import IndexWriteError, rebuild
with PageStore(sys.argv[1]) as store:
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, hard))
    try:
        rebuild(store, Path(sys.argv[2]))
    except IndexWriteError:
        print("refused")
"""


def test_a_rebuild_on_a_full_disk_leaves_the_old_index(store: PageStore, index: Path) -> None:
    _put(store, range(3))
    _follow(store, index)
    command = [sys.executable, "-c", _DISK_FULL_REBUILD, store.url, str(index)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.split() == ["refused"], done.stderr
    assert [folder.name for folder in index.glob("g*")] == ["g000001"]
    assert len(_urls(index)) == 3


def test_a_folder_that_cant_be_written_says_so(store: PageStore, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file stands where the folder should be, which not even root can write into")
    with pytest.raises(IndexWriteError):
        IndexFollower(store, taken / "index")


def test_an_index_folder_that_is_a_file_says_so(store: PageStore, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexWriteError):
        IndexFollower(store, tmp_path / "file" / "index")


def test_running_follows_until_told_to_stop(store: PageStore, index: Path) -> None:
    _put(store, range(5))
    stop = Event()
    seen: list[tuple[int, int]] = []

    def progress(done: int, revision: int) -> None:
        seen.append((done, revision))
        if done < 7:
            _put(store, range(5, 7))
        else:
            stop.set()

    with IndexFollower(store, index) as follower:
        follower.run(stop, progress)
    assert seen[0] == (5, 5)
    assert seen[-1] == (7, 7)
    assert len(_urls(index)) == 7


def test_an_index_that_is_taken_away_is_built_anew(store: PageStore, index: Path) -> None:
    _put(store, range(3))
    with IndexFollower(store, index) as follower:
        assert (follower.step(), follower.step()) == (3, 0)
        shutil.rmtree(index)
        assert (follower.step(), follower.step()) == (0, 3)
        assert len(_urls(index)) == 3
