"""Times one project from a cold start, from CSV to JSON Lines (aim 1 s, must 2.5 s)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.measure import PORTOLAN, describe, repeat

PROJECT = (
    "id,title,description,country,purpose code\n"
    "P-1,Shelter and legal aid for refugees,"
    "Refugees in Kigoma receive shelter and the help of a lawyer.,Tanzania,72010\n"
)


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "one.csv"
        source.write_text(PROJECT, encoding="utf-8")
        command = [*PORTOLAN, "tag", str(source), "-o", str(Path(folder) / "out.jsonl"), "--force", "--json"]
        print(f"one project from cold start: {describe(repeat(command, 10))}")


if __name__ == "__main__":
    main()
