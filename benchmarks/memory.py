"""Tags a generated CSV of 1,000,000 projects and watches memory (flat; aim 400 MB, must 700 MB)."""

from __future__ import annotations

import csv
import json
import random
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import PORTOLAN, run

_WHO = (
    "Refugees",
    "Farmers",
    "Displaced families",
    "Les migrants de retour",
    "Jeugdverenigingen",
    "Teachers",
    "Nurses",
)
_DO = ("receive shelter and food", "learn a trade", "suivent une formation", "krijgen rechtsbijstand", "build a school")
_WHERE = ("in Kigoma", "au Sénégal", "in Benin", "à Bunia", "near Cotonou", "in Rwanda")
_WHY = ("so that they can live on their own feet.", "ongeacht hun statuut.", "avec les communautés hôtes.", "together.")


def write_portfolio(path: Path, projects: int) -> None:
    """Write invented projects; the same every time."""
    chance = random.Random(2026)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("id", "title", "description", "country", "purpose code"))
        for number in range(projects):
            words = [" ".join(map(chance.choice, (_WHO, _DO, _WHERE, _WHY))) for _ in range(4)]
            rows.writerow((f"P-{number}", words[0], " ".join(words[1:]), "Tanzania", "72010"))


def main(projects: int) -> None:
    """Print time, rate and memory along the run."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "portfolio.csv"
        write_portfolio(source, projects)
        target = str(Path(folder) / "out.csv")
        measured = run([*PORTOLAN, "tag", str(source), "-o", target, "--json"], watch_memory=True)
    done = json.loads(measured.printed)["projects"]
    print(f"{done:,} projects in {measured.seconds:.0f} s, {done / measured.seconds:,.0f} a second")
    size = max(len(measured.memory) // 10, 1)
    peaks = [max(measured.memory[start : start + size]) for start in range(0, len(measured.memory), size)]
    print("memory (MB) along the run:", " ".join(f"{peak:.0f}" for peak in peaks))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
