"""A way into accounts of an emulated organisation, for what is done behind the program's back."""

from __future__ import annotations

from typing import Any, Final

import boto3

from rehearsal.emulator.organization import Organization
from rehearsal.promoting.organisation import Organisation

REGION: Final = "eu-west-1"


def client(organisation: Organisation, account: str, service: str) -> Any:
    """As the deployer of an account."""
    given = organisation.variables
    whole = {
        "region_name": REGION,
        "endpoint_url": given["AWS_ENDPOINT_URL"],
        "aws_access_key_id": given["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": given["AWS_SECRET_ACCESS_KEY"],
    }
    keys = boto3.client("sts", **whole).assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/{Organization().deployer_role}",
        RoleSessionName="rehearsal",
    )["Credentials"]
    whole |= {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }
    return boto3.client(service, **whole)
