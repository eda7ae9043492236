"""Installs Portolan without extras into a fresh environment and weighs it (aim 400 MB, must 700 MB)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import ROOT

_SHOWN = 8


def weigh(path: Path) -> float:
    """Return the size of a file or folder in MB."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file() and not file.is_symlink()) / 1_000_000


def main() -> None:
    """Print the total and the heaviest parts, without pip itself."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = Path(folder) / "bin" / "python"
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
        subprocess.run([*install, str(ROOT)], check=True)
        (packages,) = Path(folder).glob("lib/*/site-packages")
        parts = {
            path.name: weigh(path) for path in packages.iterdir() if not path.name.startswith(("pip", "setuptools"))
        }
    print(f"default install: {sum(parts.values()):.0f} MB")
    for name, size in sorted(parts.items(), key=lambda entry: -entry[1])[:_SHOWN]:
        print(f"  {size:6.1f} MB  {name}")


if __name__ == "__main__":
    main()
