"""``portolan serve``: the HTTP API, the page, and the workers of the jobs."""

from __future__ import annotations

import os
from pathlib import Path

import click

from service.cli.store import SETTINGS


@click.command("serve")
@click.option("--host", default=None, help="Address to listen on (setting host).")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Port to listen on (setting port).")
@click.option("--workers", type=click.IntRange(1, 64), default=None, help="Processes that answer (setting workers).")
@SETTINGS
def command(host: str | None, port: int | None, workers: int | None, settings_file: Path | None) -> None:
    """Serve until interrupted. Every setting is explained in docs/service.md."""
    from service.serving import serve
    from service.settings import FILE_VARIABLE, PREFIX

    # The processes that answer read the settings anew: they find there what the call says.
    given = {"HOST": host, "PORT": port, "WORKERS": workers}
    os.environ.update({f"{PREFIX}{name}": str(value) for name, value in given.items() if value is not None})
    if settings_file is not None:
        os.environ[FILE_VARIABLE] = str(settings_file.absolute())
    serve()
