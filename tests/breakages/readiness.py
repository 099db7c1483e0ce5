"""Breakages of preflight: what would be called ready and is not."""

from __future__ import annotations

from tests.breakages.breakage import Breakage

BAD = "tests/test_preflight_environment.py::test_a_bad_environment_is_answered_by_name_and_remedy"
STATEMENTS = "tests/test_preflight_statements.py::"

READINESS: tuple[Breakage, ...] = (
    Breakage(
        what="a condition that is not known and taken not to hold",
        matters="a control policy that locks containment out would pass without a word",
        file="operations/readiness/statements.py",
        old='    if matches is None or actual is None or any("${" in value for value in values):\n'
        "        return None\n",
        new='    if matches is None or actual is None or any("${" in value for value in values):\n'
        "        return False\n",
        check=f"{STATEMENTS}test_conditions_hold_or_not_or_are_not_known",
    ),
    Breakage(
        what="a forwarding rule that may lead anywhere",
        matters="the ledger would hear of nothing, and preflight say that all is well",
        file="operations/readiness/pipelines.py",
        old='    to_central = [each for each in found if each["Arn"] == central]\n',
        new="    to_central = found\n",
        check=f"{BAD}[a forwarding rule that leads elsewhere]",
    ),
    Breakage(
        what="filters that only look taken for those that hide",
        matters="preflight would cry over every saved search",
        file="operations/readiness/suppression.py",
        old='            if told["Action"] == "ARCHIVE":\n',
        new='            if told["Action"]:\n',
        check="tests/test_preflight_environment.py::test_what_is_nearly_bad_is_not_doubted",
    ),
    Breakage(
        what="a key whose statement for EventBridge asks for a source",
        matters="every message would vanish (trap 5.6)",
        file="operations/readiness/key_policies.py",
        old="        sources = sorted(key for key in keys if key.lower() in SOURCES)\n",
        new="        sources = sorted(key for key in keys if key in SOURCES)\n",
        check=f"{BAD}[a key that asks for sources]",
    ),
    Breakage(
        what="an answer that comes too late counted all the same",
        matters="a question that hangs would be answered twice",
        file="operations/readiness/asking.py",
        old="    return [(number, outcome)] if begun.pop(number, None) is not None else []\n",
        new="    begun.pop(number, None)\n    return [(number, outcome)]\n",
        check="tests/test_preflight_asking.py::"
        "test_an_answer_that_comes_when_its_time_is_over_changes_nothing",
    ),
    Breakage(
        what="what could not be asked taken for good",
        matters="the gate of a promotion would open where nobody has looked",
        file="operations/readiness/examine.py",
        old="        return UNASKED if self.unasked else NOTHING\n",
        new="        return NOTHING\n",
        check="tests/test_preflight_environment.py::"
        "test_what_may_not_be_asked_is_neither_good_nor_bad",
    ),
    Breakage(
        what="an emulator in whose closed regions everybody is known",
        matters="the rehearsal would not show what an opt-in region does",
        file="rehearsal/emulator/authorization.py",
        old="        if world.closed(principal.account, response.region):\n",
        new='        if world.closed(principal.account, "eu-west-1"):\n',
        check="tests/test_emulated_regions.py",
    ),
)
