"""Violations of what events start, and where people decide."""

from __future__ import annotations

from tests.breakages.breakage import ISOLATE
from tests.plants.plant import Plant

STARTED = (
    Plant(
        rule="targets-retried",
        says="maximumRetryAttempts is 184",
        file="components/targets.py",
        old="maximum_retry_attempts=MAXIMUM_ATTEMPTS,",
        new="maximum_retry_attempts=MAXIMUM_ATTEMPTS - 1,",
        near="maximum_retry_attempts=185,",
    ),
    Plant(
        rule="dead-letters-beside",
        says="come from no queue",
        file="components/targets.py",
        old="EventTargetDeadLetterConfigArgs(arn=dead_letters.arn)",
        new="EventTargetDeadLetterConfigArgs("
        'arn="arn:aws:sqs:eu-central-1:222222222222:containment-dead-letters")',
        near="EventTargetDeadLetterConfigArgs(arn=pulumi.Output.concat(dead_letters.arn))",
    ),
    Plant(
        rule="starts-pinned",
        says="version $LATEST",
        file="components/watch.py",
        old='f"automation-definition/{document}:$DEFAULT"',
        new='f"automation-definition/{document}:$LATEST"',
        near='f"document/{document}:$DEFAULT"',
    ),
    Plant(
        rule="starts-declared",
        says="watch-of-others, which the stack does not declare",
        file="components/watch.py",
        old='document = runbook.document_name("Watch")',
        new='document = runbook.document_name("Watch") + "-of-others"',
        near='document = runbook.document_name("Preserve")',
    ),
    Plant(
        rule="documents-with-a-literal-role",
        says="'{{ AutomationAssumeRole }}'",
        file="components/containment.py",
        old='"role": args.place.role(runbook.document_name(action)),',
        new='"role": "{{ AutomationAssumeRole }}",',
        near='"role": args.place.role(f"{PREFIX}another"),',
    ),
    Plant(
        rule="documents-unshared",
        says="permissions is",
        file="components/containment.py",
        old='                        document_format="JSON",\n',
        new='                        document_format="JSON",\n'
        '                        permissions={"type": "Share", "account_ids": "All"},\n',
        near='                        document_format="JSON",\n'
        '                        target_type="/AWS::EC2::Instance",\n',
    ),
    Plant(
        rule="one-document-waits",
        says="triage_hold is aws:pause",
        file=f"{ISOLATE}/document.yaml",
        old="      action: aws:branch\n      inputs:\n        Choices:\n"
        "          - {NextStep: mitigate_deny",
        new="      action: aws:pause\n      inputs:\n        Choices:\n"
        "          - {NextStep: mitigate_deny",
        near="      action: aws:branch\n      inputs:\n        Default: end\n        Choices:\n"
        "          - {NextStep: mitigate_deny",
    ),
    Plant(
        rule="chat-guarded",
        says="AdministratorAccess",
        file="components/chat.py",
        old='"GuardrailPolicies": [guardrail.arn],',
        new='"GuardrailPolicies": ["arn:aws:iam::aws:policy/AdministratorAccess"],',
        near='"GuardrailPolicies": [guardrail.arn, self._place.policy("another")],',
    ),
)
