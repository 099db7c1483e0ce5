"""Incident Manager and its contacts (botocore: ssm-incidents and ssm-contacts models).

Where the API leaves a choice, the calls are those of the Terraform provider that pulumi_aws is made
from: a contact begins without a plan, and the activation of a channel is deferred, so that **no
code is sent** when it is made. Integrations of a response plan are not emulated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rehearsal.provider.codecs import SAME, Pairs, Several, Shape
from rehearsal.provider.kinds import Call, Kind, Property, Scope, Tagging
from rehearsal.provider.table.incident_shapes import (
    RECURRENCE,
    STAGE,
    TEMPLATE,
    Action,
    Chat,
    InOrder,
    Moment,
    Regions,
)

_TEMPLATE_UPDATE = {
    "title": "incidentTemplateTitle",
    "impact": "incidentTemplateImpact",
    "summary": "incidentTemplateSummary",
    "dedupeString": "incidentTemplateDedupeString",
    "incidentTags": "incidentTemplateTags",
    "notificationTargets": "incidentTemplateNotificationTargets",
}
_NOTHING = {"summary": "", "dedupeString": "", "incidentTags": {}, "notificationTargets": []}


def _regions(call: Callable[[Call], dict[str, Any]], scope: Scope) -> None:
    """All changes in one call, which AWS refuses if they are more than one region's."""
    held = call(Call("get_replication_set", arn="{id}"))["replicationSet"]["regionMap"]
    wanted = Regions().sent(scope["regions"])
    actions = [
        {"addRegionAction": {"regionName": name, **wanted[name]}} for name in wanted.keys() - held
    ] + [{"deleteRegionAction": {"regionName": name}} for name in held.keys() - wanted]
    call(Call("update_replication_set", arn="{id}", actions=actions))


def _template(call: Callable[[Call], dict[str, Any]], scope: Scope) -> None:
    """The update has a name of its own for each part of the template."""
    parts = _NOTHING | TEMPLATE.sent(scope["incidentTemplate"])
    named = {name: parts[part] for part, name in _TEMPLATE_UPDATE.items()}
    call(Call("update_response_plan", arn="{id}", **{k: _as_is(v) for k, v in named.items()}))


def _as_is(value: Any) -> Callable[[Scope], Any]:
    """A value that may have braces in it, which no template is to be made of."""
    return lambda scope: value


INCIDENT_TAGS = Tagging(
    add=Call("tag_resource", resourceArn="{id}", tags="{tags}"),
    remove=Call("untag_resource", resourceArn="{id}", tagKeys="{keys}"),
    read=Call("list_tags_for_resource", resourceArn="{id}"),
    path="tags",
    to="tags",
)
CONTACT_TAGS = Tagging(
    add=Call("tag_resource", ResourceARN="{id}", Tags="{tags}"),
    remove=Call("untag_resource", ResourceARN="{id}", TagKeys="{keys}"),
    read=Call("list_tags_for_resource", ResourceARN="{id}"),
    path="Tags",
    to="Tags",
    codec=Pairs(),
)
ARN = {"arn": "{id}"}

KINDS: dict[str, Kind] = {
    "aws:ssmincidents/replicationSet:ReplicationSet": Kind(
        service="ssm-incidents",
        create=Call("create_replication_set"),
        read=Call("get_replication_set", arn="{id}"),
        pick="replicationSet",
        delete=Call("delete_replication_set", arn="{id}"),
        id="{@arn}",
        properties={
            "regions": Property(to="regions", read="regionMap", codec=Regions(), change=_regions),
        },
        outputs=ARN,
        identity=(),
        tags=INCIDENT_TAGS,
        # Its input "region" is an old name of "regions".
        regional=False,
    ),
    "aws:ssmincidents/responsePlan:ResponsePlan": Kind(
        service="ssm-incidents",
        create=Call("create_response_plan"),
        read=Call("get_response_plan", arn="{id}"),
        update=Call("update_response_plan", arn="{id}"),
        delete=Call("delete_response_plan", arn="{id}"),
        id="{@arn}",
        properties={
            "name": Property(to="name", read="name", change="replace"),
            "displayName": Property(to="displayName", read="displayName", cleared=""),
            "incidentTemplate": Property(
                to="incidentTemplate", read="incidentTemplate", codec=TEMPLATE, change=_template
            ),
            "engagements": Property(
                to="engagements", read="engagements", codec=Several(SAME), cleared=[]
            ),
            "chatChannels": Property(
                to="chatChannel", read="chatChannel", codec=Chat(), cleared={"empty": {}}
            ),
            "action": Property(to="actions", read="actions", codec=Action(), cleared=[]),
        },
        outputs=ARN,
        auto_named="name",
        tags=INCIDENT_TAGS,
    ),
    "aws:ssmcontacts/contact:Contact": Kind(
        service="ssm-contacts",
        create=Call("create_contact", Plan={"Stages": []}),
        read=Call("get_contact", ContactId="{id}"),
        update=Call("update_contact", ContactId="{id}"),
        delete=Call("delete_contact", ContactId="{id}"),
        id="{@ContactArn}",
        properties={
            "alias": Property(to="Alias", read="Alias", change="replace"),
            "type": Property(to="Type", read="Type", change="replace"),
            "displayName": Property(to="DisplayName", read="DisplayName", cleared=""),
        },
        outputs=ARN,
        identity=("alias",),
        tags=CONTACT_TAGS,
    ),
    "aws:ssmcontacts/contactChannel:ContactChannel": Kind(
        service="ssm-contacts",
        create=Call("create_contact_channel", DeferActivation=True),
        read=Call("get_contact_channel", ContactChannelId="{id}"),
        update=Call("update_contact_channel", ContactChannelId="{id}"),
        delete=Call("delete_contact_channel", ContactChannelId="{id}"),
        id="{@ContactChannelArn}",
        properties={
            "contactId": Property(to="ContactId", read="ContactArn", change="replace"),
            "name": Property(to="Name", read="Name"),
            "type": Property(to="Type", read="Type", change="replace"),
            "deliveryAddress": Property(
                to="DeliveryAddress",
                read="DeliveryAddress",
                codec=Shape({"simpleAddress": "SimpleAddress"}),
            ),
        },
        outputs={**ARN, "activationStatus": "{@ActivationStatus || 'NOT_ACTIVATED'}"},
        identity=("contactId", "type", "deliveryAddress"),
        auto_named="name",
    ),
    "aws:ssmcontacts/plan:Plan": Kind(
        service="ssm-contacts",
        create=Call("update_contact", ContactId="{contactId}"),
        read=Call("get_contact", ContactId="{id}"),
        # A contact is never without a plan; one without stages is what there was before.
        pick="Plan.Stages[0] && @",
        delete=Call("update_contact", ContactId="{id}", Plan={"Stages": []}),
        id="{contactId}",
        properties={
            "contactId": Property(read="ContactArn", change="replace"),
            "stages": Property(to="Plan.Stages", read="Plan.Stages", codec=InOrder(STAGE)),
        },
        identity=("contactId",),
    ),
    "aws:ssm/contactsRotation:ContactsRotation": Kind(
        service="ssm-contacts",
        create=Call("create_rotation"),
        read=Call("get_rotation", RotationId="{id}"),
        update=Call(
            "update_rotation",
            RotationId="{id}",
            Recurrence=lambda scope: RECURRENCE.sent(scope["recurrence"]),
        ),
        delete=Call("delete_rotation", RotationId="{id}"),
        id="{@RotationArn}",
        properties={
            "name": Property(to="Name", read="Name", change="replace"),
            "contactIds": Property(to="ContactIds", read="ContactIds", codec=InOrder(SAME)),
            "startTime": Property(to="StartTime", read="StartTime", codec=Moment()),
            "timeZoneId": Property(to="TimeZoneId", read="TimeZoneId"),
            "recurrence": Property(to="Recurrence", read="Recurrence", codec=RECURRENCE),
        },
        outputs=ARN,
        auto_named="name",
        tags=CONTACT_TAGS,
    ),
}
