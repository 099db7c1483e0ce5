"""What Systems Manager's operations ask of IAM (source: AWS's service authorization reference)."""

from __future__ import annotations

from collections.abc import Iterator

from moto.ssm.models import ssm_backends

from rehearsal.emulator.actions.need import (
    REQUEST_TAGS,
    RESOURCE_TAGS,
    Call,
    Need,
    requested_tags,
    resource_tags,
)


def start_automation(call: Call) -> Iterator[Need]:
    """Three resources, so that the old and the new evaluation both allow it (trap 5.11)."""
    name = call.params["DocumentName"].rsplit("/", 1)[-1]
    owner = "" if name.startswith(("AWS-", "AWSSupport-", "AWSEC2-")) else None
    version = call.params.get("DocumentVersion") or "$DEFAULT"
    tags = requested_tags(call.params.get("Tags"))
    context = tags | {"ssm:documentversion": (version,)}
    resources = [call.arn(f"automation-definition/{name}:{version}", account=owner)]
    if call.bites("5.11"):
        document = call.arn(f"document/{name}", account=owner)
        resources = [document, call.arn("automation-execution/*"), *resources]
    for resource in resources:
        yield Need(
            action=call.action,
            resource=resource,
            context=context,
            known=REQUEST_TAGS | {"ssm:documentversion"},
        )


def systems_manager(call: Call) -> Iterator[Need]:
    """The document, execution, OpsItem, parameter or service setting that a call names."""
    params = call.params
    resource: str | None = None
    context = requested_tags(params.get("Tags"))
    known = REQUEST_TAGS
    if execution := params.get("AutomationExecutionId"):
        resource = call.arn(f"automation-execution/{execution}")
    elif item := _ops_item(call):
        resource = call.arn(f"opsitem/{item}")
        held = ssm_backends[call.account][call.region]._resource_tags["OpsItem"]
        context = context | resource_tags(held.get(item, {}))
        known = known | RESOURCE_TAGS
    elif "SettingId" in params:
        resource = call.arn(f"servicesetting{params['SettingId']}")
    elif call.operation.endswith(("Document", "DocumentPermission", "DocumentDefaultVersion")):
        resource = call.arn(f"document/{params['Name'].rsplit('/', 1)[-1]}")
    elif call.operation in ("GetParameter", "PutParameter", "DeleteParameter"):
        resource = call.arn(f"parameter/{params['Name'].lstrip('/')}")
    elif call.operation in ("DescribeAutomationExecutions", "DescribeOpsItems", "ListDocuments"):
        resource = "*"
    yield Need(action=call.action, resource=resource, context=context, known=known)
    if call.operation == "CreateOpsItem" and params.get("Tags"):
        yield Need(action="ssm:AddTagsToResource", resource=resource, context=context, known=known)


def _ops_item(call: Call) -> str | None:
    """Its id; ``*`` for one that is to be made.

    (AWS docs: managed policies that allow CreateOpsItem on ``opsitem/*``; botocore: ssm model on
    the permission for tags.)
    """
    if call.operation == "CreateOpsItem":
        return "*"
    tagged = call.params.get("ResourceType") == "OpsItem"
    return call.params.get("ResourceId") if tagged else call.params.get("OpsItemId")
