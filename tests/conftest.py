"""What do many tests share? The demo federation as the program serves it, and databases for page stores."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis
import pytest

from searchapi.settings import Settings
from tests.postgres import Cluster, server_programs

# Vectors come in the background, whenever they are done: the same words shall give the same hits. Tests of
# meaning say so in their settings.
os.environ.setdefault("MEDBORGARSOK_MEANING", "off")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell lets what it runs in the background ignore Ctrl-C, and what tests start inherits that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
for _size in ("COLUMNS", "LINES"):
    os.environ.pop(_size, None)  # a worker of the tests has them, and consoles would keep them for good
# How long an example takes says more of what else the machine does than of the code.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
ROOT = Path(__file__).resolve().parent.parent
REAL = ROOT.parent / "shared" / "real"
_START_SECONDS = 900  # a machine that does much else is slow to crawl


@dataclass
class Program:
    """`medborgarsok demo`, running: its pages' address, its settings, and what it printed."""

    url: str
    settings: Settings
    environment: dict[str, str]
    printed: list[str] = field(default_factory=list)

    def run(self, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run another command of the program over the same data."""
        return subprocess.run(
            [sys.executable, "-m", "searchapi.cli", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The demo federation as `make run` gives it: crawled, searchable, served. Ended by Ctrl-C."""
    folder = tmp_path_factory.mktemp("demo")
    demo_port, port = free_port(), free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MEDBORGARSOK_")},
        "MEDBORGARSOK_MEANING": "off",
        "MEDBORGARSOK_DATA_DIR": str(folder),
        "MEDBORGARSOK_DEMO_PORT": str(demo_port),
        "MEDBORGARSOK_PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        "COLUMNS": "100",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "searchapi.cli", "demo"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    printed: list[str] = []
    answered = threading.Event()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            printed.append(line)
            if re.search(r"answers on http", line):
                answered.set()
        answered.set()

    reader = threading.Thread(target=read, name="reads what the program prints")
    reader.start()
    try:
        assert answered.wait(_START_SECONDS), "".join(printed)
        assert process.poll() is None, "".join(printed)
        settings = Settings(
            data_dir=folder / "demo",
            registry=folder / "demo" / "agencies.toml",
            demo_port=demo_port,
            port=port,
            allow_private_addresses=True,
            meaning="off",
        )
        yield Program(f"http://127.0.0.1:{port}", settings, environment, printed)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            status = process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        reader.join(timeout=10)
        if process.stdout is not None:
            process.stdout.close()
    assert status in {0, 130}, f"Ctrl-C ended the program with status {status}:\n{''.join(printed)}"
    assert "Traceback" not in "".join(printed), "".join(printed)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL of the tests' own, started when the first test wants one."""
    programs = server_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server programs here: apt-get install postgresql")
    cluster = Cluster(programs)
    try:
        yield cluster
    finally:
        cluster.close()


@pytest.fixture
def postgres_url(postgres: Cluster) -> Iterator[str]:
    """An empty PostgreSQL database for this test: its SQLAlchemy URL."""
    with postgres.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty page store: the test runs once on each database that a store may lie in."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite3'}"
    url: str = request.getfixturevalue("postgres_url")
    return url
