"""docs/service.md names every call, shows it with curl and Python, and states every default as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import SecretStr
from serving_case import make_case

from service.api.app import create_app
from service.settings import Settings

DOCS = (Path(__file__).parents[2] / "docs" / "service.md").read_text("utf-8")


def shown(value: object) -> str:
    plain = value.get_secret_value() if isinstance(value, SecretStr) else value
    if plain in ("", None, ()):
        return "(empty)"
    return str(plain).lower() if isinstance(plain, bool) else str(plain)


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_stands_there_with_its_default_and_help(name: str) -> None:
    field = Settings.model_fields[name]
    assert f"| `{name}` | `{shown(field.default)}` | {field.description} |" in DOCS


def test_every_call_is_shown_with_curl_and_with_python(tmp_path: Path) -> None:
    curls = re.sub(r"\$JOB", "{job_id}", "\n".join(re.findall(r"```bash\n(.*?)```", DOCS, re.DOTALL)))
    for path in create_app(make_case(tmp_path).settings).openapi()["paths"]:
        assert re.search(re.escape(path) + r"[\s'?]", curls), path
        last = path.rsplit("/", 1)[-1]
        pythons = "\n".join(re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)).replace("{job['id']}", "{job_id}")
        assert last in pythons, path
