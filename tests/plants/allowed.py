"""Violations of who may do what, and who is let in."""

from __future__ import annotations

from tests.breakages.breakage import ISOLATE
from tests.plants.plant import Plant

ROLE = 'f"{self._name}-{part}", name=name, assume_role_policy=json.dumps(trust), opts=child\n'
PUT = '{"Action": "events:PutEvents", "Resource": _leads_to(args)}'
ATTACH = """      "Action": ["iam:AttachRolePolicy"],
      "Resource": "arn:${partition}:iam::${account}:role/*",
      "Condition": {
        "ArnEquals": {
          "iam:PolicyARN": "arn:${partition}:iam::${account}:policy/"""

ALLOWED = (
    Plant(
        rule="policies-read",
        says="managedPolicyArns grants",
        file="components/access.py",
        old=ROLE,
        new=ROLE.replace("opts", "managed_policy_arns=['arn:aws:iam::aws:policy/Any'], opts"),
        near=ROLE.replace("opts", "permissions_boundary='arn:aws:iam::aws:policy/Any', opts"),
    ),
    Plant(
        rule="actions-named",
        says="events:* names no action",
        file="components/access.py",
        old=PUT,
        new=PUT.replace("events:PutEvents", "events:*"),
        near=PUT.replace('"events:PutEvents"', '["events:PutEvents", "events:TestEventPattern"]'),
    ),
    Plant(
        rule="resources-named",
        says="events:PutEvents takes a narrower",
        file="components/access.py",
        old=PUT,
        new=PUT.replace("_leads_to(args)", '["*"]'),
        near=PUT.replace("_leads_to(args)", '"arn:aws:events:eu-west-1:222222222222:event-bus/*"'),
    ),
    Plant(
        rule="identity-unwritten",
        says="iam:AttachRolePolicy of arn:aws:iam::222222222222:policy/*",
        file=f"{ISOLATE}/permissions.json",
        old=f'{ATTACH}containment-deny-instance"',
        new=f'{ATTACH}*"',
        near=f'{ATTACH}containment-deny-user"',
    ),
    Plant(
        rule="starts-named",
        says="may start arn:aws:ssm:*:222222222222:automation-definition/*",
        file="components/access.py",
        old='anywhere.arn("ssm", f"automation-definition/{document}:*"),',
        new='anywhere.arn("ssm", "automation-definition/*"),',
        near='anywhere.arn("ssm", f"automation-definition/{document}:$DEFAULT"),',
    ),
    Plant(
        rule="trusts-conditioned",
        says="ssm.amazonaws.com is let in for whomever",
        file="components/access.py",
        old='                    "StringEquals": {"aws:SourceAccount": self._home.account},\n'
        '                    "ArnLike": {"aws:SourceArn": source},\n',
        new='                    "ArnLikeIfExists": {"aws:SourceArn": source},\n',
        near='                    "ArnLike": {"AWS:SourceArn": source},\n',
    ),
    Plant(
        rule="admissions-conditioned",
        says="UndeliveredEvents: events.amazonaws.com is let in for any account",
        file="components/targets.py",
        old='{"ArnLike": {"aws:SourceArn": place.arn("events", f"rule/{PREFIX}*")}}',
        new='{"ArnLike": {"aws:SourceArn": f"arn:aws:events:*:*:rule/{PREFIX}*"}}',
        near='{"StringEquals": {"aws:SourceAccount": place.account}}',
    ),
    Plant(
        rule="keys-conditioned",
        says="Write: kms:* for others",
        file="components/evidence_policies.py",
        old='self.writers, "Write", "kms:GenerateDataKey", "*"',
        new='self.writers, "Write", "kms:*", "*"',
        near='self.writers, "Write", "kms:GenerateDataKey*", "*"',
    ),
    Plant(
        rule="keys-let-events-in",
        says="Speakers: EventBridge gives no aws:sourceaccount",
        file="components/notification.py",
        old='            "StringEquals": {"kms:EncryptionContext:aws:sns:topicArn": ',
        new='            "StringEquals": {"aws:SourceAccount": place.account, '
        '"kms:EncryptionContext:aws:sns:topicArn": ',
        near='            "StringLike": {"kms:EncryptionContext:aws:sns:topicArn": ',
    ),
    Plant(
        rule="buckets-by-tls",
        says="without TLS",
        file="components/evidence_policies.py",
        old='{"Bool": {"aws:SecureTransport": "false"}}',
        new='{"Bool": {"aws:SecureTransport": "true"}}',
        near='{"Bool": {"aws:SecureTransport": False}}',
    ),
)
