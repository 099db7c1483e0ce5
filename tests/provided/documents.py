"""JSON documents that differ by one word, for samples and their changes."""

from __future__ import annotations

import json

from tests.emulated import REGION, TAX


def policy(sid: str, service: str = "events.amazonaws.com") -> str:
    """A resource policy that differs by its Sid."""
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def denial(sid: str) -> str:
    """An identity policy that differs by its Sid."""
    statement = {"Sid": sid, "Effect": "Deny", "Action": "*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(source: str) -> str:
    """A trust policy that differs by its condition."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": source}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def bus_policy(sid: str, bus: str) -> str:
    """Lets the organisation put events on a bus."""
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": "*",
        "Action": "events:PutEvents",
        "Resource": f"arn:aws:events:{REGION}:{TAX}:event-bus/{bus}",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def queue_policy(sid: str) -> str:
    """Lets rules send to a queue."""
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": f"arn:aws:sqs:{REGION}:{TAX}:guarded",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def document(seconds: int) -> str:
    """An Automation document that sleeps."""
    step = {"name": "wait", "action": "aws:sleep", "inputs": {"Duration": f"PT{seconds}S"}}
    return json.dumps({"schemaVersion": "0.3", "mainSteps": [step]})


def command(text: str) -> str:
    """A custom action of chat that runs a command."""
    return json.dumps({"ActionName": "list", "Definition": {"CommandText": text}})
