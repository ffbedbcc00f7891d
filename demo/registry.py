"""Who takes part in the demo? The registry file, with the port that the server listens on."""

import re
from pathlib import Path

AGENCIES = Path(__file__).parent / "agencies.toml"
_ADDRESS = re.compile(r"(https?://[a-z0-9.-]+\.localhost)(?::\d+)?")


def registry_text(port: int = 8010) -> str:
    """The text of the demo's agencies.toml with every address at the given port."""
    suffix = "" if port == 80 else f":{port}"
    return _ADDRESS.sub(rf"\g<1>{suffix}", AGENCIES.read_text("utf-8"))
