"""Breakages of who is engaged, what they read, and who may decide."""

from __future__ import annotations

from tests.breakages.breakage import Breakage

RESPOND = "runbooks/respond_to_incident"
BOUNDS = "tests/test_people_bounds.py::"
RULES = "tests/test_central_rules.py::"

PEOPLE = (
    Breakage(
        what="the topic's key without its publisher",
        matters="nothing that a rule says would reach anybody",
        file="components/notification.py",
        old='"Principal": {"Service": speakers},',
        new='"Principal": {"Service": speakers[1:]},',
        check=f"{BOUNDS}test_every_service_that_may_speak_on_the_topic_may_use_its_key",
    ),
    Breakage(
        what="a source condition on the topic's key",
        matters="EventBridge gives none there: every message would vanish",
        file="components/notification.py",
        old='            "StringEquals": {"kms:EncryptionContext:aws:sns:topicArn": '
        'place.arn("sns", TOPIC)}\n',
        new='            "StringEquals": {\n'
        '                "kms:EncryptionContext:aws:sns:topicArn": place.arn("sns", TOPIC),\n'
        '                "aws:SourceAccount": place.account,\n'
        "            }\n",
        check=f"{BOUNDS}test_nothing_but_the_topic_itself_is_a_condition_of_the_key",
    ),
    Breakage(
        what="a plan without engagement",
        matters="there would be an incident, and nobody would be called",
        file="components/incident.py",
        old="            engagements=[escalation],\n",
        new="",
        check=f"{BOUNDS}test_every_plan_engages_the_escalation_of_its_own_team",
    ),
    Breakage(
        what="a dedupe string on the plan",
        matters="every finding would join the first open incident, unanswered",
        file="components/incident.py",
        old="                impact=IMPACT,\n",
        new='                impact=IMPACT,\n                dedupe_string="containment",\n',
        check=f"{BOUNDS}test_no_plan_has_a_string_that_makes_one_incident_of_all_findings",
    ),
    Breakage(
        what="backups whose answer ends nothing",
        matters="everybody would be woken although one has it",
        file="components/contacts.py",
        old="        stages += [(wait, [_target(persons[backup])]) "
        "for backup in members.backups]\n",
        new="        stages += [\n"
        "            (wait, [aws.ssmcontacts.PlanStageTargetArgs(contact_target_info=\n"
        "                aws.ssmcontacts.PlanStageTargetContactTargetInfoArgs(\n"
        "                    contact_id=persons[backup], is_essential=False))])\n"
        "            for backup in members.backups\n"
        "        ]\n",
        check=f"{BOUNDS}test_every_stage_of_an_escalation_ends_it_when_somebody_answers",
    ),
    Breakage(
        what="an approver with all of Systems Manager",
        matters="a stolen chat session could run any document on any machine",
        file="components/chat.py",
        old='                    "ssm:SendAutomationSignal",\n'
        "                ],\n"
        '                "Resource": place.arn("ssm", "automation-execution/*"),\n',
        new='                    "ssm:*",\n                ],\n                "Resource": "*",\n',
        check=f"{BOUNDS}"
        "test_the_approver_may_signal_runs_and_take_up_items_of_its_own_account_and_no_more",
    ),
    Breakage(
        what="an approver of any account's runs",
        matters="what they may is no longer bound to runs of this account and region",
        file="components/chat.py",
        old='                "Resource": place.arn("ssm", "automation-execution/*"),\n',
        new='                "Resource": "*",\n',
        check=f"{BOUNDS}"
        "test_the_approver_may_signal_runs_and_take_up_items_of_its_own_account_and_no_more",
    ),
    Breakage(
        what="a guardrail that guards nothing",
        matters="from the channel people could do all that their role may",
        file="components/chat.py",
        old="            policy=allowed,\n"
        "            opts=self._child,\n        )\n        reader =",
        new="            policy=json.dumps({'Version': '2012-10-17', 'Statement': [\n"
        "                {'Effect': 'Allow', 'Action': '*', 'Resource': '*'}]}),\n"
        "            opts=self._child,\n        )\n        reader =",
        check=f"{BOUNDS}test_the_channels_guardrail_is_no_wider_than_the_approver",
    ),
    Breakage(
        what="a channel that lends its role",
        matters="an approval would carry nobody's identity",
        file="components/chat.py",
        old='"UserRoleRequired": True,',
        new='"UserRoleRequired": False,',
        check=f"{BOUNDS}test_nobody_acts_in_the_channel_without_a_role_of_their_own",
    ),
    Breakage(
        what="a rule that pages on posture",
        matters="thousands of findings would wake people, who then stop listening",
        file="components/central_rules.py",
        old='    borne = {"ProductArn": [{"suffix": "::product/aws/guardduty"}], **_new()}\n',
        new="    borne = _new()\n",
        check=f"{RULES}test_posture_engages_nobody_whatever_its_severity",
    ),
    Breakage(
        what="posture of other products told in chat",
        matters="nobody would read a channel that is full of it",
        file="components/central_rules.py",
        old='        "Compliance": {"Status": [{"exists": False}]},\n',
        new="",
        check="tests/test_centre.py::"
        "test_posture_opens_nothing_wakes_nobody_and_is_not_said[ops-center-own]",
    ),
    Breakage(
        what="a rule's message in another schema",
        matters="chat drops it, and nobody reads that there is something",
        file="components/central_messages.py",
        old='            "source": "custom",\n',
        new='            "source": "containment",\n',
        check=f"{BOUNDS}test_every_rule_tells_the_topic_in_the_shape_that_chat_shows",
    ),
    Breakage(
        what="a rule that says the event as it is",
        matters="chat drops what it does not know: nobody would read of a failed run",
        file="components/central.py",
        old="            transformer=MESSAGES[rule.says].transformer(),\n",
        new="",
        check=f"{BOUNDS}test_every_rule_tells_the_topic_in_the_shape_that_chat_shows",
    ),
    Breakage(
        what="the response's message in another schema",
        matters="people would be asked for an approval that chat never shows",
        file=f"{RESPOND}/messages.py",
        old='            "textType": "client-markdown",\n',
        new='            "type": "client-markdown",\n',
        check="tests/test_respond_messages.py::"
        "test_a_message_has_the_shape_that_chat_shows_whatever_the_finding_says",
    ),
    Breakage(
        what="rules that match what people know already",
        matters="every update of a finding would be another incident, our own mark included",
        file="components/central_rules.py",
        old='    return {"RecordState": ["ACTIVE"], "Workflow": {"Status": ["NEW"]}}\n',
        new='    return {"RecordState": ["ACTIVE"]}\n',
        check=f"{RULES}test_what_people_know_already_or_was_archived_engages_nobody",
    ),
    Breakage(
        what="a finding that is not marked as notified",
        matters="the next update of it would be another incident",
        file=f"{RESPOND}/opening.py",
        old="        mark_notified(case)\n",
        new="",
        check="tests/test_centre.py::"
        "test_neither_the_responses_own_mark_nor_a_later_update_engages_people_again",
    ),
    Breakage(
        what="a response that answers its own failure",
        matters="it would start itself again and again, and page each time",
        file="components/central_rules.py",
        old='"detail": {"Definition": [{"anything-but": {"prefix": response}}]}},\n',
        new='"detail": {"Definition": [{"prefix": PREFIX}]}},\n',
        check="tests/test_central_ledger_rules.py::test_a_response_that_fails_does_not_answer_itself",
    ),
    Breakage(
        what="a responder that lets in the whole organisation",
        matters="whoever took over any account could contain and release in all",
        file="components/responder.py",
        old='        "Principal": {"AWS": args.central.arn("iam", "root", region="")},\n'
        '        "Action": "sts:AssumeRole",\n'
        '        "Condition": {\n'
        '            "ArnEquals": {"aws:PrincipalArn": args.central.role(RESPOND)},\n',
        new='        "Principal": {"AWS": "*"},\n'
        '        "Action": "sts:AssumeRole",\n'
        '        "Condition": {\n',
        check=f"{BOUNDS}test_only_the_responses_own_role_may_take_a_members_responder",
    ),
)
