"""Shows the first tagged projects of a JSON Lines output in a terminal: ``python samples/show.py FILE``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

_SHOWN = 5


def show(path: Path) -> None:
    """Print the labels of the first projects, each with the words that led to it."""
    with path.open(encoding="utf-8") as lines:
        for line, _number in zip(lines, range(_SHOWN), strict=False):
            tagging = json.loads(line)
            areas = [area for area in tagging["result_areas"] if area["selected"]]
            reasons = f" ({', '.join(tagging['reasons'])})" if tagging["reasons"] else ""
            sys.stdout.write(f"\n{tagging['id']}  {tagging['decision']}{reasons}\n")
            for area in areas:
                quotes = " … ".join(f"“{one['quote'][:70]}”" for one in area["evidence"][:2])
                sys.stdout.write(f"   area {area['code']}  p={area['probability']:.2f}  {quotes}\n")
            markers = f"gender {tagging['gender']['score']}, human rights {tagging['human_rights']['score']}"
            sys.stdout.write(f"   {markers}, ODA risk {tagging['oda']['risk']} {tagging['oda']['decided_by']}\n")


if __name__ == "__main__":
    show(Path(sys.argv[1]))
