"""Do settings come from where they should, and do bad ones say what is wrong?"""

from pathlib import Path

import pytest

from searchapi.errors import SettingsError
from searchapi.settings import load_settings


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MEDBORGARSOK_SETTINGS", raising=False)


def test_defaults_need_no_file() -> None:
    settings = load_settings()
    assert (settings.host, settings.port, settings.language) == ("127.0.0.1", 8000, "sv")
    assert settings.store_url == "sqlite:///var/store.sqlite3"


def test_environment_wins_over_file_and_argument_over_both(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("medborgarsok.toml").write_text('port = 8100\ndemo_port = 8101\ndata_dir = "here"\n')
    monkeypatch.setenv("MEDBORGARSOK_PORT", "8200")
    settings = load_settings(data_dir=Path("there"))
    assert (settings.port, settings.demo_port, settings.data_dir) == (8200, 8101, Path("there"))


def test_the_file_can_lie_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("port = 8300\n")
    monkeypatch.setenv("MEDBORGARSOK_SETTINGS", str(tmp_path / "other.toml"))
    assert load_settings().port == 8300


def test_a_named_file_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDBORGARSOK_SETTINGS", "nowhere.toml")
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        load_settings()


def test_bad_values_are_all_named_with_key_value_and_place(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("medborgarsok.toml").write_text("request_timeout = -3\nporrt = 8000\n")
    monkeypatch.setenv("MEDBORGARSOK_PORT", "åttatusen")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    told = caught.value.message
    assert "environment variable MEDBORGARSOK_PORT = 'åttatusen'" in told
    assert "medborgarsok.toml: request_timeout = -3" in told
    assert "medborgarsok.toml: porrt = 8000: there is no such setting" in told


@pytest.mark.parametrize("content", [b"port = = 1", b"port = '\xff'"])
def test_a_broken_file_is_told(content: bytes) -> None:
    Path("medborgarsok.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"medborgarsok\.toml"):
        load_settings()


def test_public_url_is_absolute_and_without_slash() -> None:
    assert load_settings(public_url="https://sok.example/").public_url == "https://sok.example"
    with pytest.raises(SettingsError, match=r"public_url = .sok\.example."):
        load_settings(public_url="sok.example")
