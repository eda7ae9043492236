"""``portolan work``: one worker of the jobs."""

from __future__ import annotations

from pathlib import Path

import click

from service.cli.store import SETTINGS


@click.command("work")
@click.option("--with-parent", is_flag=True, help="End when the process that started this one ends.")
@SETTINGS
def command(settings_file: Path | None, *, with_parent: bool) -> None:
    """Work on the jobs of the service until interrupted."""
    from service.serving import work
    from service.settings import load_settings

    work(load_settings(settings_file), with_parent=with_parent)
