"""What is wrong with a stack file, in sentences: the key, its value, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from regions import OPT_IN, PARTITIONS
from settings.people_mistakes import unreachable


def sentence(raw: object, root: type[BaseModel], problem: Any) -> str:
    """One of pydantic's errors about raw data; empty where another error already tells it."""
    location = [part for part in problem["loc"] if part != "[key]"]
    value: Any = raw
    for part in location:
        value = value.get(part, "(missing)") if isinstance(value, Mapping) else value[part]
    if problem["type"] == "too_short" and value:
        return ""  # its items were all wrong, and are all told
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)[1:]
    shown = repr(value) if len(repr(value)) <= 60 else repr(value)[:57] + "…"
    if problem["type"] == "extra_forbidden":
        return f"{key}: {shown} is not known here; take it out, or correct the key"
    what = _plain(problem["msg"])
    if "[key]" in problem["loc"]:
        return f"{key}: the key {location[-1]!r} is wrong; write {_remedy(root, location)} ({what})"
    why = f" ({what})" if len(what) <= 80 else ""
    return f"{key or 'settings'}: {shown} is wrong{why}; write {_remedy(root, location) or what}"


def _plain(message: str) -> str:
    """Pydantic's message in the words of a stack file."""
    what = message.removeprefix("Input should be ").removeprefix("Value error, ")
    if what.startswith("a valid dictionary"):
        return "a mapping, as python -m settings --schema describes it"
    return what.replace("a valid tuple", "a list").replace("Tuple should have", "it should have")


def contradictions(raw: Mapping[str, Any]) -> Iterator[str]:
    """What no single field shows; on raw data, so that it is told beside the fields' mistakes."""
    listed = raw.get("accounts")
    accounts = [a for a in listed if isinstance(a, Mapping)] if isinstance(listed, list) else []
    yield from _duplicates(accounts)
    yield from _left_out(raw, accounts)
    yield from _parts(raw, [account.get("role") for account in accounts])
    for number, account in enumerate(accounts):
        if account.get("role") != "member" and account.get("batch"):
            yield (
                f"accounts[{number}].batch: {account['batch']!r} on the {account.get('role')} "
                "account, which its environment's first stack deploys; take it out"
            )
        if account.get("role") == "member":
            for key in ("existing_detectors", "existing_security_hub"):
                if account.get(key):
                    yield (
                        f"accounts[{number}].{key}: a member's are not declared, so there is "
                        "nothing to import; take it out"
                    )
    yield from _regions(raw)
    yield from unreachable(raw)
    evidence = raw.get("evidence")
    mode = evidence.get("mode") if isinstance(evidence, Mapping) else None
    if mode == "COMPLIANCE" and raw.get("retain_data") is False:
        yield (
            "retain_data: False beside evidence.mode 'COMPLIANCE', under which nobody can delete "
            "evidence; write true, or GOVERNANCE"
        )


def _duplicates(accounts: list[Mapping[str, Any]]) -> Iterator[str]:
    for key in ("name", "id"):
        seen: set[str] = set()
        for number, account in enumerate(accounts):
            value = account.get(key)
            if not isinstance(value, str):
                continue  # is told already, as a mistake of its own
            if value in seen:
                yield f"accounts[{number}].{key}: {value!r} is there twice; give each its own"
            seen.add(value)


def _left_out(raw: Mapping[str, Any], accounts: list[Mapping[str, Any]]) -> Iterator[str]:
    organization = raw.get("organization")
    listed = organization.get("left_out") if isinstance(organization, Mapping) else None
    names = {str(account.get("id")): account.get("name") for account in accounts}
    seen: set[str] = set()
    for number, each in enumerate(listed if isinstance(listed, list) else []):
        key = f"organization.left_out[{number}].id"
        left = each.get("id") if isinstance(each, Mapping) else None
        if not isinstance(left, str):
            continue  # is told already, as a mistake of its own
        if left in names:
            yield f"{key}: {left!r} is {names[left]}, which is listed; take it out of one of both"
        if left in seen:
            yield f"{key}: {left!r} is there twice; name each once"
        seen.add(left)


def _parts(raw: Mapping[str, Any], parts: list[Any]) -> Iterator[str]:
    if not parts:
        return
    existing = raw.get("delegation") == "existing"
    if parts.count("security") != 1:
        yield (
            f"accounts: {parts.count('security')} have the role security; "
            "give it to exactly one, the delegated administrator"
        )
    if parts.count("management") > 1:
        yield "accounts: more than one has the role management; an organisation has one"
    if len(parts) > 1 and not raw.get("organization"):
        yield "organization: missing with more than one account; write {id: o-…}"
    if "management" in parts and existing:
        yield "delegation: 'existing' beside a management account; leave that out, or declare"
    if raw.get("organization") and "management" not in parts and not existing:
        yield (
            "delegation: an organisation without its management account cannot delegate; "
            "write existing, or list the management account"
        )


def _regions(raw: Mapping[str, Any]) -> Iterator[str]:
    listed = raw.get("regions")
    regions = [each for each in listed if _known(each)] if isinstance(listed, list) else []
    home = raw.get("home_region")
    if not _known(home):
        home = None  # is told already, as a mistake of its own
    if regions and home and home not in regions:
        yield f"home_region: {home!r} is not among regions; add it, or choose one of {regions}"
    if home in OPT_IN:
        yield (
            f"home_region: {home!r} is an opt-in region, which central configuration refuses "
            "as home (trap 1.12); choose another"
        )
    if len({PARTITIONS[region] for region in regions}) > 1:
        yield "regions: they lie in more than one partition; make a stack for each"
    yield from _twice("regions", regions)
    guardduty = raw.get("guardduty")
    plans = guardduty.get("protection_plans") if isinstance(guardduty, Mapping) else None
    yield from _twice("guardduty.protection_plans", plans if isinstance(plans, list) else [])


def _known(region: object) -> bool:
    return isinstance(region, str) and region in PARTITIONS


def _twice(key: str, names: list[Any]) -> Iterator[str]:
    twice = sorted({str(name) for name in names if names.count(name) > 1})
    if twice:
        yield f"{key}: {twice} more than once; name each once"


def _remedy(root: Any, location: list[Any]) -> str:
    """The description of the innermost field on the way to the mistake."""
    model, remedy = root, ""
    for part in location:
        fields = getattr(model, "model_fields", {})
        if part in fields:
            remedy = fields[part].description or remedy
            model = _inner(fields[part].annotation)
    return remedy


def _inner(annotation: Any) -> Any:
    """The model inside tuple[Model, ...], dict[str, Model] or Model | None."""
    for candidate in [annotation, *getattr(annotation, "__args__", ())]:
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return annotation
