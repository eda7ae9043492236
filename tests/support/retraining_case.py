"""A desk that can train: a tiny corpus with a frozen part, and a configuration that is done in a second or two."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from desk_case import Desk
from tiny_corpus import tiny_corpus

from service.desk.retraining import UNFINISHED, Choice, find_run, start_run
from service.desk.retraining_process import Launched, launch
from service.settings import Settings
from service.store.desk_tables import Retraining
from training import configuration
from training.corpus import write_corpus

_QUICK = {"folds = 5": "folds = 2", "units = 128": "units = 0"}
_SECONDS = 120


@dataclass(slots=True)
class Trainable:
    """A desk with the settings that its trainings need."""

    desk: Desk
    settings: Settings
    launched: list[Launched] = field(default_factory=list)

    def start(self, *parts: str, base_version: str = "tiny") -> Retraining:
        lea = self.desk.users["lea"].id
        return start_run(
            self.desk.database, Choice(parts or ("tiny.jsonl",)), user_id=lea, actor="lea", base_version=base_version
        )

    def launch(self, run_id: str) -> Launched:
        made = launch(self.desk.database, self.settings, run_id)
        self.launched.append(made)
        return made

    def close(self) -> None:
        """Leave no process and no thread behind."""
        for one in self.launched:
            one.process.kill()
            one.watcher.join()

    def run(self, run_id: str) -> Retraining:
        return find_run(self.desk.database, run_id).run

    def wait(self, run_id: str) -> Retraining:
        """Wait until a training has ended."""
        deadline = time.monotonic() + _SECONDS
        while time.monotonic() < deadline:
            run = self.run(run_id)
            if run.state not in UNFINISHED:
                return run
            time.sleep(0.05)
        raise TimeoutError


def write_tiny_corpus(folder: Path) -> Path:
    """Write a corpus whose frozen part holds texts of its own."""
    records = tiny_corpus()
    (folder / "parts").mkdir(parents=True)
    (folder / "frozen").mkdir()
    write_corpus(records, folder / "parts" / "tiny.jsonl")
    frozen = [
        replace(one, id=f"z-{one.id}", family=f"z-{one.family}", description="Second phase of it.") for one in records
    ]
    write_corpus(frozen, folder / "frozen" / "tiny.jsonl")
    return folder


def write_quick_configuration(path: Path) -> Path:
    text = Path(configuration.__file__).with_name("configuration.toml").read_text("utf-8")
    for old, new in _QUICK.items():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return path


def make_trainable(desk: Desk) -> Trainable:
    settings = Settings.model_validate(
        {
            "data_dir": desk.folder / "data",
            "database_url": desk.database.url,
            "models": desk.folder / "models",
            "labelled_data": write_tiny_corpus(desk.folder / "labelled_data"),
            "training_configuration": write_quick_configuration(desk.folder / "quick.toml"),
        }
    )
    return Trainable(desk, settings)
