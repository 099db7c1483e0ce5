"""Breakages of the program, the documents and the rehearsal itself."""

from __future__ import annotations

from tests.breakages.breakage import ISOLATE, Breakage

EXACT = (
    "tests/test_isolate_permissions.py::"
    "test_over_all_its_ways_the_runbook_uses_exactly_what_its_roles_are_granted"
)
CONTAINS = "tests/test_isolate_instance.py::test_it_contains_and_says_each_stage_in_order"

PROGRAM = (
    Breakage(
        what="a permission dropped from permissions.json",
        matters="isolation would fail on the first attack",
        file=f"{ISOLATE}/permissions.json",
        old="""    {
      "Why": "put every interface of the instance into the quarantine group",
      "Action": ["ec2:ModifyNetworkInterfaceAttribute"],
      "Resource": [
        "arn:${partition}:ec2:*:${account}:network-interface/*",
        "arn:${partition}:ec2:*:${account}:security-group/*"
      ]
    },
""",
        new="",
        check=CONTAINS,
    ),
    Breakage(
        what="a permission added to permissions.json",
        matters="a stolen role could do more than its runbook",
        file=f"{ISOLATE}/permissions.json",
        old='        "ec2:DescribeRouteTables",\n',
        new='        "ec2:DescribeRouteTables",\n        "ec2:DescribeVpcs",\n',
        check=EXACT,
    ),
    Breakage(
        what="targets without a dead-letter queue",
        matters="an event that cannot be delivered would be gone",
        file="components/targets.py",
        old="        dead_letter_config=aws.cloudwatch.EventTargetDeadLetterConfigArgs("
        "arn=dead_letters.arn),\n",
        new="",
        check="tests/test_program_targets.py",
    ),
    Breakage(
        what="rules that match another account's findings",
        matters="the administrator would answer for its members, in the wrong account",
        file="components/rules.py",
        old='        "accountId": [account],\n        "service": {"archived": [False]',
        new='        "accountId": [{"exists": True}],\n        "service": {"archived": [False]',
        check="tests/test_rules.py",
    ),
    Breakage(
        what="the second swap removed",
        matters="the instance would be left open to everybody",
        file=f"{ISOLATE}/document.yaml",
        old="      nextStep: mitigate_swap_to_quarantine\n",
        new="      nextStep: mitigate_verify_blocked\n",
        check=CONTAINS,
    ),
    Breakage(
        what="verification removed",
        matters="contained would be claimed of an instance that somebody has freed meanwhile",
        file=f"{ISOLATE}/mitigate.py",
        old='    interfaces = wait_for(case["instance_id"], goal, set())\n    ids =',
        new='    interfaces = interfaces_of(case["instance_id"])\n    ids =',
        check="tests/test_isolate_instance.py::"
        "test_blocked_is_said_only_after_the_quarantine_was_read_back",
    ),
    Breakage(
        what="a wrong API parameter in a script",
        matters="the step would fail on AWS, in the middle of an attack",
        file=f"{ISOLATE}/mitigate.py",
        old='        change = {"NetworkInterfaceId": each["Id"]',
        new='        change = {"InterfaceId": each["Id"]',
        check=CONTAINS,
    ),
    Breakage(
        what="a step that leads nowhere",
        matters="the run would end in the middle of an isolation",
        file=f"{ISOLATE}/document.yaml",
        old="      nextStep: mitigate_judge\n",
        new="      nextStep: mitigate_juge\n",
        check="tests/test_runbook_documents.py",
    ),
    Breakage(
        what="a child without its provider",
        matters="it would be made in whatever account the shell is in",
        file="components/containment.py",
        old='            setting_value="True",\n            region=region,\n'
        "            opts=pulumi.ResourceOptions(parent=self),\n",
        new='            setting_value="True",\n            region=region,\n',
        check="tests/test_program.py",
    ),
    Breakage(
        what="a route deleted",
        matters="a whole family of findings would have another answer than was decided",
        file="routes.py",
        old="""    Route(
        name="reconnaissance",
        meaning="somebody looks for a way in, or looks around from an instance",
        matches=(Match(types=("Recon:EC2/", "Impact:EC2/PortSweep", "Discovery:Runtime/")),),
        engages=False,
    ),
""",
        new="",
        check="tests/test_routes.py",
    ),
    Breakage(
        what="a trap taken out of the emulator: one interface of two is enough (2.3)",
        matters="the rehearsal would no longer bite where AWS does",
        file="rehearsal/emulator/ec2/interfaces.py",
        old='if len(instance.nics) > 1 and world.bites("2.3"):',
        new="if False:",
        check="tests/canaries/test_ec2.py",
    ),
)
