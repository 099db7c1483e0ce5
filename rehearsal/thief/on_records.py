"""Deeds on evidence, exemptions, ledger and state: what people would be deceived with."""

from __future__ import annotations

from collections.abc import Iterator

from names import CENTRAL_BUS, EXEMPTIONS_OBJECT, LOCAL_BUS, LOG_GROUP, RUNBOOK_EVENTS, STATE_TABLE
from rehearsal.emulator.actions.need import Need
from rehearsal.thief.deed import Deed, Scene, ask, deed


def record_deeds(scene: Scene) -> Iterator[Deed]:
    """To read or spoil what was kept, to be exempt, to lie to the ledger, to lift a brake."""
    yield from _evidence(scene)
    yield from _ledger(scene)
    yield from _state(scene)


def _evidence(scene: Scene) -> Iterator[Deed]:
    kept = f"arn:aws:s3:::{scene.evidence}"
    own = f"{kept}/{scene.here.account}/isolate_instance/found"
    exemptions = f"arn:aws:s3:::{scene.exemptions}"
    listed = f"{exemptions}/{EXEMPTIONS_OBJECT}"

    def s3(action: str, arn: str) -> Need:
        return ask(f"s3:{action}", arn, owner=scene.central.account)

    def through_s3(action: str, bucket: str) -> Need:
        return ask(
            f"kms:{action}",
            scene.key,
            {
                "kms:viaservice": (f"s3.{scene.central.region}.amazonaws.com",),
                "kms:resourcealiases": ("alias/containment-evidence",),
                "kms:encryptioncontext:aws:s3:arn": (bucket,),
            },
        )

    yield deed(
        "read evidence",
        {
            "its own account's": [s3("GetObject", own), through_s3("Decrypt", kept)],
            "a version of it": [s3("GetObjectVersion", own), through_s3("Decrypt", kept)],
            "what there is": [s3("ListBucket", kept)],
        },
    )
    yield deed(
        "add evidence that is false",
        {
            "under its own account's prefix": [
                s3("PutObject", own),
                through_s3("GenerateDataKey", kept),
            ],
            "under another account's": [
                s3("PutObject", f"{kept}/{scene.other}/isolate_instance/found"),
                through_s3("GenerateDataKey", kept),
            ],
        },
    )
    yield deed(
        "delete evidence or shorten its lock",
        {
            "hide it behind a marker": [s3("DeleteObject", own)],
            "a version of it": [s3("DeleteObjectVersion", own)],
            "before its time": [s3("BypassGovernanceRetention", own)],
            "another time for it": [s3("PutObjectRetention", own)],
            "the bucket's lock": [s3("PutBucketObjectLockConfiguration", kept)],
            "the bucket's policy": [s3("PutBucketPolicy", kept)],
            "the key": [ask("kms:ScheduleKeyDeletion", scene.key, _named_key())],
        },
    )
    yield deed(
        "read what is exempt",
        {"the object": [s3("GetObject", listed), through_s3("Decrypt", exemptions)]},
    )
    yield deed(
        "change what is exempt",
        {
            "the object": [s3("PutObject", listed), through_s3("GenerateDataKey", exemptions)],
            "delete it": [s3("DeleteObject", listed)],
            "the bucket's policy": [s3("PutBucketPolicy", exemptions)],
        },
    )
    yield deed(
        "use the evidence's key by itself",
        {
            "decrypt": [ask("kms:Decrypt", scene.key, _named_key())],
            "make a data key": [ask("kms:GenerateDataKey", scene.key, _named_key())],
            "give it away": [ask("kms:CreateGrant", scene.key, _named_key())],
        },
    )


def _named_key() -> dict[str, tuple[str, ...]]:
    return {"kms:resourcealiases": ("alias/containment-evidence",)}


def _ledger(scene: Scene) -> Iterator[Deed]:
    def put(arn: str) -> list[Need]:
        context = {"events:source": (RUNBOOK_EVENTS,), "events:detail-type": ("Containment",)}
        return [ask("events:PutEvents", arn, context)]

    elsewhere = scene.here.bus(LOCAL_BUS).replace(scene.here.account, scene.other)
    yield deed(
        "put a false record into the ledger",
        {
            "as its own account, by the local bus": put(scene.here.bus(LOCAL_BUS)),
            "as its own account, by the central bus": put(scene.central.bus(CENTRAL_BUS)),
            "as another account, by its local bus": put(elsewhere),
            "on its own default bus, where findings are": put(scene.here.bus("default")),
        },
    )
    log = scene.central.arn("logs", f"log-group:{LOG_GROUP}")
    yield deed(
        "write or delete the ledger's log",
        {
            "write": [ask("logs:PutLogEvents", f"{log}:log-stream:any")],
            "delete": [ask("logs:DeleteLogGroup", log)],
            "read": [ask("logs:GetLogEvents", f"{log}:log-stream:any")],
        },
    )


def _state(scene: Scene) -> Iterator[Deed]:
    table = scene.here.arn("dynamodb", f"table/{STATE_TABLE}")

    def item(action: str, key: str) -> list[Need]:
        return [ask(f"dynamodb:{action}", table, {"dynamodb:leadingkeys": (key,)})]

    contained = "isolate_instance#arn:aws:ec2:eu-west-1:1:instance/i-1"
    yield deed(
        "read the state table",
        {
            "an instance's item": item("GetItem", contained),
            "the brakes": item("GetItem", "brakes"),
            "all of it": [ask("dynamodb:Scan", table)],
        },
    )
    yield deed(
        "lift or set a brake, empty or fill a cap",
        {
            "the brakes": item("UpdateItem", "brakes"),
            "a cap": item("UpdateItem", "cap#compromised-instance#2026-11-24T12"),
        },
    )
    yield deed(
        "change what is known of a contained instance",
        {
            "its item": item("UpdateItem", contained),
            "who of a role is denied": item("UpdateItem", "denied#some-application"),
            "delete an item": item("DeleteItem", contained),
            "delete the table": [ask("dynamodb:DeleteTable", table)],
        },
    )
