"""A run from file to file, with invented taggings in the place of a model."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from tagged_projects import make_tagging

from classifier.errors import PortfolioError, UsageError
from service import run
from service.batch import Order, tag_portfolio
from service.engine import Batch, Tagged
from service.run import BATCH, Progress


@pytest.fixture(autouse=True)
def _invented_taggings(monkeypatch: pytest.MonkeyPatch) -> None:
    def tag_here(_model_dir: Path, batches: Iterable[Batch]) -> Iterator[Tagged]:
        for one in batches:
            yield one, [make_tagging(project) for project in one]

    monkeypatch.setattr(run, "tag_here", tag_here)


def write_csv(path: Path, projects: int, *extra: str) -> str:
    rows = [f"P-{number},Shelter for refugees" for number in range(projects)]
    path.write_text("\n".join(["id,title", *rows, *extra]) + "\n", encoding="utf-8")
    return str(path)


def order(source: str, target: Path | str = "", **changes: object) -> Order:
    return Order(source, Path("model"), str(target), **{"jobs": 1, **changes})  # type: ignore[arg-type]


def test_every_project_comes_out_in_order(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "a.csv", 2 * BATCH + 3)
    summary = tag_portfolio(order(source, tmp_path / "b.jsonl"))
    lines = (tmp_path / "b.jsonl").read_text(encoding="utf-8").splitlines()
    assert summary.projects == 2 * BATCH + 3
    assert [json.loads(line)["id"] for line in lines] == [f"P-{number}" for number in range(2 * BATCH + 3)]


def test_the_output_stands_beside_the_source_when_it_has_no_name(tmp_path: Path) -> None:
    summary = tag_portfolio(order(write_csv(tmp_path / "a.csv", 1)))
    assert summary.output == str(tmp_path / "a.tagged.csv")
    assert (tmp_path / "a.tagged.csv").exists()


def test_rejected_rows_are_put_aside(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "a.csv", 3, "P-9")
    summary = tag_portfolio(order(source, tmp_path / "b.csv"))
    assert (summary.projects, summary.rejected_rows, summary.exit_status) == (3, 1, 3)
    assert summary.rejected_file == str(tmp_path / "b.csv.rejected.csv")
    assert "5,," in Path(summary.rejected_file).read_text(encoding="utf-8")


def test_a_portfolio_that_breaks_off_is_counted_and_gives_no_output(tmp_path: Path) -> None:
    text = "id,title\n" + "".join(f"P-{number},Shelter for refugees {number * 7919}\n" for number in range(3000))
    packed = gzip.compress(text.encode())
    (tmp_path / "a.csv.gz").write_bytes(packed[: len(packed) // 2])
    summary = tag_portfolio(order(str(tmp_path / "a.csv.gz"), tmp_path / "b.csv"))
    assert summary.fault is not None
    assert summary.fault.code == "gzip-truncated"
    assert 0 < summary.projects < 3000
    assert (summary.exit_status, summary.output) == (1, "")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv.gz"]


def test_a_portfolio_that_cannot_be_read_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PortfolioError, match="no file"):
        tag_portfolio(order(str(tmp_path / "nothing.csv")))


def test_an_existing_output_is_refused_before_anything_is_tagged(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "a.csv", 1)
    (tmp_path / "b.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="exists"):
        tag_portfolio(order(source, tmp_path / "b.csv"))
    tag_portfolio(order(source, tmp_path / "b.csv", force=True))
    assert "P-0" in (tmp_path / "b.csv").read_text(encoding="utf-8")


def test_an_interrupted_run_leaves_nothing_behind(tmp_path: Path) -> None:
    def interrupt(_progress: Progress) -> None:
        raise KeyboardInterrupt

    source = write_csv(tmp_path / "a.csv", 1, "P-9")
    with pytest.raises(KeyboardInterrupt):
        tag_portfolio(order(source, tmp_path / "b.csv"), interrupt)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_progress_tells_projects_and_line(tmp_path: Path) -> None:
    seen: list[Progress] = []
    tag_portfolio(order(write_csv(tmp_path / "a.csv", BATCH + 1), tmp_path / "b.csv"), seen.append)
    assert [(one.projects, one.line) for one in seen] == [(BATCH, BATCH + 1), (BATCH + 1, BATCH + 2)]


def test_a_small_portfolio_needs_no_other_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "tag_in_processes", None)
    assert tag_portfolio(order(write_csv(tmp_path / "a.csv", 5), tmp_path / "b.csv", jobs=4)).projects == 5


def test_iati_output_reminds_of_what_it_cannot_hold(tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "samples" / "portfolio.iati.xml"
    summary = tag_portfolio(order(str(source), tmp_path / "b.xml"))
    assert summary.projects == 8
    assert any("no place for the ODA risk" in note for note in summary.notes)


def test_the_source_is_never_written_over(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "a.csv", 2)
    with pytest.raises(UsageError, match="is the portfolio itself"):
        tag_portfolio(order(source, source, force=True))
    assert Path(source).read_text(encoding="utf-8").startswith("id,title\nP-0")
