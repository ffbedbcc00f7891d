"""The command line of the demo's server: `python -m demo.server --port 8010`."""

import argparse

from demo.application import serve
from demo.federation import DEFAULT_PORT


def main() -> None:
    """The command line: `python -m demo.server --port 8010`."""
    parser = argparse.ArgumentParser(description="Serve the demo federation's sites on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    port = parser.parse_args().port
    try:
        serve(port)
    except OSError as error:
        parser.exit(
            2, f"demo.server: port {port} on 127.0.0.1 can't be had ({error.strerror}); choose another\n"
        )
    except KeyboardInterrupt:
        parser.exit()


if __name__ == "__main__":
    main()
