"""``portolan tag``, with a tiny model of real form."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from service.cli import run

ROOT = Path(__file__).parents[3]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def start(*arguments: str, stdin: int | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "service", *arguments],
        cwd=ROOT,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ.copy(),
        start_new_session=True,
        # A shell that runs the tests in its background has interrupts ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


@pytest.mark.usefixtures("models")
def test_a_portfolio_comes_back_with_its_labels(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tag", str(portfolio)]) == 0
    tagged = rows(portfolio.with_name("portfolio.tagged.csv"))
    assert [row["id"] for row in tagged] == ["P-1", "P-2"]
    assert [row["portolan_result_areas"] for row in tagged] == ["3.2", ""]
    assert "efugees" in tagged[0]["portolan_evidence"]
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "3.2 Reception and access to services" in printed.err
    assert "model tiny" in printed.err


@pytest.mark.usefixtures("models")
def test_the_summary_as_json(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tag", str(portfolio), "--json", "-o", str(portfolio.with_name("b.jsonl"))]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["projects"] == 2
    assert summary["areas"] == {"3.2": 1}
    assert summary["model_version"] == "tiny"


@pytest.mark.usefixtures("models")
def test_rejected_rows_give_exit_3(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with portfolio.open("a", encoding="utf-8") as file:
        file.write("P-3\n")
    assert run(["tag", str(portfolio)]) == 3
    assert rows(portfolio.with_name("portfolio.tagged.csv.rejected.csv"))[0]["line"] == "4"
    assert "line 4" in capsys.readouterr().err


@pytest.mark.usefixtures("models")
def test_an_existing_output_gives_exit_2(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tag", str(portfolio)]) == 0
    assert run(["tag", str(portfolio)]) == 2
    assert "--force" in capsys.readouterr().err
    assert run(["tag", str(portfolio), "--force"]) == 0


@pytest.mark.usefixtures("models")
def test_a_column_can_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "a.csv"
    source.write_text("nr,Sujet\n1,Shelter for refugees in the district\n", encoding="utf-8")
    assert run(["tag", str(source)]) == 1
    assert "--map" in capsys.readouterr().err
    assert run(["tag", str(source), "--map", "title=Sujet"]) == 0


@pytest.mark.usefixtures("models")
def test_a_mapping_without_a_column_gives_exit_2(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tag", str(portfolio), "--map", "title"]) == 2
    assert "FIELD=COLUMN" in capsys.readouterr().err


def test_a_changed_model_is_refused(models: Path, portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (models / "tiny" / "vocabulary.json").write_text("{}", encoding="utf-8")
    assert run(["tag", str(portfolio)]) == 1
    assert "vocabulary.json" in capsys.readouterr().err
    assert [path.name for path in portfolio.parent.iterdir()] == [portfolio.name]


@pytest.mark.usefixtures("models")
def test_a_model_that_is_not_there_is_one_line(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tag", str(portfolio), "--model", "gone"]) == 1
    assert "portolan models list" in capsys.readouterr().err


@pytest.mark.usefixtures("models")
def test_standard_input_to_standard_output(portfolio: Path) -> None:
    process = start("tag", "-", "-o", "-", "--format", "jsonl", stdin=subprocess.PIPE)
    out, err = process.communicate(portfolio.read_bytes())
    assert process.returncode == 0
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["P-1", "P-2"]
    assert b"standard output" in err


@pytest.mark.usefixtures("models")
def test_a_reader_that_goes_away_ends_the_run_quietly(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("id,title\n" + "1,Shelter for refugees in the district\n" * 3000, encoding="utf-8")
    process = start("tag", str(source), "-o", "-", "--format", "jsonl", "--jobs", "1")
    assert process.stdout is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 1


@pytest.mark.usefixtures("models")
def test_several_processes_give_the_same_file(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    texts = ("Shelter for refugees in the district", "A lawyer for refugees in the camp", "Six bridges and one road")
    lines = [f"{number},{texts[number % 3]}" for number in range(2500)]
    source.write_text("\n".join(["id,title", *lines]), encoding="utf-8")
    for jobs in ("1", "2"):
        process = start("tag", str(source), "-o", str(tmp_path / f"{jobs}.jsonl"), "--jobs", jobs)
        assert process.communicate()[1]
        assert process.returncode == 0
    assert (tmp_path / "1.jsonl").read_bytes() == (tmp_path / "2.jsonl").read_bytes()


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize(("stop", "number"), [(os.killpg, signal.SIGINT), (os.kill, signal.SIGTERM)])
def test_a_stopped_run_leaves_nothing_behind(
    tmp_path: Path, stop: Callable[[int, int], None], number: signal.Signals
) -> None:
    source = tmp_path / "a.csv"
    source.write_text("id,title\n" + "1,Shelter for refugees in the district\n" * 60_000, encoding="utf-8")
    process = start("tag", str(source), "-o", str(tmp_path / "b.csv"), "--jobs", "2")
    while not list(tmp_path.glob(".b.csv*")) and process.poll() is None:
        time.sleep(0.05)
    stop(process.pid, number)
    _, err = process.communicate()
    assert process.returncode == 1
    assert err.decode().strip() == "portolan: Interrupted: nothing was written."
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
