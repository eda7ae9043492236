"""Live precision and drift as a page."""

from __future__ import annotations

import json
import re

from desk_case import make_judgement
from desk_pages import DeskPages


def test_nothing_yet_is_said(pages: DeskPages) -> None:
    page = pages.get("lea", "/desk/precision").text
    assert "Nothing was judged" in page
    assert "before model versions kept" in page


def test_labels_are_shown_with_intervals_over_time_and_drift(pages: DeskPages) -> None:
    desk = pages.desk
    manifest = desk.folder / "models" / "tiny" / "manifest.json"
    data = json.loads(manifest.read_text("utf-8"))
    data["metrics"]["training_profile"] = {
        "languages": {"en": 10},
        "characters": {"bounds": [50], "counts": [5, 5]},
        "scores": {"bounds": [0.5], "counts": [5, 5]},
    }
    manifest.write_text(json.dumps(data), "utf-8")
    desk.fill(5)
    desk.judge("ann", 5, make_judgement("3.2"))
    desk.judge("ann", 1, make_judgement())
    page = pages.get("lea", f"/desk/precision?campaign={desk.campaign_id}").text
    assert page.count("<svg") == 5
    assert "1.00 (1/1)" in page
    assert "0.00 (0/1)" in page
    assert "style=" not in page
    assert not re.search(r'(src|href|action)="(https?:)?//', page)
    shown = pages.get("lea", "/desk/precision?label=3.2&version=tiny&seen=shown").text
    assert 'value="3.2" selected' in shown
    assert pages.get("lea", "/desk/precision?seen=odd").status_code == 422
    assert pages.get("lea", f"/desk/precision?campaign={'0' * 32}").status_code == 404
