"""What is in the accounts, by name: taken before a deployment and after its end, and compared.

Asked through AWS's own interfaces with each account's deployer role, so that it sees what a person
would see, and not what the program believes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from botocore.exceptions import ClientError

from names import DENY_INSTANCE, EVIDENCE_KEY, LOG_GROUP, PREFIX, SNAPSHOT_KEY, STATE_TABLE
from rehearsal.emulator.clients import Clients

Names = Callable[[Any], Iterable[str]]


@dataclass(frozen=True, order=True)
class Thing:
    """Something that exists in an account; ``region`` is empty for what is global."""

    account: str
    region: str
    kind: str
    name: str

    def __str__(self) -> str:
        return " ".join(part for part in (self.account, self.region, self.kind, self.name) if part)


def _listed(operation: str, *path: str) -> Names:
    """Names from a paginated or plain list operation: its list, then the field in each item."""

    def names(client: Any) -> Iterable[str]:
        pages = (
            client.get_paginator(operation).paginate()
            if client.can_paginate(operation)
            else [getattr(client, operation)()]
        )
        for page in pages:
            for item in page.get(path[0]) or []:
                yield str(item[path[1]] if len(path) > 1 else item)

    return names


def _rules(client: Any) -> Iterable[str]:
    for bus in client.list_event_buses()["EventBuses"]:
        for rule in client.list_rules(EventBusName=bus["Name"])["Rules"]:
            yield f"{bus['Name']}/{rule['Name']}"


def _buses(client: Any) -> Iterable[str]:
    return [b["Name"] for b in client.list_event_buses()["EventBuses"] if b["Name"] != "default"]


def _documents(client: Any) -> Iterable[str]:
    own = [{"Key": "Owner", "Values": ["Self"]}]
    return [d["Name"] for d in client.list_documents(Filters=own)["DocumentIdentifiers"]]


def _hub(client: Any) -> Iterable[str]:
    try:
        return [client.describe_hub()["HubArn"]]
    except ClientError as error:
        if error.response["Error"]["Code"] not in (
            "InvalidAccessException",
            "ResourceNotFoundException",
        ):
            raise
        return []


def _snapshots(client: Any) -> Iterable[str]:
    return [s["SnapshotId"] for s in client.describe_snapshots(OwnerIds=["self"])["Snapshots"]]


def _policies(client: Any) -> Iterable[str]:
    pages = client.get_paginator("list_policies").paginate(Scope="Local")
    return [policy["PolicyName"] for page in pages for policy in page["Policies"]]


def _groups(client: Any) -> Iterable[str]:
    found = client.describe_security_groups()["SecurityGroups"]
    return [g["GroupName"] for g in found if g["GroupName"].startswith(PREFIX)]


def _buckets(client: Any) -> Iterable[str]:
    here = client.meta.region_name
    return [b["Name"] for b in client.list_buckets(BucketRegion=here)["Buckets"]]


def _aliases(client: Any) -> Iterable[str]:
    found = [alias["AliasName"] for alias in client.list_aliases()["Aliases"]]
    return [name for name in found if name.startswith(f"alias/{PREFIX}")]


_REGIONAL: Final[tuple[tuple[str, str, Names], ...]] = (
    ("event bus", "events", _buses),
    ("rule", "events", _rules),
    ("queue", "sqs", _listed("list_queues", "QueueUrls")),
    ("table", "dynamodb", _listed("list_tables", "TableNames")),
    ("document", "ssm", _documents),
    ("log group", "logs", _listed("describe_log_groups", "logGroups", "logGroupName")),
    ("alarm", "cloudwatch", _listed("describe_alarms", "MetricAlarms", "AlarmName")),
    ("dashboard", "cloudwatch", _listed("list_dashboards", "DashboardEntries", "DashboardName")),
    ("detector", "guardduty", _listed("list_detectors", "DetectorIds")),
    ("security hub", "securityhub", _hub),
    ("snapshot", "ec2", _snapshots),
    ("security group", "ec2", _groups),
    ("bucket", "s3", _buckets),
    ("key alias", "kms", _aliases),
)
_GLOBAL: Final[tuple[tuple[str, str, Names], ...]] = (
    ("role", "iam", _listed("list_roles", "Roles", "RoleName")),
    ("policy", "iam", _policies),
)

RETAINED: Final = (
    ("table", STATE_TABLE),
    ("log group", LOG_GROUP),
    ("policy", DENY_INSTANCE),
    ("key alias", EVIDENCE_KEY),
    ("key alias", SNAPSHOT_KEY),
    ("bucket", f"{PREFIX}evidence-*"),
    ("bucket", f"{PREFIX}exemptions-*"),
)
"""Kept on destroy where the stack's settings say so (trap 4.11); * stands for account and region.

A key that is not kept waits for its end for days (botocore: kms model): its alias is gone at once.
"""


def taken(clients: Clients, accounts: Mapping[str, str], regions: Sequence[str]) -> set[Thing]:
    """Everything in all accounts and regions; ``accounts`` is name → id."""
    found: set[Thing] = set()
    for name, account in accounts.items():
        session = clients.account(account)
        for kind, service, names in _GLOBAL:
            client = session.client(service, regions[0])
            found |= {Thing(name, "", kind, each) for each in names(client)}
        for region in regions:
            for kind, service, names in _REGIONAL:
                client = session.client(service, region)
                found |= {Thing(name, region, kind, each) for each in names(client)}
    return found


def _is_retained(thing: Thing) -> bool:
    return any(thing.kind == kind and fnmatchcase(thing.name, name) for kind, name in RETAINED)


@dataclass(frozen=True, kw_only=True)
class Remains:
    """What a destroy left, sorted by whose doing it is."""

    retained: list[str]
    """Declared to be kept."""
    kept_by_aws: list[str]
    """Detectors and hubs of other accounts: auto-enable and central configuration made them."""
    unexpected: list[str]


def compared(
    before: set[Thing], after: set[Thing], administrator: str, home: str, *, retain: bool
) -> Remains:
    """Sort what is there after a destroy and was not before a deployment.

    ``administrator`` is the security account by name: its detectors and its hub at home are
    declared; hubs in linked regions are switched on by central configuration (trap 1.18).
    """
    sorted_out: dict[str, list[str]] = {"retained": [], "kept_by_aws": [], "unexpected": []}
    for thing in sorted(after - before):
        elsewhere = {
            "detector": thing.account != administrator,
            "security hub": (thing.account, thing.region) != (administrator, home),
        }
        if retain and _is_retained(thing):
            sorted_out["retained"].append(str(thing))
        elif elsewhere.get(thing.kind):
            sorted_out["kept_by_aws"].append(str(thing))
        else:
            sorted_out["unexpected"].append(str(thing))
    return Remains(**sorted_out)
