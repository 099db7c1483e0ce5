"""Links into AWS's console: the finding, a run, and what people were engaged by.

Hosts differ by partition (trap 6.7). Each link opens in the account that the reader is signed in
to, so whoever follows it has to be in the account that stands beside it.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from regions import PARTITIONS

HOSTS: Final = {
    "aws": "console.aws.amazon.com",
    "aws-us-gov": "console.amazonaws-us-gov.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-eusc": "console.amazonaws-eusc.eu",
}
"""Partition → host of the console; the region stands before it.

(AWS docs: endpoints of each partition; for ``aws-eusc`` third parties, several.)
"""


def finding(region: str, finding_id: str) -> str:
    """The finding in GuardDuty (AWS docs: guardduty_findings_eventbridge)."""
    return _page(region, "guardduty/home", f"#/findings?search=id%3D{quote(finding_id)}")


def run(region: str, execution_id: str) -> str:
    """The run in Systems Manager, Automation."""
    return _page(region, f"systems-manager/automation/execution/{quote(execution_id)}")


def engagement(region: str, incident: str) -> str:
    """The OpsItem; of an incident, the list of incidents in which it is.

    That an incident has an address of its own in the console is in no document that we know.
    """
    if incident.startswith("arn:"):
        return _page(region, "systems-manager/incidents/home")
    return _page(region, f"systems-manager/opsitems/{quote(incident)}")


def _page(region: str, path: str, fragment: str = "") -> str:
    host = HOSTS[PARTITIONS.get(region, "aws")]
    return f"https://{region}.{host}/{path}?region={region}{fragment}"
