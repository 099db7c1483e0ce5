"""The real engine previews and deploys with the policy pack, and stops where a rule is broken."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from promotion.operation import DeploymentError
from promotion.program import CHECKOUT
from rehearsal import engine_binary
from rehearsal.clock import VirtualClock
from rehearsal.emulator.server import Emulator
from tests.planting import settings
from tests.policed import Policed
from tests.preview import NOT_IN_A_PREVIEW

# Pulumi's host of inline programs leaves its event loop open where the engine gives a program up.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

ACCOUNT, REGION = "333333333333", "eu-central-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/OrganizationAccountAccessRole"
PROGRAM = f"""
import pulumi
import pulumi_aws as aws

provider = aws.Provider(
    "tax",
    region="{REGION}",
    allowed_account_ids=["{ACCOUNT}"],
    assume_roles=[aws.ProviderAssumeRoleArgs(role_arn="{ROLE}", session_name="deploy")],
)
opts = pulumi.ResourceOptions(provider=provider)
"""
LOGS = 'logs = aws.cloudwatch.LogGroup("logs", retention_in_days={days}, region="{region}"{more})\n'
TOPIC = """
key = logs.arn.apply(lambda _: "alias/{key}")  # not known before the log group is there
aws.sns.Topic("topic", name="Said", kms_master_key_id=key, region="{region}", opts=opts)
"""

TABLE = """
enabled = aws.dynamodb.TableServerSideEncryptionArgs(enabled=True)
restored = aws.dynamodb.TablePointInTimeRecoveryArgs(enabled=True)
aws.dynamodb.Table(
    "state", name="state", hash_key="id", billing_mode="PAY_PER_REQUEST",
    attributes=[aws.dynamodb.TableAttributeArgs(name="id", type="S")],
    server_side_encryption=enabled, point_in_time_recovery=restored,
    deletion_protection_enabled=False, region="{region}", opts=opts,
)
"""

PROJECT = {"name": "small", "runtime": "python"}
CONFIG = "policies.json"

Stack = Callable[..., Policed]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(VirtualClock()) as running:
        yield running


@pytest.fixture
def stack(emulator: Emulator, tmp_path: Path) -> Iterator[Stack]:
    """A factory of stacks, of a program's text and configuration; the pack's own is empty."""
    made: list[Policed] = []

    def of(text: str, project: Any, config: Any) -> Policed:
        (tmp_path / "__main__.py").write_text(text)
        (tmp_path / "Pulumi.yaml").write_text(yaml.safe_dump(project))
        (tmp_path / "Pulumi.small.yaml").write_text(yaml.safe_dump({"config": config}))
        (tmp_path / CONFIG).write_text("{}")
        made.append(
            Policed(
                "small",
                config=tmp_path / CONFIG,
                endpoint=emulator.endpoint,
                engine=engine_binary.locate(print),
                directory=tmp_path,
            )
        )
        return made[-1]

    yield of
    for each in made:
        each.close()
    gc.collect()  # so that what was left open is noticed here, and not in another test


def small(stack: Stack, days: int = 365, key: str = "") -> Policed:
    """A log group that keeps for so many days, and a topic on such a key, if any."""
    text = PROGRAM + LOGS.format(days=days, region=REGION, more=", opts=opts")
    topic = TOPIC.format(key=key, region=REGION) if key else ""
    return stack(text + topic, PROJECT, {})


def test_the_program_keeps_every_rule_and_a_preview_says_what_it_cannot_judge(
    stack: Stack,
) -> None:
    project = yaml.safe_load(CHECKOUT.joinpath("Pulumi.yaml").read_text())
    text = CHECKOUT.joinpath("__main__.py").read_text()
    whole = stack(text, project, {"containment:settings": settings()})
    assert whole.preview().counts["create"] > 150
    assert {level for level, _, _ in whole.told} == {"advisory"}
    assert {rule for _, rule, _ in whole.told} == {rule for rule, _ in NOT_IN_A_PREVIEW}
    assert all("can't be known during preview" in says for _, _, says in whole.told)


def test_a_broken_rule_fails_the_preview_until_it_is_switched_to_advice_or_off(
    stack: Stack, tmp_path: Path
) -> None:
    broken = small(stack, days=30)
    with pytest.raises(DeploymentError):
        broken.preview()
    says = "retentionInDays is 30: the ledger is kept for 365 days at least, or with 0 for good"
    assert broken.told == [("mandatory", "ledger-kept", says)]
    for switched in ({"ledger-kept": "advisory"}, {"all": "advisory"}):
        (tmp_path / CONFIG).write_text(json.dumps(switched))
        assert broken.preview().counts["create"] == 3
        assert broken.told == [("advisory", "ledger-kept", says)]
    (tmp_path / CONFIG).write_text(json.dumps({"ledger-kept": "disabled"}))
    assert broken.preview().counts["create"] == 3
    assert broken.told == []


def test_a_rule_is_configured_by_the_same_file(stack: Stack, tmp_path: Path) -> None:
    table = stack(PROGRAM + TABLE.format(region=REGION), PROJECT, {})
    assert table.preview().counts["create"] == 3
    assert table.told == []
    (tmp_path / CONFIG).write_text(json.dumps({"data-kept": {"retain": True}}))
    with pytest.raises(DeploymentError):
        table.preview()
    assert table.told == [("mandatory", "data-kept", "state can be deleted with what is in it")]


def test_what_a_preview_cannot_judge_an_update_refuses_before_it_is_made(
    stack: Stack, emulator: Emulator
) -> None:
    broken = small(stack, key="aws/sns")
    broken.preview()
    assert [(level, rule) for level, rule, _ in broken.told] == [("advisory", "topics-on-our-key")]
    with pytest.raises(DeploymentError):
        broken.up()
    ((level, rule, says),) = broken.told
    assert (level, rule) == ("mandatory", "topics-on-our-key")
    assert says.startswith("kmsMasterKeyId is 'alias/aws/sns'")
    sns = emulator.world.clients.account(ACCOUNT).client("sns", REGION)
    assert sns.list_topics()["Topics"] == []
    broken.destroy()


def test_a_resource_of_the_engines_own_provider_is_refused(stack: Stack) -> None:
    text = f"import pulumi_aws as aws\n{LOGS.format(days=365, region=REGION, more='')}"
    roles = [{"roleArn": ROLE, "sessionName": "deploy"}]
    config = {"aws:region": REGION, "aws:allowedAccountIds": [ACCOUNT], "aws:assumeRoles": roles}
    loose = stack(text, PROJECT, config)
    with pytest.raises(DeploymentError):
        loose.preview()
    ((level, rule, says),) = loose.told
    assert (level, rule) == ("mandatory", "provider-named")
    assert says.startswith("its provider is the engine's own, 'default_")
