"""Builds tiny invented records for the tests of the corpus and of the evaluation."""

from __future__ import annotations

import json
from pathlib import Path


def record(identifier: str = "x-0001", **changes: object) -> dict[str, object]:
    """Return a valid record as JSON would give it, with changes."""
    text = "Lamp oil and blankets for families who fled to Kibamba"
    found: dict[str, object] = {
        "id": identifier,
        "family": identifier,
        "brief": "x",
        "manner": "title",
        "lang": "en",
        "title": text,
        "description": "",
        "recipient": "CD",
        "purpose_codes": ["72010"],
        "aid_type": "C01",
        "flow_type": "10",
        "finance_type": "",
        "channel": "",
        "year": 2021,
        "publisher": "",
        "areas": ["3.2"],
        "main": "3.2",
        "gender": 0,
        "human_rights": 0,
        "risk": "low",
        "rules": ["REF-01"],
        "evidence": [{"label": "3.2", "field": "title", "start": 0, "end": 21, "quote": text[:21]}],
    }
    found.update(changes)
    return found


def plain(identifier: str, title: str, **changes: object) -> dict[str, object]:
    """Return a record without any area."""
    return record(identifier, title=title, areas=[], main=None, evidence=[], rules=[], **changes)


def write_lines(path: Path, *records: dict[str, object]) -> Path:
    """Write records as they are, valid or not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    return path
