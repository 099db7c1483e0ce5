"""The table: each resource type that the rehearsal knows, as calls to AWS, by service.

A type that is not here is an error that names it; so is an input that its entry does not list.
"""

from __future__ import annotations

from rehearsal.provider.kinds import Kind
from rehearsal.provider.table import (
    cloudcontrol,
    dynamodb,
    events,
    guardduty,
    iam,
    incidents,
    kms,
    messaging,
    monitoring,
    s3,
    securityhub,
    ssm,
)

TABLE: dict[str, Kind] = {
    **cloudcontrol.KINDS,
    **dynamodb.KINDS,
    **events.KINDS,
    **guardduty.KINDS,
    **iam.KINDS,
    **incidents.KINDS,
    **kms.KINDS,
    **messaging.KINDS,
    **monitoring.KINDS,
    **s3.KINDS,
    **securityhub.KINDS,
    **ssm.KINDS,
}
