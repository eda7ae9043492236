"""A folder of rules: the shipped tables, and one rule that a test writes."""

from __future__ import annotations

import shutil
from pathlib import Path

from classifier.oda.rulebook import rules_folder

RULE = """
[[rule]]
id = "XXX-01"
verdict = "eligible"
activity = "Bees"
reason = "A test."
status = "J"
sources = ["J"]
patterns.en = ["beehive*"]
examples.en = {fire = ["Beehives for farmers."], hold = ["Bicycles for farmers."]}
"""


def make_rules(folder: Path, rule: str) -> Path:
    """Fill a folder with the shipped tables and the text of a rule file, ``xxx.toml``; return the folder."""
    for name in ("vocabulary.toml", "scope.toml"):
        shutil.copy(str(rules_folder().joinpath(name)), folder / name)
    (folder / "xxx.toml").write_text(rule, encoding="utf-8")
    return folder
