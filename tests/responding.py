"""The response deployed onto an emulated organisation: its documents, roles, topic and people.

Everything by AWS's own calls, as the program declares it: what is told is read from a queue that
has subscribed to the topic.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from names import (
    APPROVER,
    ESCALATE,
    LOG_GROUP,
    RESPOND,
    RESPONDER,
    TOPIC,
    Place,
)
from operations.findings import finding
from operations.ground import once_iam_acts
from operations.victims import Network, Target
from runbooks import RESPONSE, responder_policy
from tests.decided import granted_values, people, values
from tests.organization import MINING, Deployed

ALLOW: Mapping[str, Any] = {"Effect": "Allow"}


@dataclass(kw_only=True)
class Response:
    """The response in the security account, and what came of it."""

    organization: Deployed
    home: Place
    decided: dict[str, Any]

    def client(self, service: str, account: str = "", region: str = "") -> Any:
        """The deployer's client, at home unless another place is named."""
        return self.organization.ground.client(
            account or self.home.account, service, region or self.home.region
        )

    def deploy(self) -> Response:
        """Topic, queue, roles and documents; what a test changed in an earlier one is put back."""
        sns, sqs = self.client("sns"), self.client("sqs")
        topic = sns.create_topic(Name=TOPIC)["TopicArn"]
        sqs.create_queue(QueueName="heard")
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=self.home.arn("sqs", "heard"))
        self.messages()
        backend = self.decided["Backend"]
        service = {"Principal": {"Service": "ssm.amazonaws.com"}}
        self.role(RESPOND, service, RESPONSE.policy("Respond", granted_values(self.home, backend)))
        self.role(
            ESCALATE, service, RESPONSE.policy("Escalate", granted_values(self.home, backend))
        )
        signal = {"Action": "ssm:SendAutomationSignal", "Resource": "*"}
        whoever = {"Principal": {"AWS": self.home.role("OrganizationAccountAccessRole")}}
        self.role(APPROVER, whoever, {"Statement": [{**ALLOW, **signal}]})
        for account in set(self.organization.ground.accounts.values()):
            self.responder(account)
        for action, name in (("Respond", RESPOND), ("Escalate", ESCALATE)):
            content = RESPONSE.document(
                action,  # type: ignore[arg-type]  # both are actions
                values(self.home, name, self.decided),
            )
            self.document(name, content)
        once_iam_acts(self.organization.ground)
        return self

    def role(self, name: str, who: Mapping[str, Any], policy: Mapping[str, Any]) -> None:
        """A role of the security account."""
        self._role(self.client("iam"), name, who, policy)

    def responder(self, account: str) -> None:
        """The role by which the response looks into an account and starts documents there."""
        who = {"Principal": {"AWS": self.home.role(RESPOND)}}
        policy = responder_policy("aws", account)
        self._role(self.client("iam", account), RESPONDER, who, policy)

    def _role(self, iam: Any, name: str, who: Mapping[str, Any], policy: Mapping[str, Any]) -> None:
        trust = {"Statement": [{**ALLOW, "Action": "sts:AssumeRole", **who}]}
        text = json.dumps({"Version": "2012-10-17", **trust})
        if name in [each["RoleName"] for each in iam.list_roles()["Roles"]]:
            iam.update_assume_role_policy(RoleName=name, PolicyDocument=text)
        else:
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=text)
        allowed = json.dumps({"Version": "2012-10-17", **policy})
        iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=allowed)

    def document(self, name: str, content: Mapping[str, Any]) -> None:
        """A document, made anew."""
        ssm = self.client("ssm")
        known = ssm.list_documents(Filters=[{"Key": "Owner", "Values": ["Self"]}])
        if name in [each["Name"] for each in known["DocumentIdentifiers"]]:
            ssm.delete_document(Name=name)
        ssm.create_document(Name=name, DocumentType="Automation", Content=json.dumps(content))

    def start(self, document: str = RESPOND, settle: float = 30, **given: Any) -> Any:
        """Start a document, let some time pass; its execution."""
        lists = {k: v if isinstance(v, list) else [v] for k, v in given.items()}
        self.wait(2)  # one start a second (trap 4.5)
        ssm = self.client("ssm")
        run = ssm.start_automation_execution(DocumentName=document, Parameters=lists)
        self.wait(settle)
        return self.run(run["AutomationExecutionId"])

    def run(self, run: str) -> Any:
        """An execution."""
        automation = self.organization.emulator.world.automation
        return automation.execution(self.home.account, self.home.region, run)

    def escalate(self) -> Any:
        """A look of Escalate, to its end."""
        return self.start(ESCALATE, 30)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.organization.ground.wait(lambda: False, seconds)

    def signal(self, run: Any, kind: str = "Approve", person: str = "anna") -> None:
        """What a person sends who holds the approver's role."""
        keys = self.client("sts").assume_role(
            RoleArn=self.home.role(APPROVER), RoleSessionName=person
        )["Credentials"]
        session = self.organization.emulator.world.clients.session(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
        )
        payload = {"Payload": {"StepName": ["mitigate_by_hand"]}} if kind == "Resume" else {}
        session.client("ssm", self.home.region).send_automation_signal(
            AutomationExecutionId=run.id, SignalType=kind, **payload
        )

    def messages(self) -> list[dict[str, Any]]:
        """Everything told since the last question: the topic's notification, message parsed."""
        sqs = self.client("sqs")
        queue = sqs.get_queue_url(QueueName="heard")["QueueUrl"]
        new: list[dict[str, Any]] = []
        while True:
            found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
            if not found:
                return new
            for each in found:
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=each["ReceiptHandle"])
                body = json.loads(each["Body"])
                try:
                    told = json.loads(body["Message"])
                except ValueError:
                    told = body["Message"]
                to = body.get("MessageAttributes", {}).get("to", {}).get("Value", "")
                new.append({"told": told, "to": to, "subject": body.get("Subject", "")})

    def chat(self) -> list[dict[str, Any]]:
        """Those in the schema of chat."""
        return [each for each in self.messages() if each["told"].get("source") == "custom"]

    def told(self, kind: str = "Response Stage") -> list[dict[str, Any]]:
        """The details of this kind in the ledger, in order of time."""
        pages = (
            self.client("logs").get_paginator("filter_log_events").paginate(logGroupName=LOG_GROUP)
        )
        events = [json.loads(one["message"]) for page in pages for one in page["events"]]
        return [each["detail"] for each in events if each["detail-type"] == kind]

    def stages(self, finding_id: str) -> list[str]:
        """The stages of the response to a finding."""
        return [each["stage"] for each in self.told() if each["finding_id"] == finding_id]

    def item(self, thread: str) -> dict[str, str]:
        """What the table holds of a response."""
        found = self.client("dynamodb").get_item(
            TableName="containment-state", Key={"id": {"S": f"people#{thread}"}}
        )
        return {name: value["S"] for name, value in found.get("Item", {}).items()}

    def real(self, network: Network) -> Target:
        """An instance that is no drill's: what is contained is offered for release."""
        target = network.add_instance()
        network.ec2.delete_tags(Resources=[target.instance], Tags=[{"Key": "containment:drill"}])
        return target

    def in_hub(self, arn: str) -> dict[str, Any]:
        """The finding as Security Hub has it; empty where it has none."""
        wanted = [{"Value": arn, "Comparison": "EQUALS"}]
        found = self.client("securityhub").get_findings(Filters={"Id": wanted})["Findings"]
        return found[0] if found else {}

    def filed(self, network: Network, target: Target, kind: str = MINING) -> str:
        """A finding that no rule has answered; its ARN."""
        return self.organization.file(network, finding(kind, network, target))

    def asks(self, network: Network, arn: str, settle: float = 30) -> Any:
        """The member's pipeline wants an approval, and the response is started for it."""
        self.organization.contain(network, arn, Mode="approval")
        return self.start(
            settle=settle,
            FindingId=arn.split("/")[-1],
            Account=network.account,
            Region=network.region,
            Route="compromised-instance",
            Stage="approval-wanted",
        )


def response_at(organization: Deployed, account: str, region: str, **changed: Any) -> Response:
    """A response, not deployed yet, at home in this place."""
    home = Place(partition="aws", account=account, region=region)
    return Response(organization=organization, home=home, decided=people(home, **changed))
