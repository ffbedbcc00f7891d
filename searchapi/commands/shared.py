"""What do all commands share? The consoles, the settings, and the option --demo."""

from typing import Annotated

import typer
from rich.console import Console

import demo
from searchapi.errors import DataFolderError
from searchapi.settings import Settings, load_settings

console = Console()
errors = Console(stderr=True)

OfDemo = Annotated[bool, typer.Option("--demo", help="Use the demo federation's registry, store and index.")]


def settings_for(of_demo: bool = False) -> Settings:
    """The settings; those of the demo federation, whose registry is written where it is not there."""
    settings = load_settings()
    if not of_demo:
        return settings
    folder = settings.data_dir / "demo"
    registry = folder / "agencies.toml"
    written = demo.registry_text(settings.demo_port)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not registry.is_file() or registry.read_text("utf-8") != written:
            beside = registry.with_suffix(".new")
            beside.write_text(written, "utf-8")
            beside.replace(registry)  # whole at any moment: another command may be reading it
    except (OSError, UnicodeDecodeError) as error:
        raise DataFolderError(f"the data folder {folder} can't be used: {error}") from error
    return settings.model_copy(
        update={
            "data_dir": folder,
            "registry": registry,
            "database_url": "",
            "allow_private_addresses": True,
        }
    )
