"""The direction of the imports, the lightness of the first ones, and what must never be done with data."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("classifier", "training", "service")
FORBIDDEN_ROOMS = {"classifier": {"training", "service"}, "training": {"service"}, "service": set()}
HEAVY = {
    "numpy",
    "fastapi",
    "starlette",
    "pydantic",
    "sqlalchemy",
    "uvicorn",
    "jinja2",
    "sklearn",
    "scipy",
    "joblib",
    "rich",
    "lxml",
    "pyarrow",
    "openpyxl",
    "xlsxwriter",
}
FORBIDDEN_CALLS = {"eval", "exec", "pickle.load", "pickle.loads", "joblib.load", "yaml.load", "marshal.loads"}


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "import from the package by its full name"
            yield node.module or ""


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_one_way(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(room)
        for name in imported(ast.parse(path.read_bytes()))
        if name.split(".")[0] in FORBIDDEN_ROOMS[room] | {"tests", "benchmarks"}
    ]
    assert wrong == []


def test_no_circle_of_imports() -> None:
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for room in ROOMS for path in modules(room)}
    left = {
        name: {one for one in imported(ast.parse(path.read_bytes())) if one in names and one != name}
        for name, path in names.items()
    }
    # Take away what imports nothing that is left, until nothing goes any more.
    while leaves := {name for name, found in left.items() if not found & left.keys()}:
        left = {name: found for name, found in left.items() if name not in leaves}
    assert left == {}


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_turns_data_into_code(room: str) -> None:
    wrong: list[str] = []
    for path in modules(room):
        tree = ast.parse(path.read_bytes())
        wrong += [f"{path}: imports {name}" for name in imported(tree) if name in {"pickle", "dill", "marshal"}]
        wrong += [f"{path}:{call.lineno}" for call in calls(tree) if ast.unparse(call.func) in FORBIDDEN_CALLS]
        wrong += [
            f"{path}:{call.lineno}: {keyword.arg}"
            for call in calls(tree)
            for keyword in call.keywords
            if keyword.arg == "allow_pickle" and ast.unparse(keyword.value) != "False"
        ]
    assert wrong == []


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_opens_a_connection(room: str) -> None:
    network = {"socket", "http", "urllib", "requests", "httpx", "aiohttp", "ftplib", "smtplib"}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(room)
        for name in imported(ast.parse(path.read_bytes()))
        if name.split(".")[0] in network and name != "urllib.parse"
    ]
    assert wrong == []


def loaded_by(code: str) -> set[str]:
    """Return the top packages that a fresh interpreter holds after running some code."""
    listing = f"import sys\n{code}\nsys.stderr.write(' '.join({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", listing], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "module", ["classifier.errors", "classifier.project", "classifier.tagging", "classifier.taxonomy", "service.batch"]
)
def test_first_imports_are_light(module: str) -> None:
    assert loaded_by(f"import {module}") & HEAVY == set()


def test_the_help_loads_nothing_but_the_command_line() -> None:
    loaded = loaded_by("from service.cli import run\nrun(['--help'])")
    assert loaded & (HEAVY | {"classifier", "training"}) == set()
