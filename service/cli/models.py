"""``portolan models``: which model versions there are, what is in them, whether they are whole, which is in use."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from service.cli.promotion import compare, promote, rollback


@click.group("models")
def command() -> None:
    """List, show and verify model versions; compare them, promote one, or go back."""


for _one in (compare, promote, rollback):
    command.add_command(_one)


@command.command("list")
def list_all() -> None:
    """List the model versions; the current one has a star."""
    from classifier.model import current_name, find_models_dir, list_versions, read_manifest

    folder = find_models_dir()
    current = current_name(folder)
    for version in list_versions(folder):
        star = "*" if version.name == current else " "
        click.echo(f"{star} {version.name}  created {read_manifest(version).created}")
    if not current:
        click.echo("None is current: choose one with portolan models promote.", err=True)


@command.command("show")
@click.argument("version", required=False)
def show(version: str | None) -> None:
    """Print the manifest of VERSION (the current one) as JSON."""
    from classifier.model import current_version, find_models_dir, read_manifest
    from service.cli.versions import find_version

    path = find_version(version) if version else current_version(find_models_dir())
    click.echo(json.dumps(asdict(read_manifest(path)), ensure_ascii=False, indent=2, default=str))


@command.command("verify")
@click.argument("versions", nargs=-1)
def verify_all(versions: tuple[str, ...]) -> None:
    """Check every file of VERSIONS (all of them) against its manifest."""
    from classifier.model import find_models_dir, list_versions, verify
    from service.cli.versions import find_version

    paths = [find_version(name) for name in versions] if versions else list_versions(find_models_dir())
    for path in paths:
        verify(path)
        click.echo(f"{path.name} is whole")
