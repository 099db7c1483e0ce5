"""What a scenario expects, by a deadline: read from AWS; from the ledger only what and when."""

from __future__ import annotations

from operations import timeline
from operations.ground import Ground
from operations.records import Record
from operations.victims import Network, Target

RESPOND = "Respond"
"""The action of what the response to a finding reports."""
LEDGER_DEADLINE = 300.0  # seconds of the ground's time until a stage has to be in the ledger


class UnmetError(AssertionError):
    """An expectation that did not come true, in a sentence."""


def expect(holds: object, sentence: str) -> None:
    """Raise UnmetError with the sentence unless it holds."""
    if not holds:
        raise UnmetError(sentence)


def ledger(ground: Ground, finding: str) -> list[Record]:
    """What the pipeline did about one finding, by the ledger.

    What its response did is another story, in which a stage such as ``joined`` means another thing.
    """
    logs = ground.client(ground.security, "logs", ground.regions[0])
    records = timeline.read(logs, finding_id=finding)
    return [record for record in records if record.action != RESPOND]


def stage(
    ground: Ground, finding: str, name: str, *, times: int = 1, action: str | None = None
) -> Record:
    """Wait until the ledger holds a stage of a finding so many times; the last of them."""

    def found() -> list[Record]:
        records = ledger(ground, finding)
        return [r for r in records if r.stage == name and action in (None, r.action)]

    def told() -> str:
        records = ledger(ground, finding)
        return "; ".join(f"{r.stage} ({r.why})" if r.why else r.stage for r in records)

    expect(
        ground.wait(lambda: len(found()) >= times, LEDGER_DEADLINE),
        f"no {name} in the ledger after {LEDGER_DEADLINE:.0f} s; it holds: {told() or 'nothing'}",
    )
    return found()[-1]


def run_ended(ground: Ground, account: str, region: str, run: str) -> str:
    """Wait for an Automation run to end; its status, which is no verdict (trap 4.13)."""
    ssm = ground.client(account, "ssm", region)

    def status() -> str:
        answer = ssm.get_automation_execution(AutomationExecutionId=run)
        return str(answer["AutomationExecution"]["AutomationExecutionStatus"])

    ongoing = ("Pending", "InProgress", "Waiting", "Cancelling")
    ended = ground.wait(lambda: status() not in ongoing, LEDGER_DEADLINE)
    expect(ended, f"the run {run} does not end")
    return status()


def isolated(network: Network, target: Target) -> None:
    """Every interface is in one group of the pipeline's, which has no rule at all."""
    now = network.groups_of(target.instance)
    expect(now.keys() == target.interfaces.keys(), f"interfaces changed: {now}")
    for interface, groups in now.items():
        expect(len(groups) == 1, f"{interface} is in {groups}, not in one group")
        expect(groups != target.interfaces[interface], f"{interface} was not moved")
        expect(not network.rules_of(groups), f"{groups} lets something through")
    expect(
        network.groups_made() == [f"containment-quarantine-{network.account}"],
        f"the pipeline left other groups behind: {network.groups_made()}",
    )


def protections(network: Network, target: Target) -> list[str]:
    """What keeps the instance from its end, beyond what it was made with; empty when it is gone."""
    if network.state_of(target.instance) in (None, "terminated"):
        return []

    def value(attribute: str) -> object:
        answer = network.ec2.describe_instance_attribute(
            InstanceId=target.instance, Attribute=attribute
        )
        return answer[attribute[0].upper() + attribute[1:]].get("Value", False)

    return [name for name in ("disableApiStop", "disableApiTermination") if value(name) is True]


def untouched(network: Network, target: Target) -> None:
    """Every interface is in the groups in which it was made."""
    now = network.groups_of(target.instance)
    expect(now == target.interfaces, f"{target.instance} was touched: {target.interfaces} → {now}")
