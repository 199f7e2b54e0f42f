"""`reviewer demo`: the main job on the embedded organisation."""

import click

from reviewer.cli.output import json_option, narrate


@click.command()
@click.option("--headless", is_flag=True, help="Do the job without a screen, and check it against the truth.")
@click.option("--population", type=click.IntRange(min=150), default=300, show_default=True, help="How many contacts.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another population.")
@json_option
def demo(headless: bool, population: int, seed: int, as_json: bool) -> int:
    """Open the workbench on an embedded organisation.

    It is synced and detected already. Nothing leaves this machine, and nothing is kept.
    """
    from reviewer.cli.demonstration.headless import perform, prepare
    from reviewer.cli.demonstration.stage_set import set_stage

    if not headless:
        from reviewer.cli.review import require_terminal

        require_terminal("`reviewer demo --headless` does the same job without one")
    with set_stage(population, seed, cool_off_minutes=0 if headless else 2) as stage:
        if headless:
            return perform(stage, as_json)
        narrate("setting the stage: an organisation on this machine, with duplicates as contact centres have them")
        prepare(stage)
        from reviewer.cli.review import open_workbench

        return open_workbench(stage.context, hint=True)
