"""One line of a condition block: does it hold for the keys that a request has?

(AWS docs: reference_policies_elements_condition_operators,
reference_policies_condition-single-vs-multi-valued-context-keys, reference_policies_variables.)
"""

from __future__ import annotations

from collections.abc import Collection

from rehearsal.emulator.iam.operators import COMPARISONS, NEGATIVE, TAKES_VARIABLES, is_of_its_kind
from rehearsal.emulator.iam.policy import Condition
from rehearsal.emulator.iam.text import Context, Variable, tokens
from rehearsal.emulator.iam.verdict import Doubt, Verdict, all_of, any_of


def is_known(key: str, known: Collection[str]) -> bool:
    """Whether a key's absence is certain: it is listed, or its prefix ``aws:requesttag/`` is."""
    return "*" in known or key in known or f"{key.partition('/')[0]}/" in known


def holds(
    condition: Condition, context: Context, known: Collection[str], *, variables: bool
) -> Verdict:
    """Whether a condition holds, given the request's keys and the keys whose absence is certain."""
    present = context.get(condition.key, ())
    if not present and not is_known(condition.key, known):
        return Doubt(f"condition key {condition.key}")
    if condition.base == "null":
        return any((not present) == (value.lower() == "true") for value in condition.values)
    if not present:
        return _without_value(condition)
    if not condition.quantifier and len(present) > 1:
        return Doubt(f"{condition.key} has several values and {condition.base} no quantifier")
    verdicts = [_value(condition, value, context, known, variables) for value in present]
    return any_of(verdicts) if condition.quantifier == "foranyvalue" else all_of(verdicts)


def _without_value(condition: Condition) -> Verdict:
    if condition.quantifier == "foranyvalue":
        # AWS describes each of the two alone, and evaluators disagree about them together.
        return (
            Doubt(f"ForAnyValue with IfExists, {condition.key} absent")
            if condition.if_exists
            else False
        )
    negative = condition.base in NEGATIVE
    return negative or condition.if_exists or condition.quantifier == "forallvalues"


def _value(
    condition: Condition, value: str, context: Context, known: Collection[str], variables: bool
) -> Verdict:
    base = NEGATIVE.get(condition.base, condition.base)
    negative = base != condition.base
    verdicts: list[Verdict] = []
    void = ""
    for text in condition.values:
        unfilled = (
            _unfilled(text, context, known) if variables and base in TAKES_VARIABLES else None
        )
        if isinstance(unfilled, Doubt):
            verdicts.append(unfilled)
        elif negative and (unfilled or not _comparable(base, text, value)):
            # AWS lets a negation match where there is nothing to compare with; others do not.
            verdicts.append(Doubt(f"{condition.base} of {condition.key} with {text}"))
        else:
            void = void or unfilled or ""
            verdicts.append(not unfilled and COMPARISONS[base](text, value, context, variables))
    found = any_of(verdicts)
    if found is True and void:
        # AWS: a variable that is not resolved might make the whole statement invalid (trap 2.8).
        return Doubt(f"variable {void}, which has no value, beside a value that matches")
    return not found if negative and isinstance(found, bool) else found


def _comparable(base: str, text: str, value: str) -> bool:
    return is_of_its_kind(base, text) and is_of_its_kind(base, value)


def _unfilled(text: str, context: Context, known: Collection[str]) -> Doubt | str | None:
    """The first variable that stays empty: its name, or a doubt where that is not certain."""
    for token in tokens(text, variables=True, wildcards=False):
        if not isinstance(token, Variable) or context.get(token.name):
            if isinstance(token, Variable) and token.value(context) is None:
                return token.name
            continue
        if not is_known(token.name, known):
            return Doubt(f"variable {token.name}")
        if token.default is None:
            return token.name
    return None
