"""What tests of approvals do: people with roles, a step that asks them, and what they answer."""

from __future__ import annotations

from typing import Any

from rehearsal.automation import Execution
from rehearsal.emulator.clients import Session
from rehearsal.emulator.server import Emulator
from tests.actors import allow, role
from tests.automated import deploy, document, script, start
from tests.emulated import REGION, TAX, client

RESPONDER = f"arn:aws:iam::{TAX}:role/responder"
TOPIC = f"arn:aws:sns:{REGION}:{TAX}:Automation-approvals"
SIGNALS = allow("ssm:SendAutomationSignal")
TELL = "def main(events, context):\n    return {'seen': events}\n"


def approve(name: str = "ask", **more: Any) -> dict[str, Any]:
    """A step that asks the responders."""
    inputs = {"Approvers": more.pop("approvers", [RESPONDER]), **more.pop("inputs", {})}
    return {"name": name, "action": "aws:approve", "inputs": inputs, **more}


def tell(name: str = "tell", **more: Any) -> dict[str, Any]:
    """A step that shows what later steps see of the decision."""
    payload = {"status": "{{ ask.ApprovalStatus }}", "who": "{{ ask.ApproverDecisions }}"}
    shown = [{"Name": "Seen", "Selector": "$.Payload.seen", "Type": "StringMap"}]
    return script(name, TELL, payload, outputs=shown, isEnd=True, **more)


def asked(running: Emulator, *steps: dict[str, Any], allowed: tuple[str, ...] = ()) -> Execution:
    """An execution of these steps that waits by now."""
    deploy(running, document(*steps), allowed)
    execution = start(running)
    assert running.world.clock.run_until(lambda: execution.status == "Waiting", 60)
    return execution


def person(running: Emulator, *statements: Any, name: str = "responder", as_: str = "anna") -> Any:
    """An SSM client of somebody who has a role; the role is made when it is not there."""
    deployer = running.world.clients.account(TAX)
    arn = f"arn:aws:iam::{TAX}:role/{name}"
    known = [one["Arn"] for one in deployer.client("iam").list_roles()["Roles"]]
    if arn not in known:
        role(deployer, name, *(statements or (SIGNALS,)))
    return opened(running, deployer, arn, as_).client("ssm", REGION)


def opened(running: Emulator, deployer: Session, arn: str, as_: str) -> Session:
    """A session of a role under somebody's name."""
    keys = deployer.client("sts").assume_role(RoleArn=arn, RoleSessionName=as_)["Credentials"]
    return running.world.clients.session(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
    )


def answer(ssm: Any, execution: Execution, kind: str = "Approve", comment: str = "") -> None:
    """Send a decision."""
    payload = {"Payload": {"Comment": [comment]}} if comment else {}
    ssm.send_automation_signal(AutomationExecutionId=execution.id, SignalType=kind, **payload)


def seen(running: Emulator, execution: Execution) -> Any:
    """The execution as SSM shows it."""
    return client(running, TAX, "ssm").get_automation_execution(AutomationExecutionId=execution.id)[
        "AutomationExecution"
    ]
