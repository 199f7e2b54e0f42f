"""The desk that commands and the workbench work at, made from the settings."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from reviewer.cli.approval import four_eyes, signer
from reviewer.cli.context import Context
from reviewer.cli.windows import execution_windows
from reviewer.cli.wiring import open_desk_database, reading_rules
from reviewer.domain.claims_read import ClaimsRead
from reviewer.review.desk import Desk, Pace
from reviewer.review.steward import present_steward
from reviewer.store.database import Database


@contextmanager
def open_desk(context: Context) -> Iterator[Desk]:
    """The desk of the present steward on the environment's database, with what was due today brought back.

    Raises ``SettingsError``, ``DatabaseError``.
    """
    from reviewer.review import queue

    with open_desk_database(context) as database:
        desk = Desk(
            database=database,
            steward=present_steward(),
            rules=reading_rules(context, database),
            cool_off=timedelta(minutes=context.settings.review.cool_off_minutes),
            four_eyes=four_eyes(context),
            signer=signer(context),
            rescore=rescore,
            pace=pace_of(context),
        )
        queue.wake(desk)
        yield desk


def pace_of(context: Context) -> Pace:
    """How the executor sends by the settings. Raises ``SettingsError``."""
    execute = context.settings.execute
    settle = timedelta(seconds=execute.settle_seconds)
    claims = ClaimsRead(execute.claims_read)
    return Pace(execution_windows(context.settings), execute.rate_share_free, settle, claims)


def rescore(database: Database, pairs: Sequence[tuple[int, int]], today: date) -> None:
    """Judge pairs again with the detector's evaluator, imported when it is first needed."""
    if pairs:
        from reviewer.detect.run import rescore as judge

        judge(database, pairs, today=today)


def database_path(context: Context) -> Path:
    """Where the environment's database is."""
    return context.settings.environment.database
