"""What is wrong with a document is said before it runs, all at once, and by name."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from rehearsal.automation import lint
from tests.automated import branch, call, document, output, script, sleep

GOOD = document(
    call(
        "read",
        "ec2",
        "DescribeInstances",
        inputs={
            "InstanceIds": ["{{ Instance }}"],
            "Filters": [{"Name": "instance-state-name", "Values": "{{ States }}"}],
            "MaxResults": 5,
            "DryRun": False,
        },
        outputs=[
            output("Id", "$.Reservations[0].Instances[0].InstanceId"),
            output("Count", "$.Reservations[0].Count", "Integer"),
        ],
        maxAttempts=2,
        timeoutSeconds=20,
        onFailure="step:choose",
        isCritical=True,
    ),
    branch(
        "choose",
        {
            "NextStep": "change",
            "And": [
                {"Variable": "{{ read.Id }}", "StringEquals": "{{ Instance }}"},
                {"Not": {"Variable": "{{ read.Count }}", "NumericGreater": 3}},
                {"Or": [{"Variable": "{{ Dry }}", "BooleanEquals": False}]},
            ],
        },
        default="wait",
    ),
    script(
        "change",
        "def main(events, context):\n    return {}\n",
        {"id": "{{ read.Id }}", "run": "{{ automation:EXECUTION_ID }} at {{global:DATE_TIME}}"},
        onCancel="step:wait",
        nextStep="wait",
    ),
    sleep("wait", "PT{{ read.Count }}S", isEnd=True),
    description="…",
    parameters={
        "Instance": {"type": "String", "allowedPattern": "^i-[0-9a-f]{17}$"},
        "States": {"type": "StringList", "default": ["running"]},
        "Dry": {"type": "Boolean", "default": False},
    },
    outputs=["read.Id", "change.OutputPayload"],
)


def test_a_document_without_mistakes_passes() -> None:
    assert lint.mistakes(GOOD) == []


def change(path: str, value: object) -> dict[str, Any]:
    """The good document with one place changed; a value of None takes the place out."""
    changed = copy.deepcopy(GOOD)
    node: Any = changed
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in way:
        node = node[part]
    if value is None:
        del node[last]
    else:
        node[last] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value", "mistake"),
    [
        ("schemaVersion", "2.2", "schemaVersion is '2.2', not '0.3'."),
        ("surplus", 1, "The document has an unknown field surplus."),
        ("mainSteps", [], "mainSteps has to be a list of at least one step."),
        ("mainSteps.0", "text", "A step of mainSteps is no mapping."),
        ("assumeRole", "{{ Role }}", "assumeRole refers to Role, and there is no such parameter."),
        ("outputs", ["read.Other"], "outputs: read.Other is no output of a step."),
        ("parameters.Instance.type", "Text", "Parameter Instance: type 'Text' is none of"),
        ("parameters.Instance.pattern", "x", "Parameter Instance: unknown field pattern."),
        ("parameters.Instance.allowedPattern", "(", "allowedPattern is no regular expression"),
        ("parameters.Instance.default", "web", "Parameter Instance: default: "),
        ("parameters.Dry.default", "perhaps", "Parameter Dry: default: "),
        ("parameters.A B", {"type": "String"}, "Parameter A B: a name has 1 to 50 letters"),
        ("mainSteps.0.retry", 3, "Step read: unknown field retry."),
        ("mainSteps.0.action", "aws:callApi", "Step read: unknown action aws:callApi."),
        ("mainSteps.0.name", "read it", "a name has letters, digits and underscores."),
        ("mainSteps.0.name", "wait", "Step wait: there is another step of that name."),
        ("mainSteps.0.maxAttempts", 0, "maxAttempts is 0, not a positive whole number."),
        ("mainSteps.0.timeoutSeconds", "soon", "timeoutSeconds is 'soon'"),
        ("mainSteps.0.isCritical", "maybe", "isCritical is 'maybe', not true or false."),
        ("mainSteps.0.onFailure", "Ignore", "onFailure is Ignore, not Abort, Continue or step"),
        ("mainSteps.0.onFailure", "step:gone", "onFailure leads to gone, and there is no such"),
        ("mainSteps.2.onCancel", "step:gone", "onCancel leads to gone, and there is no such"),
        ("mainSteps.2.onCancel", "Continue", "onCancel is Continue, not Abort or step:NAME."),
        ("mainSteps.3.onCancel", "Abort", "Step wait: aws:sleep has no onCancel."),
        ("mainSteps.2.nextStep", "gone", "nextStep leads to gone, and there is no such step."),
        ("mainSteps.0.outputs.0.Selector", "Reservations", "Selector Reservations is no JSONPath"),
        ("mainSteps.0.outputs.0.Selector", "$.[", "Selector $.[ is no JSONPath."),
        ("mainSteps.0.outputs.0.Type", "Text", "output Id: Type Text is none of String"),
        ("mainSteps.0.outputs.0.Kind", "x", "output Id has an unknown field Kind."),
        ("mainSteps.0.inputs.Service", "ec3", "there is no service ec3."),
        ("mainSteps.0.inputs.Api", "ReadInstances", "ec2 has no operation ReadInstances."),
        (
            "mainSteps.0.inputs.Region",
            "eu-west-1",
            "ec2:DescribeInstances has no parameter Region.",
        ),
        ("mainSteps.0.inputs.Api", None, "inputs lacks Api."),
        ("mainSteps.0.inputs.InstanceIds", "i-1", "ec2:DescribeInstances.InstanceIds is a list."),
        ("mainSteps.0.inputs.MaxResults", "many", "MaxResults is 'many', not a integer."),
        ("mainSteps.0.inputs.Filters.0.Key", "x", "Filters[] has no parameter Key."),
        ("mainSteps.0.inputs.DryRun", "no", "DryRun is 'no', not a boolean."),
        ("mainSteps.0.inputs.InstanceIds", ["{{ Other }}"], "Other is no parameter and no output"),
        ("mainSteps.2.inputs.InputPayload.id", "{{ read.No }}", "read.No is no parameter and no"),
        ("mainSteps.2.inputs.Runtime", "python3.12", "Runtime python3.12 is none of python3.10"),
        ("mainSteps.2.inputs.Handler", None, "inputs lacks Handler."),
        ("mainSteps.2.inputs.Timeout", 5, "inputs has an unknown field Timeout."),
        ("mainSteps.2.inputs.Script", "x = '{{ Instance }}'", "the script contains {{ Instance }}"),
        ("mainSteps.3.inputs.Duration", "10 minutes", "Duration 10 minutes is no duration"),
        ("mainSteps.3.inputs.Timestamp", "x", "inputs has either Duration or Timestamp."),
        ("mainSteps.1.inputs.Default", "gone", "Default leads to gone, and there is no such step."),
        ("mainSteps.1.inputs.Choices", [], "Choices is no list of at least one choice."),
        ("mainSteps.1.inputs.Choices.0.NextStep", "gone", "a choice leads to gone"),
        ("mainSteps.1.inputs.Choices.0.NextStep", None, "a choice lacks NextStep."),
        ("mainSteps.1.inputs.Choices.0.And", {}, "And stands alone and takes a list."),
        ("mainSteps.1.inputs.Choices.0.Or", [], "And stands alone and takes a list."),
        ("mainSteps.1.inputs.Choices.0.And.1.Not", [], "Not stands alone and takes one condition."),
        ("mainSteps.1.inputs.Choices.0.And.0.Equals", "x", "not by ['Equals', 'StringEquals']."),
        ("mainSteps.1.inputs.Choices.0.And.0.Variable", "read.Id", "'read.Id' is no reference."),
        (
            "mainSteps.1.inputs.Choices.0.And.0.Variable",
            "{{ Dry }}",
            "StringEquals compares a String, and {{ Dry }} is a Boolean.",
        ),
        (
            "mainSteps.1.inputs.Choices.0.And.1.Not.Variable",
            "{{ read.Id }}",
            "NumericGreater compares a Integer, and {{ read.Id }} is a String.",
        ),
    ],
)
def test_one_mistake_is_found_and_named(path: str, value: object, mistake: str) -> None:
    assert any(mistake in found for found in lint.mistakes(change(path, value))), lint.mistakes(
        change(path, value)
    )


def test_several_mistakes_are_said_at_once() -> None:
    bad = document(
        sleep("first", nextStep="gone", surplus=1), sleep("first"), schemaVersion="0.2", extra=1
    )
    assert len(lint.mistakes(bad)) == 5


def test_an_operation_that_streams_is_refused() -> None:
    step = call("get", "s3", "GetObject", inputs={"Bucket": "b", "Key": "k"})
    assert any("streams" in mistake for mistake in lint.mistakes(document(step)))


def test_a_parameter_that_an_operation_needs_is_missed() -> None:
    step = call("get", "guardduty", "GetFindings", inputs={"DetectorId": "{{ global:REGION }}"})
    assert lint.mistakes(document(step)) == ["Step get: guardduty:GetFindings needs FindingIds."]


def test_what_is_no_document_is_said_to_be_none() -> None:
    assert lint.mistakes(["a"]) == ["The document is no mapping."]
    assert lint.mistakes({"schemaVersion": "0.3", "mainSteps": "x"}) == [
        "mainSteps has to be a list of at least one step."
    ]


def test_outputs_of_actions_without_emulation_may_be_referred_to() -> None:
    run = {"name": "run", "action": "aws:runCommand", "inputs": {"DocumentName": "x"}}
    assert lint.mistakes(document(run, sleep("wait", "PT{{ run.ResponseCode }}S"))) == []
