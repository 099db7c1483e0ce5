"""Breakages of the policy pack: what would make it say yes."""

from __future__ import annotations

from tests.breakages.breakage import Breakage

POLICY = (
    Breakage(
        what="rules left out of the pack",
        matters="a channel could act as an administrator, and nobody would be told",
        file="policy/rules.py",
        old="    *chat.RULES,\n",
        new="",
        check="tests/test_policy.py::test_every_rule_has_a_violation_that_is_planted",
    ),
    Breakage(
        what="what a preview does not know passes in silence",
        matters="an update would refuse what its pull request was told is well",
        file="policy/pack.py",
        old="    if unjudged:\n",
        new="    if False:\n",
        check="tests/test_policy_pack.py::"
        "test_what_a_preview_does_not_know_is_an_advice_and_hides_nothing_else",
    ),
    Breakage(
        what="conditions that hold where the key is missing count",
        matters="a role would be open to whoever sends no source at all",
        file="policy/statements.py",
        old='or operator.endswith("IfExists") or operator == "Null":',
        new='or operator == "Null":',
        check="tests/test_policy_admission.py::"
        "test_a_condition_counts_where_a_request_without_the_key_fails_it",
    ),
    Breakage(
        what="the pack advises instead of refusing",
        matters="whatever it finds would be deployed",
        file="policy/__main__.py",
        old="EnforcementLevel.MANDATORY",
        new="EnforcementLevel.ADVISORY",
        check="tests/test_policy_pack.py::test_the_pack_has_every_rule_and_each_must_hold",
    ),
)
