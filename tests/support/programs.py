"""Programs that some tests need: found where Debian puts them; without them those tests are skipped, with a reason.

``.ci/run`` sets the variables below where it has found the programs: a skip then counts as a failure.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

REQUIRE_BROWSER = "PORTOLAN_REQUIRE_BROWSER"
REQUIRE_POSTGRESQL = "PORTOLAN_REQUIRE_POSTGRESQL"
#: Debian keeps the programs of each PostgreSQL version in a folder of its own, off the path.
_POSTGRESQL = Path("/usr/lib/postgresql")


def find_program(*names: str) -> str | None:
    """Return the first of the programs that is there."""
    return next((found for name in names if (found := shutil.which(name))), None)


def find_postgresql(name: str) -> str | None:
    """Return a program of the newest PostgreSQL server that is there."""
    folders = sorted(_POSTGRESQL.glob("*/bin"), key=lambda folder: folder.parent.name.zfill(3), reverse=True)
    return next((found for folder in folders if (found := shutil.which(name, path=str(folder)))), shutil.which(name))


def do_without(variable: str, reason: str) -> NoReturn:
    """Skip the test, or fail it where the programs are required."""
    if os.environ.get(variable, "") not in {"", "0"}:
        pytest.fail(f"{reason}, and {variable} is set")
    pytest.skip(reason)
