"""What is remembered of a field or a query is what moto finds anew each time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from moto.core.parse import EC2QueryParser
from moto.core.serialize import EC2Serializer, ResponseSerializer, XFormedAttributePicker
from werkzeug.datastructures import CombinedMultiDict, MultiDict

from rehearsal.emulator import remembered

AS_MOTO_DOES = ResponseSerializer.get_value
LISTED = {
    "DescribeInstances": ("Reservations", "Instances"),
    "TerminateInstances": ("TerminatingInstances",),
}
FIELDS: dict[str, Any] = {
    "instance_id": "by its name in Python",
    "ip_address": "by a name without its class's",
    "address": "by the name that the class says",
    "currentState": "by its name on the wire",
    "PreviousState": "by its name",
}


class Private:
    """Has the prefix of a key."""

    def __init__(self) -> None:
        self.__dict__.update(FIELDS)


class Renamed(Private):
    """Says itself by which name it has a field."""

    class Meta:
        """moto's way to say so."""

        serialization_aliases = {"PrivateIpAddress": "address"}  # noqa: RUF012 - as moto's own are


@pytest.fixture
def installed() -> Iterator[None]:
    undo = remembered.install()
    yield
    undo()


def serializer(operation: str, changes: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
    """What writes an answer of EC2's, and the fields of what is listed in it."""
    model = remembered.service_model("ec2").operation_model(operation)
    one = EC2Serializer(model, value_picker=XFormedAttributePicker(response_transformers=changes))
    shape = model.output_shape
    for name in LISTED[operation]:
        one.path.append(name)
        shape = shape.members[name].member
    for member in shape.members.values():
        member.parent = shape  # as moto does before it asks
    return one, dict(shape.members)


@pytest.mark.parametrize("kind", [Private, Renamed, FIELDS.copy])
@pytest.mark.parametrize("operation", LISTED)
def test_a_field_is_what_moto_finds_in_such_an_object(
    installed: None, operation: str, kind: Any
) -> None:
    changes = {
        "TerminatingInstances.InstanceId": repr,
        "Instances.PrivateIpAddress": repr,
        "ElseInstances.InstanceId": len,
    }
    one, fields = serializer(operation, changes)
    for _ in range(2):
        read = {key: one.get_value(kind(), key, shape) for key, shape in fields.items()}
        assert read == {key: AS_MOTO_DOES(one, kind(), key, shape) for key, shape in fields.items()}
        assert set(read.values()) - {None}


def test_an_object_of_another_class_has_names_of_its_own(installed: None) -> None:
    one, fields = serializer("DescribeInstances")
    key = "PrivateIpAddress"
    read = [one.get_value(kind(), key, fields[key]) for kind in (Private, Renamed, dict)]
    assert read == [FIELDS["ip_address"], FIELDS["address"], None]


@pytest.mark.parametrize(("listed", "told"), [("Instances", "X"), ("Others", "x")])
def test_a_field_is_changed_where_its_path_says_so_and_nowhere_else(
    installed: None, listed: str, told: str
) -> None:
    one, fields = serializer("DescribeInstances", {f"{listed}.InstanceId": str.upper})
    assert one.get_value({"InstanceId": "x"}, "InstanceId", fields["InstanceId"]) == told


def test_of_a_query_the_first_of_a_name_counts(installed: None) -> None:
    operation = remembered.service_model("ec2").operation_model("DescribeInstances")
    first = MultiDict([("MaxResults", "5"), ("MaxResults", "6")])
    values = CombinedMultiDict([first, MultiDict({"MaxResults": "7", "NextToken": "more"})])
    parsed = EC2QueryParser(operation).parse({"values": values})
    assert parsed == {"MaxResults": 5, "NextToken": "more"}
