"""Options that verbs share."""

from __future__ import annotations

from typing import Annotated

import typer

Security = Annotated[str, typer.Option("--account", help="Id of the security account, 12 digits.")]
Role = Annotated[str | None, typer.Option(help="The deployer role; else as you are, if you can.")]
Region = Annotated[str | None, typer.Option(help="The stack's home region; else your default.")]
AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]
