"""What a GuardDuty finding is about, as ASFF's ``Resources``: by ARN, with its tags.

(AWS docs: securityhub-integration, "Typical finding"; botocore: securityhub model.) A finding that
names nothing we know is about its account.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Finding = dict[str, Any]


def resources(finding: Finding) -> list[dict[str, Any]]:
    """At least one resource, at most 32."""
    found = list(_found(finding, finding.get("resource") or {}))[:32]
    account = finding["accountId"]
    return [
        {"Partition": "aws", "Region": finding["region"], **resource}
        for resource in found or [{"Type": "AwsAccount", "Id": f"AWS::::Account:{account}"}]
    ]


def _found(finding: Finding, resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    instance = resource.get("instanceDetails") or {}
    if instance.get("instanceId"):
        yield _instance(finding, instance)
    if key := (resource.get("accessKeyDetails") or {}).get("accessKeyId"):
        yield _access_key(resource["accessKeyDetails"], key)
    for bucket in _objects(resource.get("s3BucketDetails")):
        if bucket.get("arn"):
            yield {"Type": "AwsS3Bucket", "Id": bucket["arn"], **_tags(bucket)}
    for details, identifier, kind in (
        ("lambdaDetails", "functionArn", "AwsLambdaFunction"),
        ("eksClusterDetails", "arn", "AwsEksCluster"),
        ("ecsClusterDetails", "arn", "AwsEcsCluster"),
        ("rdsDbInstanceDetails", "dbInstanceArn", "AwsRdsDbInstance"),
    ):
        part = resource.get(details) or {}
        if part.get(identifier):
            yield {"Type": kind, "Id": part[identifier], **_tags(part)}


def _instance(finding: Finding, instance: dict[str, Any]) -> dict[str, Any]:
    place = f"{finding['region']}:{finding['accountId']}"
    interfaces = _objects(instance.get("networkInterfaces"))
    first = interfaces[0] if interfaces else {}
    addresses = [one.get(name) for one in interfaces for name in ("publicIp", "privateIpAddress")]
    details = {
        "Type": instance.get("instanceType"),
        "ImageId": instance.get("imageId"),
        "IpV4Addresses": [address for address in addresses if address],
        "IamInstanceProfileArn": (instance.get("iamInstanceProfile") or {}).get("arn"),
        "VpcId": first.get("vpcId"),
        "SubnetId": first.get("subnetId"),
        "LaunchedAt": instance.get("launchTime"),
    }
    given = {key: value for key, value in details.items() if value}
    return {
        "Type": "AwsEc2Instance",
        "Id": f"arn:aws:ec2:{place}:instance/{instance['instanceId']}",
        **_tags(instance),
        **({"Details": {"AwsEc2Instance": given}} if given else {}),
    }


def _access_key(details: dict[str, Any], key: str) -> dict[str, Any]:
    given = {
        "PrincipalId": details.get("principalId"),
        "PrincipalType": details.get("userType"),
        "PrincipalName": details.get("userName"),
    }
    return {
        "Type": "AwsIamAccessKey",
        "Id": f"AWS::IAM::AccessKey:{key}",
        "Details": {"AwsIamAccessKey": {k: v for k, v in given.items() if v}},
    }


def _tags(details: dict[str, Any]) -> dict[str, Any]:
    tags = {
        str(tag["key"]): str(tag.get("value", ""))
        for tag in _objects(details.get("tags"))
        if "key" in tag
    }
    return {"Tags": tags} if tags else {}


def _objects(values: Any) -> list[dict[str, Any]]:
    return [value for value in values or () if isinstance(value, dict)]
