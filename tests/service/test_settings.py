"""The settings: where they come from, and what is refused before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifier.errors import UsageError
from service.settings import load_settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORTOLAN_SETTINGS", "PORTOLAN_PORT", "PORTOLAN_MODELS"):
        monkeypatch.delenv(name, raising=False)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "portolan.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_file_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, 'port = 9000\nprojects_per_call = 7\nallowed_hosts = ["tags.example.org"]\n')
    monkeypatch.setenv("PORTOLAN_SETTINGS", str(path))
    monkeypatch.setenv("PORTOLAN_PORT", "9001")
    settings = load_settings()
    assert (settings.port, settings.projects_per_call) == (9001, 7)
    assert "tags.example.org" in settings.hosts


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("colour = 1", "settings-invalid"),
        ("port = 'x'", "settings-invalid"),
        ("workers = 0", "settings-invalid"),
        ("port = ", "settings-invalid"),
        ("host = '0.0.0.0'", "settings-contradictory"),
        ("public_url = 'ftp://x'", "settings-contradictory"),
        ("public_url = 'https://x.example/path'", "settings-contradictory"),
        ("database_url = 'mysql://x'", "settings-contradictory"),
        ("upload_bytes = 2000", "settings-contradictory"),
        ("oidc_client_id = 'portolan'", "settings-contradictory"),
        ("database_url = 'postgresql+psycopg://u:changeme@h/d'", "settings-placeholder"),
        ("oidc_client_secret = '<your secret>'", "settings-placeholder"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(UsageError) as refused:
        load_settings(write(tmp_path, text))
    assert refused.value.code == code


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        load_settings(tmp_path / "none.toml")


def test_secrets_do_not_show(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, "database_url = 'postgresql+psycopg://u:zanzibar-77@h/d'"))
    assert "zanzibar" not in repr(settings)


def test_beyond_this_machine_it_wants_tls(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, "host = '0.0.0.0'\npublic_url = 'https://tags.example.org'"))
    assert settings.is_https
