"""Systems Manager: documents and service settings (botocore: ssm model)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from rehearsal.provider.codecs import Document, Pairs, Same
from rehearsal.provider.kinds import Call, Kind, Property, Scope, Tagging


class _Setting(Same):
    """``True`` and ``true`` are the same to SSM."""

    def seen(self, value: Any, held: Any) -> Any:
        return held if str(value).lower() == str(held).lower() else value


def _new_version(call: Callable[[Call], dict[str, Any]], scope: Scope) -> None:
    """A new version, and the default: what starts a document by name starts the default version.

    SSM refuses a content that it has already; then that version becomes the default again.
    """
    new = Call(
        "update_document",
        Name="{id}",
        Content="{content}",
        DocumentFormat="{documentFormat}",
        DocumentVersion="$LATEST",
        TargetType="{targetType?}",
        VersionName="{versionName?}",
    )
    try:
        version = call(new)["DocumentDescription"]["DocumentVersion"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "DuplicateDocumentContent":
            raise
        version = _version_with(call, scope["content"])
    call(Call("update_document_default_version", Name="{id}", DocumentVersion=version))
    # For the outputs, which tell the latest and the default version.
    call(Call("describe_document", Name="{id}"))


def _version_with(call: Callable[[Call], dict[str, Any]], content: str) -> str:
    """The newest version that has this content."""
    latest = int(call(Call("describe_document", Name="{id}"))["Document"]["LatestVersion"])
    for number in map(str, range(latest, 0, -1)):
        try:
            held = call(Call("get_document", Name="{id}", DocumentVersion=number))["Content"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "InvalidDocumentVersion":
                raise
            continue
        if _meaning(held) == _meaning(content):
            return number
    raise LookupError("SSM says that it has this content already, but no version has it")


def _meaning(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


DEFAULT_VERSION = "{@(Document || DocumentDescription).DefaultVersion}"
LATEST_VERSION = "{@(Document || DocumentDescription).LatestVersion}"

KINDS: dict[str, Kind] = {
    "aws:ssm/document:Document": Kind(
        service="ssm",
        create=Call("create_document"),
        # Without a version it is the default one, which is started, and may have been set back.
        read=Call("get_document", Name="{id}"),
        delete=Call("delete_document", Name="{id}"),
        id="{name}",
        properties={
            "name": Property(to="Name", read="Name", change="replace"),
            "documentType": Property(to="DocumentType", read="DocumentType", change="replace"),
            "documentFormat": Property(
                to="DocumentFormat", read="DocumentFormat", change=_new_version, default="JSON"
            ),
            "content": Property(
                to="Content", read="Content", codec=Document(), change=_new_version
            ),
            "targetType": Property(to="TargetType", change=_new_version),
            "versionName": Property(to="VersionName", read="VersionName", change=_new_version),
        },
        outputs={
            "arn": "arn:{partition}:ssm:{region}:{account}:document/{name}",
            "defaultVersion": DEFAULT_VERSION,
            "documentVersion": DEFAULT_VERSION,
            "latestVersion": LATEST_VERSION,
        },
        auto_named="name",
        tags=Tagging(
            add=Call(
                "add_tags_to_resource", ResourceType="Document", ResourceId="{id}", Tags="{tags}"
            ),
            remove=Call(
                "remove_tags_from_resource",
                ResourceType="Document",
                ResourceId="{id}",
                TagKeys="{keys}",
            ),
            read=Call("list_tags_for_resource", ResourceType="Document", ResourceId="{id}"),
            path="TagList",
            to="Tags",
            codec=Pairs(),
        ),
        gone=("InvalidDocument",),
    ),
    "aws:ssm/serviceSetting:ServiceSetting": Kind(
        service="ssm",
        create=Call("update_service_setting"),
        read=Call("get_service_setting", SettingId="{id}"),
        # Never absent: where nobody has set it, it says so.
        pick="ServiceSetting.Status != 'Default' && ServiceSetting",
        delete=Call("reset_service_setting", SettingId="{id}"),
        id="{settingId}",
        properties={
            "settingId": Property(to="SettingId", change="replace"),
            "settingValue": Property(to="SettingValue", read="SettingValue", codec=_Setting()),
        },
        outputs={"arn": "{settingId}"},
        identity=("settingId",),
    ),
}
