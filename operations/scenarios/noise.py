"""What must call nobody, or nobody twice, and what an attacker may not write."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from botocore.exceptions import ClientError

from operations.expectations import expect, ledger
from operations.findings import finding
from operations.ground import Ground
from operations.scenarios.playing import Scenario, a_network, attack, updated
from operations.scenarios.responding import (
    HUB_DELAY,
    SUSPICIOUS,
    by_hand,
    engaged,
    incidents,
    one_incident,
    quiet,
    run_of,
    thread,
    waits,
    woken,
)

HOSTILE: Final = (
    "<!channel> *bold* [click](https://evil.example/x) <https://evil.example|safe> `code` @here\n"
    + "A" * 10_000
)


def _posture_finding(ground: Ground) -> None:
    """Posture is for the dashboard, however critical: nobody is called (trap 5.1)."""
    since, before = len(ground.pages()), set(incidents(ground))
    account, region = ground.accounts["tax"], ground.regions[0]
    now = ground.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    own = f"arn:aws:securityhub:{region}:{account}:product/{account}/default"
    ground.client(account, "securityhub", region).batch_import_findings(
        Findings=[
            {
                "SchemaVersion": "2018-10-08",
                "Id": f"{account}/drill/posture",
                "ProductArn": own,
                "GeneratorId": "drill",
                "AwsAccountId": account,
                "Types": ["Software and Configuration Checks/Industry and Regulatory Standards"],
                "CreatedAt": now,
                "UpdatedAt": now,
                "Severity": {"Label": "CRITICAL"},
                "Title": "A drill: a bucket is public",
                "Description": "Imported on purpose, to see that nobody is called.",
                "Resources": [{"Type": "AwsAccount", "Id": f"AWS::::Account:{account}"}],
                "Compliance": {"Status": "FAILED"},
            }
        ]
    )
    quiet(ground, HUB_DELAY)
    expect(set(incidents(ground)) == before, "posture opened an incident")
    expect(not woken(ground, since), f"posture woke {[p.person for p in woken(ground, since)]}")


def _updated_finding(ground: Ground) -> None:
    """GuardDuty sees it again, and Security Hub tells it again: one incident (5.7, 5.8)."""
    with a_network(ground, "tax", ground.regions[0], attended=True) as network:
        suspect = network.add_instance()
        sent = finding(SUSPICIOUS, network, suspect)
        found = attack(network, sent)
        engaged(ground, found)
        for count in (2, 3):
            attack(network, updated(ground, sent, count))
            quiet(ground, HUB_DELAY)
        one_incident(ground, found)
        by_hand(ground, found)


def _three_sources(ground: Ground) -> None:
    """GuardDuty's own event, Security Hub's and the other hub's are about one thing."""
    hub = ground.client(ground.accounts["tax"], "securityhub", ground.regions[0])
    hub.enable_security_hub_v2()
    try:
        with a_network(ground, "tax", ground.regions[0], attended=True) as network:
            unknown = network.add_instance()
            # No route knows it, so GuardDuty's own event is for people as well (trap 1.13).
            found = attack(network, finding("Brand:EC2/NewThing", network, unknown))
            engaged(ground, found)
            quiet(ground, HUB_DELAY)
            one_incident(ground, found)
            heard = {record.route for record in ledger(ground, found)}
            expect("unrouted" in heard, f"the ledger heard {heard}")
            by_hand(ground, found, "security")
    finally:
        with suppress(ClientError):
            hub.disable_security_hub_v2()


def _hostile_text(ground: Ground) -> None:
    """Whoever names the resource writes into no message: no link, no mention, no flood."""
    with a_network(ground, "tax", ground.regions[0], attended=True) as network:
        suspect = network.add_instance()
        network.ec2.create_tags(
            Resources=[suspect.instance],
            Tags=[{"Key": key, "Value": HOSTILE[:250]} for key in ("Name", "owner")],
        )
        sent = finding(SUSPICIOUS, network, suspect) | {"title": HOSTILE, "description": HOSTILE}
        found = attack(network, sent)
        engaged(ground, found)
        waits(ground, run_of(ground, found), "mitigate_by_hand")
        shown = thread(ground, found)
        expect(shown, "the channel shows nothing of it")
        for message in shown:
            said = f"{message.title}\n{message.description}"
            for part in (
                "<!channel>",
                "<https://evil",
                "https://evil",
                "@here",
                "AAAAA" * 60,
            ):
                expect(part not in said, f"a message carries {part[:20]!r}: {said[:300]}")
        for message in ground.messages():
            expect(message.shown or found not in message.raw, f"dropped: {message.raw[:200]}")
        by_hand(ground, found)


NOISE: Final[tuple[Scenario, ...]] = tuple(
    Scenario(name=name, shows=shows, play=play, quick=False)
    for name, shows, play in (
        ("posture-finding", "a critical posture finding calls nobody", _posture_finding),
        ("updated-finding", "updates of a finding open no second incident", _updated_finding),
        (
            "three-sources-one-incident",
            "three events about one thing are one incident",
            _three_sources,
        ),
        ("hostile-text", "markup, links and floods in names reach nobody", _hostile_text),
    )
)
