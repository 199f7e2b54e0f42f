"""`reviewer backup` and `restore`."""

from datetime import timedelta
from pathlib import Path

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.desk import database_path
from reviewer.cli.output import narrate, say


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
@pass_context
def backup(context: Context, file: Path, force: bool) -> None:
    """Copy the whole database to FILE, while others go on working."""
    from reviewer.store.backup import write_backup
    from reviewer.store.database import open_database

    with open_database(database_path(context), create=False) as database:
        say(str(write_backup(database, file.absolute(), overwrite=force)))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.option("--force", is_flag=True, help="Even if the backup is of another organisation than the database.")
@pass_context
def restore(context: Context, file: Path, force: bool) -> None:
    """Put the backup FILE in the place of the database.

    What stood there is kept beside it.
    """
    from reviewer.execute.lock import executor_lock
    from reviewer.store.backup import restore_backup

    path = database_path(context)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with executor_lock(path):
        group = context.settings.environment.queue_group
        kept = restore_backup(file.absolute(), path, group, any_organization=force)
        waiting = _hold_what_is_staged(path, group)
    if kept:
        narrate(f"the database before this is kept as {kept}")
    narrate("the executor will read the service before it sends anything")
    if waiting:
        narrate(
            f"{waiting} approvals of the backup are staged again, also those that were taken back since: they wait "
            "for a day; look at them with `reviewer stage`, take back with `reviewer undo DECISION`"
        )
    say(str(path))


def _hold_what_is_staged(path: Path, group: str | None) -> int:
    """The backup cannot know what was taken back after it was made: let a steward look before anything is sent."""
    from reviewer.store import operations
    from reviewer.store.clock import now
    from reviewer.store.database import open_database
    from reviewer.store.transaction import transaction

    with open_database(path, group=group) as database, transaction(database) as connection:
        return operations.postpone(connection, now() + timedelta(days=1))
