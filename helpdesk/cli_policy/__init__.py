"""The door for policies: flask policy check, publish, list, show, diff, template, decide, whatif."""

import click

from helpdesk.cli_policy.publishing import check_command, publish_command, publish_texts
from helpdesk.cli_policy.reading import diff_command, list_command, show_command, template_command
from helpdesk.cli_policy.trying import decide_command, whatif_command


@click.group("policy")
def policy_command() -> None:
    """Write, try and publish a store's policy; docs/policy.md says how."""


for command in (
    check_command, publish_command, list_command, show_command, diff_command, template_command, decide_command,
    whatif_command,
):  # fmt: skip
    policy_command.add_command(command)

__all__ = ["policy_command", "publish_texts"]
