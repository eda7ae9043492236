"""What the server of processes loads for all of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_LOOK = """
import os
import service.preload
from classifier.concepts import load_lexicon
from classifier.language import load_identifier
from classifier.oda.shipped import load_rules

loaders = (load_lexicon, load_identifier, load_rules)
print(len(os.listdir("/proc/self/task")), *(loader.cache_info().currsize for loader in loaders))
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="counts threads where Linux shows them")
def test_everything_is_loaded_and_no_thread_is_left_that_a_new_process_would_miss() -> None:
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", _LOOK], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "1", "1", "1"]
