"""Keeps the model in memory, and takes up a promotion or rollback while requests go on."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from classifier.errors import ModelError, PortolanError
from classifier.model import current_version, find_models_dir
from classifier.project import Project, Source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from classifier.tagger import Tagger

_LOG = logging.getLogger("portolan.model")
_Result = TypeVar("_Result")
#: Calls of more projects go to a lane of their own, so that a single project never waits behind them.
_SMALL = 16


class TaggerKeeper:
    """The tagger of one process.

    Parameters
    ----------
    models
        Folder of the model versions; None finds the installed one.
    on_change
        Called with the old (empty at first) and the new version after each change.
    """

    def __init__(self, models: Path | None, on_change: Callable[[str, str], None]) -> None:
        self._models = models
        self._on_change = on_change
        self._tagger: Tagger | None = None
        self._refused = ""
        self._lanes = [ThreadPoolExecutor(1, f"portolan-{name}") for name in ("small", "large")]

    @property
    def models_dir(self) -> Path:
        """The folder of the model versions."""
        return self._models or find_models_dir()

    @property
    def tagger(self) -> Tagger:
        """The tagger now in use; keep hold of it for one request.

        Raises
        ------
        ModelError
            None is loaded yet.
        """
        if self._tagger is None:
            raise ModelError("No model is loaded yet.", code="model-not-ready", remedy="Try again in a moment.")
        return self._tagger

    def refresh(self) -> None:
        """Load the current version unless it is loaded already.

        Raises
        ------
        PortolanError
            It cannot be loaded; the one in use stays.
        """
        from classifier.tagger import Tagger

        folder = current_version(self.models_dir)
        before = self._tagger.model_version if self._tagger else ""
        if folder.name == before:
            return
        tagger = Tagger.load(folder)
        # Whatever is built at the first project is built now, not under the first request.
        tagger.tag(_first_projects())
        self._tagger = tagger
        self._on_change(before, folder.name)
        _LOG.info("model in use", extra={"model_version": folder.name, "before": before})

    async def watch(self, seconds: float) -> None:
        """Look for a promotion or rollback for ever."""
        while True:
            await asyncio.sleep(seconds)
            try:
                await asyncio.to_thread(self.refresh)
                self._refused = ""
            except PortolanError as error:
                if error.code != self._refused:
                    _LOG.error("model refused", extra={"code": error.code})
                self._refused = error.code

    async def run(self, projects: int, work: Callable[[], _Result]) -> _Result:
        """Run the work on so many projects beside the event loop."""
        lane = self._lanes[projects > _SMALL]
        return await asyncio.get_running_loop().run_in_executor(lane, work)

    def close(self) -> None:
        """End the threads."""
        for lane in self._lanes:
            lane.shutdown(wait=False, cancel_futures=True)


def _first_projects() -> list[Project]:
    texts = (
        "The project gives legal aid to people who were displaced.",
        "Le projet offre une aide juridique aux personnes déplacées.",
        "Het project geeft juridische hulp aan ontheemden.",
    )
    return [Project(id="", source=Source(1), title=text, description=text) for text in texts]
