from __future__ import annotations

from pathlib import Path

import pytest

from classifier.errors import PortfolioError
from classifier.portfolio.encoding import decide_encoding


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"title\n", "utf-8"),
        ("é".encode(), "utf-8"),
        ("\ufeffé".encode(), "utf-8-sig"),
        ("title é".encode("utf-16"), "utf-16"),
        ("title,text".encode("utf-16-be"), "utf-16-be"),
        ("Été à Liège".encode("cp1252"), "cp1252"),
        (("é" * 600_000).encode() + b"\xe9", "utf-8"),
    ],
)
def test_encodings(tmp_path: Path, content: bytes, name: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert decide_encoding(path).name == name


def test_binary_content_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(bytes(range(8)) * 100)
    with pytest.raises(PortfolioError) as caught:
        decide_encoding(path)
    assert caught.value.code == "binary-content"
