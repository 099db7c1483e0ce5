"""GuardDuty: detectors, their plans, and the organisation's (botocore: guardduty model)."""

from __future__ import annotations

from rehearsal.provider.codecs import Several, Shape
from rehearsal.provider.kinds import Call, Kind, Property, Tagging

DETECTOR_ARN = "arn:{partition}:guardduty:{region}:{account}:detector/{id}"

# For a detector that is not the caller's, or not there, GuardDuty says that the request is bad.
NOT_OWNED = ("BadRequestException",)

KINDS: dict[str, Kind] = {
    "aws:guardduty/detector:Detector": Kind(
        service="guardduty",
        create=Call("create_detector"),
        read=Call("get_detector", DetectorId="{id}"),
        update=Call("update_detector", DetectorId="{id}"),
        delete=Call("delete_detector", DetectorId="{id}"),
        id="{@DetectorId}",
        properties={
            "enable": Property(to="Enable", read="Status == 'ENABLED'", default=True),
            "findingPublishingFrequency": Property(
                to="FindingPublishingFrequency",
                read="FindingPublishingFrequency",
                default="SIX_HOURS",
            ),
        },
        outputs={"accountId": "{account}", "arn": DETECTOR_ARN},
        identity=(),
        tags=Tagging(
            add=Call("tag_resource", ResourceArn=DETECTOR_ARN, Tags="{tags}"),
            remove=Call("untag_resource", ResourceArn=DETECTOR_ARN, TagKeys="{keys}"),
            read=Call("list_tags_for_resource", ResourceArn=DETECTOR_ARN),
            path="Tags",
            to="Tags",
        ),
        gone=NOT_OWNED,
    ),
    "aws:guardduty/detectorFeature:DetectorFeature": Kind(
        service="guardduty",
        create=Call("update_detector", DetectorId="{detectorId}"),
        read=Call("get_detector", DetectorId="{detectorId}"),
        pick="Features[?Name=='{name}'] | [0]",
        delete=None,
        id="{detectorId}/{name}",
        properties={
            "detectorId": Property(change="replace"),
            "name": Property(to="Features.0.Name", read="Name", change="replace"),
            "status": Property(to="Features.0.Status", read="Status"),
            "additionalConfigurations": Property(
                to="Features.0.AdditionalConfiguration",
                read="AdditionalConfiguration",
                codec=Several(Shape({"name": "Name", "status": "Status"}), by="name"),
            ),
        },
        identity=("detectorId", "name"),
        gone=NOT_OWNED,
    ),
    "aws:guardduty/organizationAdminAccount:OrganizationAdminAccount": Kind(
        service="guardduty",
        create=Call("enable_organization_admin_account"),
        read=Call("list_organization_admin_accounts"),
        pick="AdminAccounts[?AdminAccountId=='{id}'] | [0]",
        delete=Call("disable_organization_admin_account", AdminAccountId="{id}"),
        id="{adminAccountId}",
        properties={
            "adminAccountId": Property(
                to="AdminAccountId", read="AdminAccountId", change="replace"
            ),
        },
        identity=(),
    ),
    "aws:guardduty/organizationConfiguration:OrganizationConfiguration": Kind(
        service="guardduty",
        create=Call("update_organization_configuration", DetectorId="{detectorId}"),
        read=Call("describe_organization_configuration", DetectorId="{detectorId}"),
        delete=None,
        id="{detectorId}",
        properties={
            "detectorId": Property(change="replace"),
            "autoEnableOrganizationMembers": Property(
                to="AutoEnableOrganizationMembers", read="AutoEnableOrganizationMembers"
            ),
        },
        identity=("detectorId",),
        gone=NOT_OWNED,
    ),
    "aws:guardduty/organizationConfigurationFeature:OrganizationConfigurationFeature": Kind(
        service="guardduty",
        # AWS wants the organisation's setting repeated with each feature.
        ask=Call("describe_organization_configuration", DetectorId="{detectorId}"),
        create=Call(
            "update_organization_configuration",
            DetectorId="{detectorId}",
            AutoEnableOrganizationMembers="{@AutoEnableOrganizationMembers}",
        ),
        read=Call("describe_organization_configuration", DetectorId="{detectorId}"),
        pick="Features[?Name=='{name}'] | [0]",
        delete=None,
        id="{detectorId}/{name}",
        properties={
            "detectorId": Property(change="replace"),
            "name": Property(to="Features.0.Name", read="Name", change="replace"),
            "autoEnable": Property(to="Features.0.AutoEnable", read="AutoEnable"),
            "additionalConfigurations": Property(
                to="Features.0.AdditionalConfiguration",
                read="AdditionalConfiguration",
                codec=Several(Shape({"name": "Name", "autoEnable": "AutoEnable"}), by="name"),
            ),
        },
        identity=("detectorId", "name"),
        gone=NOT_OWNED,
    ),
}
