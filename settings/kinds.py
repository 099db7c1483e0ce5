"""The kinds of value in a stack file: what each may be, and how a mistake describes it."""

from __future__ import annotations

import ipaddress
from collections.abc import Container
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from regions import PARTITIONS
from routes import ROUTES

AccountId = Annotated[str, Field(pattern=r"^[0-9]{12}$", description="12 digits in quotes")]
Region = Annotated[
    str,
    AfterValidator(lambda region: _known(region, PARTITIONS, "no region that is known here")),
    Field(json_schema_extra={"enum": [*PARTITIONS]}, description="an AWS region's name"),
]
Batch = Annotated[
    str, Field(pattern=r"^[0-9]{2,3}$", description='two or three digits in quotes, "01"')
]
_CONTAINING = [route.name for route in ROUTES if route.runbook]
_NOT_CONTAINING = f"routes with a runbook: {', '.join(_CONTAINING)}"
RouteName = Annotated[
    str,
    AfterValidator(lambda name: _known(name, _CONTAINING, _NOT_CONTAINING)),
    Field(json_schema_extra={"enum": [*_CONTAINING]}, description="a route that has a runbook"),
]
VpcId = Annotated[str, Field(pattern=r"^vpc-[0-9a-f]{8,17}$", description="a VPC's id, vpc-…")]
Block = Annotated[str, AfterValidator(lambda block: _block(block))]
RoleName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9_+=,.@*/-]{4,64}$", description="the name of a role, * matches any"),
]
Plan = Literal[
    "S3_DATA_EVENTS",
    "EKS_AUDIT_LOGS",
    "EBS_MALWARE_PROTECTION",
    "RDS_LOGIN_EVENTS",
    "LAMBDA_NETWORK_LOGS",
    "RUNTIME_MONITORING",
    "AI_PROTECTION",
]
Frequency = Literal["FIFTEEN_MINUTES", "ONE_HOUR", "SIX_HOURS"]


def _known(name: str, known: Container[str], otherwise: str) -> str:
    if name not in known:
        raise ValueError(otherwise)
    return name


def _block(block: str) -> str:
    if ipaddress.ip_network(block).version != 4:
        raise ValueError("an IPv4 range")
    if block.endswith("/0"):
        raise ValueError("not everybody: a range with a prefix length of its own")
    return block
