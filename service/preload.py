"""Loads what every process that tags needs and none changes; the server that makes them imports it, and they share it.

Rules, lexicon and language identifier take as long to load as a thousand projects to tag. What fails here fails again,
and says why, in the process that asks for it.
"""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import classifier.tagger  # noqa: F401 - its imports are shared as well
from classifier.concepts import load_lexicon
from classifier.errors import PortolanError
from classifier.language import load_identifier
from classifier.oda.assessment import RuleEngine


def _load() -> None:
    # The identifier is unpacked outside of Python, so that two cores share the work; the thread ends with it.
    with ThreadPoolExecutor(1) as beside:
        beside.submit(load_identifier)
        with suppress(PortolanError):
            RuleEngine.load()
            load_lexicon()


gc.disable()
try:
    _load()
finally:
    gc.enable()
# Nothing of this is ever looked at again by the collector, which would copy it into each process.
gc.collect()
gc.freeze()
