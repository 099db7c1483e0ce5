"""Who a request comes from, and which of its policies count, asked through boto3."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from rehearsal.emulator.authorization import caller
from tests.actors import LAND, START, TAX, allow, document, iam_acts, refused, role, session


def test_a_long_term_key_that_nobody_made_is_the_operator(emulator: START) -> None:
    clients = emulator().world.clients
    anyone = clients.session("AKIAWHATEVERITMAYBE0", "secret")
    identity = anyone.client("sts").get_caller_identity()
    assert identity["Arn"] == "arn:aws:iam::111111111111:user/operator"
    assert refused(anyone.client("iam").list_roles)[0] == "AccessDenied"


def test_a_temporary_key_that_nobody_made_is_refused(emulator: START) -> None:
    stranger = emulator().world.clients.session("ASIAWHATEVERITMAYBE0", "secret", "token")
    assert refused(stranger.client("dynamodb").list_tables)[0] == "UnrecognizedClientException"
    assert refused(stranger.client("iam").list_roles)[0] == "InvalidClientTokenId"


def test_a_temporary_key_with_another_token_is_refused(emulator: START) -> None:
    clients = emulator().world.clients
    keys = clients.account(TAX).credentials
    forged = clients.session(keys.access_key_id, keys.secret_access_key, "token")
    assert refused(forged.client("dynamodb").list_tables)[0] == "UnrecognizedClientException"


def test_a_deactivated_key_is_refused(emulator: START) -> None:
    clients = emulator().world.clients
    iam = clients.account(TAX).client("iam")
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="p", PolicyDocument=document(allow("*")))
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    ann = clients.session(key["AccessKeyId"], key["SecretAccessKey"])
    assert ann.client("dynamodb").list_tables()["TableNames"] == []
    iam.update_access_key(UserName="ann", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    assert refused(ann.client("dynamodb").list_tables)[0] == "UnrecognizedClientException"


def test_an_account_header_does_not_choose_the_account(emulator: START) -> None:
    running = emulator()
    sts = running.world.clients.account(TAX).client("sts")

    def add(request: Any, **_: Any) -> None:
        request.headers["x-moto-account-id"] = LAND

    running.world.clients.account(LAND).client("iam").create_user(UserName="lee")
    iam = running.world.clients.account(TAX).client("iam")
    iam.meta.events.register("before-send", add)
    assert iam.list_users()["Users"] == []
    assert sts.get_caller_identity()["Account"] == TAX


def test_a_role_that_does_not_exist_cannot_be_assumed(emulator: START) -> None:
    sts = emulator().world.clients.account(TAX).client("sts")
    arn = f"arn:aws:iam::{TAX}:role/nobody"
    code, message = refused(lambda: sts.assume_role(RoleArn=arn, RoleSessionName="run"))
    assert code == "AccessDenied"
    assert arn in message


def test_another_account_assumes_a_role_only_if_both_sides_agree(emulator: START) -> None:
    running = emulator()
    tax, land = (running.world.clients.account(a) for a in (TAX, LAND))
    ours = {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}
    theirs = {"StringEquals": {"aws:PrincipalOrgID": "o-anotherorgid"}}
    root = {"Principal": {"AWS": f"arn:aws:iam::{LAND}:root"}, "Action": "sts:AssumeRole"}
    outcomes = []
    for name, condition in (("ours", ours), ("theirs", theirs)):
        trusting = document({"Effect": "Allow", "Condition": condition, **root})
        arn = role(tax, name, trusting=trusting)
        try:
            session(running, land, arn)
            outcomes.append((name, "in"))
        except ClientError as error:
            outcomes.append((name, error.response["Error"]["Code"]))
    assert outcomes == [("ours", "in"), ("theirs", "AccessDenied")]
    powerless = session(running, land, role(land, "powerless"))
    arn = f"arn:aws:iam::{TAX}:role/ours"
    sts = powerless.client("sts")
    assert refused(lambda: sts.assume_role(RoleArn=arn, RoleSessionName="run"))[0] == "AccessDenied"


def test_an_external_id_is_compared(emulator: START) -> None:
    running = emulator()
    deployer = running.world.clients.account(TAX)
    guarded = document(
        {
            "Effect": "Allow",
            "Principal": {"AWS": TAX},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": "agreed"}},
        }
    )
    arn = role(deployer, "guarded", trusting=guarded)
    session(running, deployer, arn, ExternalId="agreed")
    assert refused(lambda: session(running, deployer, arn))[0] == "AccessDenied"


def test_session_tags_are_not_emulated_and_say_so(emulator: START) -> None:
    running = emulator()
    deployer = running.world.clients.account(TAX)
    arn = role(deployer, "tagged")
    tags = [{"Key": "a", "Value": "b"}]
    code, message = refused(lambda: session(running, deployer, arn, Tags=tags))
    assert (code, "Tags" in message) == ("NotEmulated", True)


def test_a_session_policy_narrows_a_session(emulator: START) -> None:
    running = emulator()
    deployer = running.world.clients.account(TAX)
    arn = role(deployer, "runner", allow("*"))
    narrow = session(running, deployer, arn, Policy=document(allow("sqs:*")))
    assert "QueueUrls" not in narrow.client("sqs").list_queues()
    assert "no session policy" in refused(narrow.client("dynamodb").list_tables)[1]


def test_a_boundary_narrows_a_role(emulator: START) -> None:
    running = emulator()
    deployer = running.world.clients.account(TAX)
    boundary = deployer.client("iam").create_policy(
        PolicyName="boundary", PolicyDocument=document(allow("sqs:*"))
    )["Policy"]["Arn"]
    arn = role(deployer, "runner", allow("*"), PermissionsBoundary=boundary)
    bounded = session(running, deployer, arn)
    assert "QueueUrls" not in bounded.client("sqs").list_queues()
    assert "no permissions boundary" in refused(bounded.client("dynamodb").list_tables)[1]


def test_an_attached_policy_counts_until_it_is_detached(emulator: START) -> None:
    running = emulator()
    deployer = running.world.clients.account(TAX)
    iam = deployer.client("iam")
    runner = session(running, deployer, role(deployer, "runner", allow("dynamodb:*")))
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    arn = iam.create_policy(PolicyName="deny-all", PolicyDocument=document(deny))["Policy"]["Arn"]
    assert runner.client("dynamodb").list_tables()["TableNames"] == []
    iam.attach_role_policy(RoleName="runner", PolicyArn=arn)
    iam_acts(running)
    assert "with an explicit deny" in refused(runner.client("dynamodb").list_tables)[1]
    iam.detach_role_policy(RoleName="runner", PolicyArn=arn)
    iam_acts(running)
    assert runner.client("dynamodb").list_tables()["TableNames"] == []


def test_a_session_of_a_role_that_was_made_again_has_nothing(emulator: START) -> None:
    running = emulator()
    deployer = running.world.clients.account(TAX)
    old = session(running, deployer, role(deployer, "runner", allow("*")))
    iam = deployer.client("iam")
    iam.delete_role_policy(RoleName="runner", PolicyName="inline")
    iam.delete_role(RoleName="runner")
    role(deployer, "runner", allow("*"))
    assert refused(old.client("dynamodb").list_tables)[0] == "AccessDeniedException"


def test_a_service_control_policy_binds_members_and_not_the_management_account(
    emulator: START,
) -> None:
    clients = emulator().world.clients
    organizations = clients.account("111111111111").client("organizations")
    deny = {"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*"}
    made = organizations.create_policy(
        Name="no-tables", Description="", Type="SERVICE_CONTROL_POLICY", Content=document(deny)
    )["Policy"]["PolicySummary"]
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.attach_policy(PolicyId=made["Id"], TargetId=root)
    tables = clients.account(TAX).client("dynamodb").list_tables
    assert tables()["TableNames"] == []
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    assert "with an explicit deny in a service control policy" in refused(tables)[1]
    central = clients.account("111111111111").client("dynamodb")
    assert central.list_tables()["TableNames"] == []


def test_the_caller_of_a_request_is_found_from_its_headers(emulator: START) -> None:
    running = emulator()
    keys = running.world.clients.account(TAX).credentials
    asked = SimpleNamespace(
        headers={"X-Amz-Security-Token": keys.session_token},
        service_name="ssm",
        get_access_key=lambda: keys.access_key_id,
    )
    assert caller(running.world, asked).account == TAX
