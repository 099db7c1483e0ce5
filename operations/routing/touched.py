"""What a runbook changes, in words, as its permissions have it.

A test holds the words to the permissions: an action that a runbook gains has to be put here, and
one that it loses has to go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from runbooks import RUNBOOKS

_GROUPS: Final = (
    "its VPC: a quarantine group is made, and for seconds a group that lets open connections end"
)
_COPIES: Final = (
    "where a forensic account is set: copies of the snapshots, shared with it alone, which stay"
)
WORDS: Final[Mapping[str, str]] = {
    "iam:TagRole": "its role: a tag that names the instance",
    "iam:AttachRolePolicy": "its role: a pre-made policy that denies everything to this instance",
    "autoscaling:EnterStandby": "its Auto Scaling group: the instance goes on standby",
    "ec2:CreateSecurityGroup": _GROUPS,
    "ec2:AuthorizeSecurityGroupEgress": _GROUPS,
    "ec2:AuthorizeSecurityGroupIngress": _GROUPS,
    "ec2:RevokeSecurityGroupEgress": _GROUPS,
    "ec2:RevokeSecurityGroupIngress": _GROUPS,
    "ec2:DeleteSecurityGroup": _GROUPS,
    "ec2:ModifyNetworkInterfaceAttribute": (
        "each of its network interfaces: the security groups, swapped for the quarantine group"
    ),
    "ec2:ModifyInstanceAttribute": "the instance: protected against its end; its disks outlive it",
    "ec2:CreateSnapshot": "its disks: a snapshot of each, which stays",
    "ec2:CreateSnapshots": "its disks: a snapshot of each, which stays",
    "ec2:CopySnapshot": _COPIES,
    "ec2:ModifySnapshotAttribute": _COPIES,
}
"""IAM action → what it changes for whoever owns the resource."""
BOOKKEEPING: Final = frozenset(
    {
        *("events:PutEvents", "dynamodb:UpdateItem", "s3:PutObject", "ec2:CreateTags"),
        *("kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"),
        *("kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:CreateGrant"),
    }
)
"""Ledger, state, evidence, their keys, and tags of what is made: nobody else's resource."""
READING: Final = ("Describe", "Get", "List")
CHANGING: Final = ("Contain", "Preserve")
"""The actions of a runbook that a finding sets off; a release takes back."""


def allowed(runbook: str) -> list[str]:
    """The IAM actions with which it may change anything, in the order of its permissions."""
    entries = [
        entry
        for action in CHANGING
        for entry in RUNBOOKS[runbook].permissions.get(action, ())
        if entry.get("Effect") != "Deny"
    ]
    every = dict.fromkeys(name for entry in entries for name in entry["Action"])
    return [name for name in every if not name.split(":")[1].startswith(READING)]


def touched_by(runbook: str) -> tuple[str, ...]:
    """What it changes, a line each; raises KeyError for a permission without words."""
    changing = [name for name in allowed(runbook) if name not in BOOKKEEPING]
    return tuple(dict.fromkeys(WORDS[name] for name in changing))
