"""Prints the comparison as Markdown: ``python -m benchmarks.quality [LABELLED ...]``."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from benchmarks.quality.results import make_tables
from benchmarks.quality.run import compare
from classifier.model import current_version, find_models_dir
from training.corpus import load_corpus, load_frozen
from training.gold import gold_of_corpus, read_gold

_ROOT = Path(__file__).parents[2]


def main() -> None:
    """Measure on the frozen part and on every labelled portfolio that is named."""
    options = _read_options()
    gold = {"frozen part": gold_of_corpus(load_frozen(options.corpus))}
    gold |= {path.stem: read_gold(path) for path in options.labelled}
    comparison = compare(
        load_corpus(options.corpus),
        gold,
        options.model or current_version(find_models_dir()),
        date=date.today().isoformat(),
        cache=options.cache,
        retrain=options.retrain,
        progress=lambda step: print(step, file=sys.stderr, flush=True),
    )
    if options.json:
        text = json.dumps(comparison.to_json(), ensure_ascii=False, indent=1)
        options.json.write_text(f"{text}\n", encoding="utf-8")
    print(make_tables(comparison), end="")


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.quality", description=__doc__)
    parser.add_argument("labelled", nargs="*", type=Path, help="labelled portfolios, as for portolan evaluate")
    parser.add_argument("--corpus", type=Path, default=_ROOT / "labelled_data", help="folder of the corpus")
    parser.add_argument("--model", type=Path, help="folder of a model version (the current one)")
    parser.add_argument("--cache", type=Path, default=_ROOT / ".cache" / "quality", help="folder of sentence vectors")
    parser.add_argument("--retrain", action="store_true", help="also train the shipped configuration, for its time")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all figures as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
