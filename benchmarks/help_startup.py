"""Times ``portolan --help`` (aim 0.2 s, must 0.4 s)."""

from __future__ import annotations

from benchmarks.measure import PORTOLAN, describe, repeat

if __name__ == "__main__":
    print(f"portolan --help: {describe(repeat([*PORTOLAN, '--help'], 20))}")
