"""The process of one training: ``python -m service.desk.retraining_process RUN``, at low priority.

It lays out the corpus, runs ``portolan train`` and ``portolan models compare`` as anybody would on the command line,
and writes what comes of it into the database. It goes on when the service is restarted, and ends itself when the
training is cancelled or given up as lost.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import SQLAlchemyError

from classifier.errors import PortolanError
from classifier.model import find_models_dir
from service.cli.corpus import find_corpus
from service.desk.retraining import Choice, RunState, note_lost, note_process
from service.desk.retraining_corpus import SETTLED_FOLDER, lay_out
from service.desk.retraining_keeper import RunCancelledError, RunKeeper
from service.desk.retraining_steps import RetrainingError, run_step
from service.logs import start_logging
from service.settings import PREFIX, Settings, load_settings
from service.store.database import Database

if TYPE_CHECKING:
    from service.store.desk_tables import Retraining

_LOG = logging.getLogger("portolan.retraining")
#: Whoever waits for an answer comes before the jobs, and the jobs before a training.
_NICENESS: Final = 15
_FOLDER: Final = "retrainings"


@dataclass(frozen=True, slots=True)
class Launched:
    """The process of a training, and the thread that waits for its end."""

    process: subprocess.Popen[bytes]
    watcher: threading.Thread


def launch(database: Database, settings: Settings, run_id: str) -> Launched:
    """Start the process of a training; a thread waits for its end and notes when it ended without a word."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "service.desk.retraining_process", run_id],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={**os.environ, **_environment(settings)},
        start_new_session=True,
    )
    note_process(database, run_id, process.pid)

    def wait() -> None:
        process.wait()
        try:
            note_lost(database, run_id, process=process.pid)
        except SQLAlchemyError:
            _LOG.error("training not noted", extra={"run": run_id})

    watcher = threading.Thread(target=wait, name="portolan-training", daemon=True)
    watcher.start()
    return Launched(process, watcher)


def work_on(database: Database, settings: Settings, run_id: str) -> None:
    """Do everything that a training consists of, and write down how it ended."""
    keeper = RunKeeper(database, run_id)
    run = keeper.claim()
    if run is None:
        return
    folder = settings.data_dir.absolute() / _FOLDER / run_id
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        comparison = _train_and_compare(run, keeper, settings, folder)
        keeper.end(RunState.DONE, comparison=comparison, stage="", progress=1.0)
    except RunCancelledError:
        _LOG.info("training stopped", extra={"run": run_id})
    except PortolanError as error:
        keeper.end(RunState.FAILED, problem=_without(error.to_record(), folder))
    except Exception as error:  # noqa: BLE001 - a training that broke must say so
        _LOG.error("training broke", extra={"run": run_id, "fault": type(error).__name__})
        fault = RetrainingError("Something went wrong here; it is in the log.", code="unexpected")
        keeper.end(RunState.FAILED, problem=fault.to_record())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _train_and_compare(run: Retraining, keeper: RunKeeper, settings: Settings, folder: Path) -> dict[str, Any] | None:
    keeper.tell("preparing", 0.01)
    corpus = folder / "corpus"
    choice = Choice(tuple(run.choice["parts"]), tuple(run.choice["settled"]))
    lay_out(choice, settings.labelled_data or find_corpus(), settings.data_dir / SETTLED_FOLDER, corpus)
    environment = _environment(settings)
    version = run.model_version
    if not version:
        manifest = run_step(_training(settings, corpus), keeper, folder, environment)
        version = str(manifest["version"])
        keeper.put(model_version=version, corpus_hash=manifest["corpus_hash"])
    if run.base_version in {"", version}:
        return None
    keeper.tell("comparing", 0.94)
    call = ["models", "compare", version, run.base_version, "--corpus", str(corpus)]
    found: dict[str, Any] = run_step(call, keeper, folder, environment)
    return found


def _training(settings: Settings, corpus: Path) -> list[str]:
    """Return the call of the command line; one process fits, so that the service keeps the other cores."""
    models = settings.models or find_models_dir()
    call = ["train", "--corpus", str(corpus), "--models", str(models.absolute()), "--jobs", "1"]
    if settings.training_configuration is not None:
        call += ["--configuration", str(settings.training_configuration.absolute())]
    return call


def _environment(settings: Settings) -> dict[str, str]:
    """Return the settings that a process of the training needs as variables of its environment."""
    given = {
        "DATA_DIR": settings.data_dir.absolute(),
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "MODELS": settings.models.absolute() if settings.models else None,
        "LABELLED_DATA": settings.labelled_data.absolute() if settings.labelled_data else None,
        "TRAINING_CONFIGURATION": settings.training_configuration and settings.training_configuration.absolute(),
    }
    return {f"{PREFIX}{name}": str(value) for name, value in given.items() if value}


def _without(problem: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return a problem that names files as people know them, in its detail and in its facts."""

    def name(said: Any) -> Any:  # noqa: ANN401 - facts are texts and numbers
        return said.replace(f"{folder}/corpus/", "").replace(f"{folder}/", "") if isinstance(said, str) else said

    facts = {key: name(fact) for key, fact in problem["facts"].items()}
    return {**problem, "detail": name(problem["detail"]), "facts": facts}


def main() -> None:
    """Be the process."""
    settings = load_settings()
    start_logging(settings.log_level)
    os.nice(_NICENESS)
    database = Database(settings.database)
    work_on(database, settings, sys.argv[1])
    database.close()


if __name__ == "__main__":
    main()
