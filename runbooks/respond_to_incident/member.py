"""The member account, through its narrow responder role: look, start two documents, no more."""

from __future__ import annotations

from typing import Any

import boto3

from runbooks.ledger import call, patiently


def there(case: dict[str, str], service: str, operation: str, **parameters: Any) -> Any:
    """One call in the finding's account and region, as its responder."""
    role = f"arn:{case['partition']}:iam::{case['account']}:role/containment-responder"
    keys = call(
        "sts",
        "assume_role",
        case["home"],
        RoleArn=role,
        RoleSessionName=f"respond-{case['execution_id']}"[:64],
    )["Credentials"]
    client = boto3.client(
        service,
        region_name=case["region"],
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    return patiently(getattr(client, operation), parameters)


def start_there(case: dict[str, str], document: str, **parameters: str) -> str:
    """Start a document there; the run's id."""
    given = {name: [value] for name, value in parameters.items()}
    answer = there(
        case, "ssm", "start_automation_execution", DocumentName=document, Parameters=given
    )
    return str(answer["AutomationExecutionId"])
