"""``reviewer init``: ask for what a first connection needs, try it, say what is missing, write the file."""

from pathlib import Path
from typing import Any

import click

from reviewer.cli.context import Context, pass_context
from reviewer.domain.errors import ReviewerError
from reviewer.exit_codes import ExitCode

PLACES = ("keyring", "file", "variable")
"""Where a client secret can be kept."""


class PermissionsMissing(ReviewerError):
    """The settings are written, but the OAuth client lacks permissions to read."""

    exit_code = ExitCode.PERMISSION


@click.command()
@click.option("--environment", "-e", "name", metavar="NAME", help="What you call this environment.")
@click.option("--region", help="The region's domain or name, as in mypurecloud.de or eu_central_1.")
@click.option("--api-url", help="The API's address, in place of a region.")
@click.option("--login-url", help="The login's address, where it does not follow from the API's.")
@click.option("--client-id", help="The id of the OAuth client (grant: client credentials).")
@click.option("--secret-in", type=click.Choice(PLACES), help="Where the client secret is kept.")
@click.option("--secret-stdin", is_flag=True, help="Read the client secret from standard input.")
@click.option("--external-source", help="Name or id of the external source that the anchors come from.")
@click.option("--date-of-birth", help="The field that holds the date of birth.")
@click.option("--default-country", help="Two letters: the country of phone numbers that do not say theirs.")
@click.option("--https-proxy", help="The address of a proxy.")
@click.option("--ca-file", type=click.Path(path_type=Path), help="Certificates (PEM) of your network's own authority.")
@click.option("--production/--no-production", default=None, help="Whether real customers are in it.")
@click.option("--default/--no-default", "as_default", default=None, help="Make it the default environment.")
@click.option("--check/--no-check", default=True, show_default=True, help="Try the connection.")
@click.option("--no-input", is_flag=True, help="Ask nothing: take the options and the defaults.")
@pass_context
def init(context: Context, /, **options: Any) -> None:
    """Set up an environment, and try its connection.

    What is needed is asked for, then the file of settings is written. A file that is there is copied first; its
    comments and other environments stay. The client secret is never written to it, nor taken as an option: it is asked
    for, or read from standard input or from the variable REVIEWER_CLIENT_SECRET.
    """
    from reviewer.cli.setup import Setup

    setup = Setup.begin(context, options)
    setup.ask_for_connection()
    found = setup.try_connection() if options["check"] else None
    setup.ask_for_the_rest(found)
    setup.write()
    if found and found.missing:
        count = len(found.missing)
        raise PermissionsMissing(
            f"The settings are written, but the OAuth client may not do all that is needed ({count} missing, see "
            "above); add the permissions to its roles, and run `reviewer init` again to check"
        )
