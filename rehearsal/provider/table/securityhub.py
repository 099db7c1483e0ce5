"""Security Hub: the hub, its administrator, central configuration (botocore: securityhub model)."""

from __future__ import annotations

from rehearsal.provider.codecs import SAME, Several, Shape
from rehearsal.provider.kinds import Call, Kind, Property, Scope

HUB_ARN = "arn:{partition}:securityhub:{region}:{account}:hub/default"

# An account without a hub, or which is no administrator, is refused rather than told so.
NOT_SUBSCRIBED = ("InvalidAccessException",)

CONTROLS = Shape(
    {
        "enabledControlIdentifiers": ("EnabledSecurityControlIdentifiers", Several(SAME)),
        "disabledControlIdentifiers": ("DisabledSecurityControlIdentifiers", Several(SAME)),
    }
)

POLICY = Shape(
    {
        "serviceEnabled": "SecurityHub.ServiceEnabled",
        "enabledStandardArns": ("SecurityHub.EnabledStandardIdentifiers", Several(SAME)),
        "securityControlsConfiguration": ("SecurityHub.SecurityControlsConfiguration", CONTROLS),
    }
)


def _target(scope: Scope) -> dict[str, str]:
    target = scope.get("targetId") or scope["id"]
    kinds = {"r-": "RootId", "ou": "OrganizationalUnitId"}
    return {kinds.get(target[:2], "AccountId"): target}


KINDS: dict[str, Kind] = {
    "aws:securityhub/account:Account": Kind(
        service="securityhub",
        create=Call("enable_security_hub"),
        read=Call("describe_hub", HubArn=HUB_ARN),
        update=Call("update_security_hub_configuration"),
        delete=Call("disable_security_hub"),
        id="{account}",
        properties={
            "enableDefaultStandards": Property(
                to="EnableDefaultStandards", change="replace", default=True
            ),
            "controlFindingGenerator": Property(
                to="ControlFindingGenerator", read="ControlFindingGenerator"
            ),
            "autoEnableControls": Property(
                read="AutoEnableControls",
                change=Call(
                    "update_security_hub_configuration", AutoEnableControls="{autoEnableControls}"
                ),
                default=True,
            ),
        },
        outputs={"arn": HUB_ARN},
        identity=(),
        gone=NOT_SUBSCRIBED,
    ),
    "aws:securityhub/organizationAdminAccount:OrganizationAdminAccount": Kind(
        service="securityhub",
        create=Call("enable_organization_admin_account"),
        read=Call("list_organization_admin_accounts"),
        pick="AdminAccounts[?AccountId=='{id}'] | [0]",
        delete=Call("disable_organization_admin_account", AdminAccountId="{id}"),
        id="{adminAccountId}",
        properties={
            "adminAccountId": Property(to="AdminAccountId", read="AccountId", change="replace"),
        },
        identity=(),
    ),
    "aws:securityhub/organizationConfiguration:OrganizationConfiguration": Kind(
        service="securityhub",
        create=Call("update_organization_configuration"),
        read=Call("describe_organization_configuration"),
        # There is nothing to delete: it goes back to what a new organisation has.
        delete=Call(
            "update_organization_configuration",
            AutoEnable=False,
            AutoEnableStandards="NONE",
            OrganizationConfiguration={"ConfigurationType": "LOCAL"},
        ),
        id="{account}",
        properties={
            "autoEnable": Property(to="AutoEnable", read="AutoEnable"),
            "autoEnableStandards": Property(to="AutoEnableStandards", read="AutoEnableStandards"),
            "organizationConfiguration": Property(
                to="OrganizationConfiguration",
                read="OrganizationConfiguration",
                codec=Shape({"configurationType": "ConfigurationType"}),
            ),
        },
        identity=(),
        gone=NOT_SUBSCRIBED,
    ),
    "aws:securityhub/findingAggregator:FindingAggregator": Kind(
        service="securityhub",
        create=Call("create_finding_aggregator"),
        read=Call("get_finding_aggregator", FindingAggregatorArn="{id}"),
        update=Call(
            "update_finding_aggregator",
            FindingAggregatorArn="{id}",
            RegionLinkingMode="{linkingMode}",
            Regions="{specifiedRegions?}",
        ),
        delete=Call("delete_finding_aggregator", FindingAggregatorArn="{id}"),
        id="{@FindingAggregatorArn}",
        properties={
            "linkingMode": Property(to="RegionLinkingMode", read="RegionLinkingMode"),
            "specifiedRegions": Property(
                to="Regions", read="Regions", codec=Several(SAME), cleared=[]
            ),
        },
        outputs={"arn": "{id}"},
        identity=(),
        gone=NOT_SUBSCRIBED,
    ),
    "aws:securityhub/configurationPolicy:ConfigurationPolicy": Kind(
        service="securityhub",
        create=Call("create_configuration_policy"),
        read=Call("get_configuration_policy", Identifier="{id}"),
        update=Call("update_configuration_policy", Identifier="{id}"),
        delete=Call("delete_configuration_policy", Identifier="{id}"),
        id="{@Id}",
        properties={
            "name": Property(to="Name", read="Name"),
            "description": Property(to="Description", read="Description", cleared=""),
            "configurationPolicy": Property(
                to="ConfigurationPolicy", read="ConfigurationPolicy", codec=POLICY
            ),
        },
        outputs={"arn": "arn:{partition}:securityhub:{region}:{account}:configuration-policy/{id}"},
        auto_named="name",
        gone=NOT_SUBSCRIBED,
    ),
    "aws:securityhub/configurationPolicyAssociation:ConfigurationPolicyAssociation": Kind(
        service="securityhub",
        create=Call("start_configuration_policy_association", Target=_target),
        read=Call("get_configuration_policy_association", Target=_target),
        delete=Call(
            "start_configuration_policy_disassociation",
            ConfigurationPolicyIdentifier="{policyId}",
            Target=_target,
        ),
        id="{targetId}",
        properties={
            "policyId": Property(to="ConfigurationPolicyIdentifier", read="ConfigurationPolicyId"),
            "targetId": Property(read="TargetId", change="replace"),
        },
        identity=("targetId",),
        gone=NOT_SUBSCRIBED,
    ),
}
