"""The entry point."""

import click

from reviewer import __version__


@click.group(invoke_without_command=True)
@click.version_option(__version__)
def main() -> None:
    """Settle who is who in Genesys Cloud External Contacts."""
