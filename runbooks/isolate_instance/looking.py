"""What Watch reads: the table, and interfaces, groups and instances as they are now."""

from __future__ import annotations

from typing import Any

from runbooks.isolate_instance.triage import OURS, branches_of
from runbooks.ledger import call
from runbooks.state import BRAKES, OPEN, TABLE

UNDER_WAY = ("begun", "releasing")
AT_ONCE = 100  # ids in one filter, of which EC2 takes 200 values (AWS docs: Using_Filtering)


def items_here(event: dict[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    """What the table holds of this region and is open or under way; which brakes are on."""
    account, region = event["Stack"]["AccountId"], event["Region"]
    stages = {f":{stage}": {"S": stage} for stage in (*OPEN, *UNDER_WAY)}
    names = {"#id": "id", "#stage": "stage"}
    query: dict[str, Any] = {
        "TableName": TABLE,
        "ConsistentRead": True,
        "FilterExpression": "#id = :brakes OR (begins_with(#id, :ours) AND contains(#id, :here) "
        f"AND #stage IN ({', '.join(stages)}))",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {
            **stages,
            ":brakes": {"S": BRAKES},
            ":ours": {"S": f"{OURS}#arn:"},
            ":here": {"S": f":ec2:{region}:{account}:instance/"},
        },
    }
    found: list[dict[str, Any]] = []
    while True:
        page = call("dynamodb", "scan", event["Stack"]["HomeRegion"], **query)
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            break
        query["ExclusiveStartKey"] = page["LastEvaluatedKey"]
    brakes = [name for each in found if each["id"]["S"] == BRAKES for name in each if name != "id"]
    return [each for each in found if each["id"]["S"] != BRAKES], sorted(brakes)


def interfaces_by_instance(instances: list[str]) -> dict[str, dict[str, dict[str, list[str]]]]:
    """Instance → each interface and branch that it has now, new ones too → its groups (trap 2.3).

    In pages: with this filter alone the call fails in an account that has many interfaces (AWS
    docs: API_DescribeNetworkInterfaces).
    """
    found: dict[str, dict[str, dict[str, list[str]]]] = {}
    filtered = pages_of("describe_network_interfaces", "attachment.instance-id", instances)
    attached = [(str(each["Attachment"]["InstanceId"]), each) for each in filtered]
    trunks = {
        each["NetworkInterfaceId"]: instance
        for instance, each in attached
        if each["InterfaceType"] == "trunk"
    }
    attached += [(trunks[trunk], branch) for trunk, branch in branches_of([*trunks])]
    for instance, each in attached:
        groups = sorted(each["Groups"], key=lambda group: str(group["GroupId"]))
        of_instance = found.setdefault(instance, {})
        of_instance[each["NetworkInterfaceId"]] = {
            "Groups": [group["GroupId"] for group in groups],
            "Names": [group["GroupName"] for group in groups],
        }
    return found


def pages_of(operation: str, name: str, values: list[str]) -> list[Any]:
    """Everything that an EC2 Describe operation finds by one filter; no call for no values."""
    key = {
        "describe_network_interfaces": "NetworkInterfaces",
        "describe_security_groups": "SecurityGroups",
        "describe_instances": "Reservations",
    }[operation]
    found: list[Any] = []
    wanted = sorted(set(values))
    for start in range(0, len(wanted), AT_ONCE):
        more: dict[str, Any] = {"MaxResults": 1000}
        while more:
            filters = [{"Name": name, "Values": wanted[start : start + AT_ONCE]}]
            page = call("ec2", operation, Filters=filters, **more)
            found += page[key]
            token = page.get("NextToken")
            more = {"MaxResults": 1000, "NextToken": token} if token else {}
    return found


def ended_among(instances: list[str]) -> set[str]:
    """Which of these instances have ended; EC2 forgets them after about an hour."""
    there = {
        instance["InstanceId"]: instance["State"]["Name"]
        for reservation in pages_of("describe_instances", "instance-id", instances)
        for instance in reservation["Instances"]
    }
    gone = ("terminated", "shutting-down")
    return {each for each in instances if there.get(each, "terminated") in gone}


def rules_in_words(group: dict[str, Any]) -> list[str]:
    """A group's rules in words: which way, which protocol and ports, whom."""
    words = []
    for key, way in (("IpPermissions", "in from"), ("IpPermissionsEgress", "out to")):
        for rule in group.get(key, []):
            protocol = {"-1": "everything"}.get(rule["IpProtocol"], rule["IpProtocol"])
            ports = f" {rule['FromPort']}-{rule['ToPort']}" if "FromPort" in rule else ""
            peers = [
                *(each["CidrIp"] for each in rule.get("IpRanges", [])),
                *(each["CidrIpv6"] for each in rule.get("Ipv6Ranges", [])),
                *(each["PrefixListId"] for each in rule.get("PrefixListIds", [])),
                *(each["GroupId"] for each in rule.get("UserIdGroupPairs", [])),
            ]
            words += [f"{protocol}{ports} {way} {peer}" for peer in peers]
    return sorted(words)
