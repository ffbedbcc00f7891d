"""Are terminals set up as their file or address says, and is every mistake told with its place?"""

import os
from pathlib import Path

import pytest

from searchapi.errors import BadRequestError
from searchapi.pages.terminal.asked import Look, View, look_of, read_asked
from searchapi.pages.terminal.codes import MOST, code
from searchapi.terminals import (
    Colours,
    Terminal,
    TerminalAddressError,
    TerminalsError,
    TerminalsFile,
    UnknownTerminalError,
    address_parameters,
    load_terminals,
    terminal_from_address,
)
from tests.integration.small_federation import registry

REGISTRY = registry()


def _file(folder: Path, text: str) -> Path:
    path = folder / "terminals.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_file_of_terminals(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        '[[terminal]]\nid = "bibliotek-1"\nmunicipality = "9901"\nplace = "Stadsbiblioteket, plan 1"\n'
        'language = "fi"\ncolours = "dark"\nopen_external = true\n\n[[terminal]]\nid = "hall"\n',
    )
    terminals = load_terminals(path, REGISTRY)
    assert terminals["bibliotek-1"] == Terminal(
        id="bibliotek-1",
        municipality="ekdal",
        place="Stadsbiblioteket, plan 1",
        language="fi",
        colours=Colours.DARK,
        open_external=True,
    )
    assert terminals["hall"].municipality == ""
    assert address_parameters(terminals["bibliotek-1"]) == {}, "its address is its id"


def test_every_mistake_of_a_file_is_told_with_its_line(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        'colour = 1\n[[terminal]]\nid = "a"\nmunicipality = "atlantis"\n\n'
        '[[terminal]]\nid = "B!"\ntext_size = 9\nwarning_seconds = 5\nplase = "x"\n\n'
        '[[terminal]]\nplace = "y"\n\n[[terminal]]\nid = "c"\n[[terminal]]\nid = "c"\n',
    )
    with pytest.raises(TerminalsError) as caught:
        load_terminals(path, REGISTRY)
    told = caught.value.message
    for part in (
        "unknown key 'colour'",
        "line 2: terminal 'a': municipality: 'atlantis' is none of those that take part: ekdal, mark-by",
        "line 6: terminal 'B!': id:",
        "text_size:",
        "warning_seconds:",
        "plase: Extra inputs",
        "line 12: terminal 3: id: is missing",
        "line 17: terminal id 'c' is used twice",
    ):
        assert part in told, part


@pytest.mark.parametrize("text", ["[[terminal]\n", "terminal = 3\n", "terminal = [1]\n", "\x00"])
def test_what_is_no_file_of_terminals_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(TerminalsError, match=r"terminals\.toml"):
        load_terminals(_file(tmp_path, text), REGISTRY)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(TerminalsError, match="cannot be read"):
        TerminalsFile(tmp_path / "none.toml").terminal("a", REGISTRY)
    with pytest.raises(UnknownTerminalError):
        TerminalsFile(None).terminal("a", REGISTRY)


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    path = _file(tmp_path, '[[terminal]]\nid = "a"\nplace = "Hallen"\n')
    terminals = TerminalsFile(path)
    assert terminals.terminal("a", REGISTRY).place == "Hallen"
    path.write_text('[[terminal]]\nid = "a"\nplace = "Entrén"\n', "utf-8")
    os.utime(path, (1, 1))
    assert terminals.terminal("a", REGISTRY).place == "Entrén"
    with pytest.raises(UnknownTerminalError):
        terminals.terminal("b", REGISTRY)
    path.write_text("[[terminal]\n", "utf-8")
    assert terminals.terminal("a", REGISTRY).place == "Entrén", "a mistake closes no terminal"
    path.unlink()
    assert terminals.terminal("a", REGISTRY).place == "Entrén"


def test_an_address_describes_a_terminal_and_comes_back() -> None:
    given = {"kommun": "Ekdals kommun", "plats": " Hallen ", "oppna": "1", "tangentbord": "0", "vila": "120"}
    terminal = terminal_from_address(given, "en", REGISTRY)
    assert terminal == Terminal(
        municipality="ekdal",
        place="Hallen",
        language="en",
        open_external=True,
        keyboard=False,
        idle_seconds=120,
    )
    written = {name: str(value) for name, value in address_parameters(terminal).items()}
    assert terminal_from_address(written, "sv", REGISTRY) == terminal


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"kommun": "atlantis"}, {"kommun"}),
        ({"kommun": "region-skog"}, {"kommun"}),
        ({"komun": "ekdal", "text": "4", "oppna": "kanske"}, {"komun", "text", "oppna"}),
        ({"plats": "a" * 81}, {"plats"}),
        ({"plats": "a\u202eb"}, {"plats"}),
        ({"varning": "19"}, {"varning"}),
        ({"q": "min hemliga fråga"}, {"q"}),
        ({"sprak": "de", "farger": "rosa"}, {"sprak", "farger"}),
    ],
)
def test_every_mistake_of_an_address_is_told(given: dict[str, str], wrong: set[str]) -> None:
    with pytest.raises(TerminalAddressError) as caught:
        terminal_from_address(given, "sv", REGISTRY)
    assert set(caught.value.wrong) == wrong


def test_a_form_says_what_is_asked_for() -> None:
    terminal = Terminal(text_size=2, keyboard=False)
    assert read_asked({}, terminal).look == look_of(terminal)
    asked = read_asked(
        {
            "sida": "traffar",
            "q": " lov ",
            "flik": "forms",
            "nr": "2",
            "text": "1",
            "andra": "farger=dark",
        },
        terminal,
    )
    assert (asked.view, asked.q, asked.tab, asked.page) == (View.RESULTS, "lov", "forms", 2)
    assert asked.look == Look(text=1, colours=Colours.DARK, keyboard=False)
    assert read_asked({"sida": "traffar", "q": "  "}, terminal).view is View.START


@pytest.mark.parametrize(
    "form",
    [
        {"sida": "admin"},
        {"text": "4"},
        {"farger": "rosa"},
        {"andra": "text=stor"},
        {"flik": "alla"},
        {"nr": "0"},
        {"nr": "1e3"},
    ],
)
def test_what_no_button_sends_is_refused(form: dict[str, str]) -> None:
    with pytest.raises(BadRequestError):
        read_asked(form, Terminal())


def test_an_address_too_long_for_a_telephone_has_no_code() -> None:
    assert code("https://www.ekdal.example/" + "a" * MOST) is None
    assert code("") is None
    drawn = code('https://www.ekdal.example/"><script>')
    assert drawn is not None
    assert drawn.startswith("<svg")
    assert "script" not in drawn
