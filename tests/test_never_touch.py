"""The list of roles that no runbook changes: complete over everything that the program declares."""

from __future__ import annotations

from fnmatch import fnmatchcase

from components.bounds import NOT_OURS, Bounds
from names import Place
from rehearsal.emulator.iam.evaluate import Policies, Policy, Request, evaluate
from runbooks import RUNBOOKS
from settings import Settings
from tests.declared import Graph


def _listed(settings: Settings, graph: Graph, account: str) -> list[str]:
    hub = graph.one("LogGroup")
    place = Place(partition=hub.partition, account=account, region=hub.region)
    return Bounds(**settings.bounds()).untouchable(place)


def test_every_role_that_the_program_declares_is_on_it(graph: Graph, settings: Settings) -> None:
    roles = graph.of("Role")
    assert roles
    for role in roles:
        listed = _listed(settings, graph, role.account)
        assert any(fnmatchcase(role.arn, pattern) for pattern in listed), role.arn


def test_so_are_the_deployer_and_what_belongs_to_aws_and_to_landing_zones(
    graph: Graph, settings: Settings
) -> None:
    for account in settings.accounts:
        listed = _listed(settings, graph, account.id)
        for name in (
            settings.deployer_role,
            *settings.never_touch,
            "aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
            "aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef",
            "AWSControlTowerExecution",
            "stacksets-exec-0123456789abcdef0123456789abcdef",
        ):
            arn = f"arn:{graph.one('LogGroup').partition}:iam::{account.id}:role/{name}"
            assert any(fnmatchcase(arn, pattern) for pattern in listed), arn


def test_a_workloads_role_is_not(graph: Graph, settings: Settings) -> None:
    for account in settings.accounts:
        listed = _listed(settings, graph, account.id)
        partition = graph.one("LogGroup").partition
        for name in ("web", "my-containment-role", "service-role/web", "AWSControl"):
            arn = f"arn:{partition}:iam::{account.id}:role/{name}"
            assert not any(fnmatchcase(arn, pattern) for pattern in listed), arn


def test_iam_keeps_to_it_whatever_a_runbook_asks(graph: Graph, settings: Settings) -> None:
    isolate = RUNBOOKS["isolate_instance"].document_name("Contain")
    for policy in graph.of("RolePolicy", role=isolate):
        held = Policies(identity=(Policy.parse(policy.inputs["policy"]),))

        def may_tag(name: str, account: str = policy.account, held: Policies = held) -> bool:
            partition = graph.one("LogGroup").partition
            request = Request(
                principal=f"arn:{partition}:iam::{account}:role/{isolate}",
                action="iam:TagRole",
                resource=f"arn:{partition}:iam::{account}:role/{name}",
                context={"aws:tagkeys": ("containment:denied-1",)},
            )
            return evaluate(request, held).allowed

        assert may_tag("web")
        assert not may_tag(settings.deployer_role)
        assert not may_tag("containment-starter")
        assert not any(may_tag(name.replace("*", "x")) for name in NOT_OURS)
