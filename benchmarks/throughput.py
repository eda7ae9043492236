"""Times a portfolio given as argument, to JSON Lines with evidence (aim 3,000 projects/s, must 1,000)."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import PORTOLAN, run


def main(source: str, jobs: tuple[str, ...]) -> None:
    """Print the figures for each number of processes."""
    for count in jobs:
        with tempfile.TemporaryDirectory() as folder:
            target = str(Path(folder) / "out.jsonl")
            measured = run([*PORTOLAN, "tag", source, "-o", target, "--json", "--jobs", count], watch_memory=True)
            projects = json.loads(measured.printed)["projects"]
        rate = projects / measured.seconds
        print(f"--jobs {count}: {projects:,} projects in {measured.seconds:.1f} s, {rate:,.0f} a second, ", end="")
        print(f"at most {max(measured.memory):.0f} MB")


if __name__ == "__main__":
    main(sys.argv[1], tuple(sys.argv[2:]) or ("1", "2"))
