"""Breakages of what an isolation may be trusted with."""

from __future__ import annotations

from tests.breakages.breakage import ISOLATE, Breakage

ISOLATION = (
    Breakage(
        what="credentials left open",
        matters="what was stolen from the instance would work on from anywhere",
        file=f"{ISOLATE}/document.yaml",
        old="NextStep: mitigate_deny_credentials,",
        new="NextStep: mitigate_prepare_network,",
        check="tests/test_isolate_credentials.py::"
        "test_credentials_are_denied_before_the_network_is_touched",
    ),
    Breakage(
        what="two instances of a role in the same slot",
        matters="the second would let the first one's thief in again",
        file=f"{ISOLATE}/credentials.py",
        old="        if taken.get(slot) == instance:\n",
        new='        if slot == "slot1":\n',
        check="tests/test_isolate_credentials.py::"
        "test_two_instances_of_a_role_are_denied_by_a_slot_each_and_released_one_by_one",
    ),
    Breakage(
        what="a profile known by its name alone",
        matters="another team's role would be denied",
        file=f"{ISOLATE}/credentials.py",
        old='        if identity and there["InstanceProfileId"] != identity:\n'
        "            continue\n",
        new="",
        check="tests/test_drill_credentials.py::"
        "test_a_scenario_about_credentials_passes[same-name-new-instance-profile]",
    ),
    Breakage(
        what="contained before IAM acts",
        matters="contained would be claimed while stolen credentials still work",
        file=f"{ISOLATE}/judge.py",
        old='    if told["denied"] and age < margin:\n',
        new="    if False:\n",
        check="tests/test_isolate_credentials.py::"
        "test_contained_is_said_no_sooner_than_a_margin_after_the_credentials_were_denied",
    ),
    Breakage(
        what="standby forgotten",
        matters="Auto Scaling would end the instance, and the evidence with it",
        file=f"{ISOLATE}/scaling.py",
        old='    if scaling.get("state") != "InService":\n',
        new='    if scaling.get("state") != "Standby":\n',
        check="tests/test_isolate_machines.py::"
        "test_a_member_of_a_group_that_may_not_shrink_is_replaced_and_kept",
    ),
    Breakage(
        what="brake ignored",
        matters="nobody could stop the pipeline from isolating production",
        file=f"{ISOLATE}/prior.py",
        old="    braked = brakes_on(case, home)\n",
        new='    braked = ""\n',
        check="tests/test_brakes.py",
    ),
    Breakage(
        what="cap shared by all routes",
        matters="many cheap findings would switch off the answer to a grave one",
        file="runbooks/state.py",
        old="cap#{case['route']}#{hour}",
        new="cap#{hour}",
        check="tests/test_isolate_bounds.py::"
        "test_what_is_contained_under_one_route_does_not_count_against_anothers_cap",
    ),
    Breakage(
        what="exemption read from the event",
        matters="whoever may start the document could exempt what he took over",
        file=f"{ISOLATE}/triage.py",
        old='exemption_for(case["resource"], event["Stack"])',
        new='str(event.get("Exempt", ""))',
        check="tests/test_isolate_bounds.py::"
        "test_an_exemption_counts_while_it_is_there_and_has_not_expired",
    ),
    Breakage(
        what="a release that overwrites",
        matters="somebody's work of the meantime would be lost",
        file=f"{ISOLATE}/release.py",
        old="        if name in prior and found == groups:\n",
        new="        if name in prior:\n",
        check="tests/test_isolate_instance.py::"
        "test_release_asks_where_somebody_changed_an_interface_since",
    ),
    Breakage(
        what="verdict without a probe",
        matters="severed would be claimed of connections that may go on",
        file=f"{ISOLATE}/judge.py",
        old='    if vpcs and not event["TwoSwapsProven"]:\n',
        new="    if False:\n",
        check="tests/test_isolate_instance.py::"
        "test_it_does_not_claim_that_open_connections_are_gone_before_that_was_proven",
    ),
    Breakage(
        what="evidence after the change",
        matters="how the instance was before would be lost",
        file=f"{ISOLATE}/prior.py",
        old="        objects = evidence_of(case, stack, told, [] if gone else sorted(prior))\n",
        new="        objects = []\n",
        check="tests/test_isolate_evidence.py",
    ),
    Breakage(
        what="lock by finding id",
        matters="two findings about one instance would work against each other",
        file="runbooks/state.py",
        old="""    return f"{case['runbook']}#{case['resource']}"\n""",
        new="""    return f"{case['runbook']}#{case.get('finding_id', case['resource'])}"\n""",
        check="tests/test_isolate_instance.py::"
        "test_another_finding_about_a_contained_instance_joins",
    ),
    Breakage(
        what="a watch that fights",
        matters="it would undo what a responder does, and race with an attacker",
        file=f"{ISOLATE}/watch.py",
        old="    compared = []\n    for case in cases:\n",
        new="    compared = []\n    for case in cases:\n"
        '        for name, left in case["Left"].items():\n'
        '            call("ec2", "modify_network_interface_attribute",'
        " NetworkInterfaceId=name, Groups=left)\n",
        check="tests/test_watch.py",
    ),
    Breakage(
        what="DNS forgotten",
        matters="contained would be claimed while data still leaves by names",
        file=f"{ISOLATE}/judge.py",
        old="    asks = [*credentials, *dns_open(case, event, vpcs)]\n",
        new="    asks = [*credentials]\n",
        check="tests/test_drill_machines.py::"
        "test_a_scenario_about_a_machine_passes[dns-exfiltration]",
    ),
)
