"""Violations of where something is made, and what is made at all."""

from __future__ import annotations

from tests.plants.plant import Plant

PROVIDER = """            opts=pulumi.ResourceOptions(parent=self, provider=aws.Provider(
                "{name}", region=region, allowed_account_ids=[args.place.account],
                assume_roles=[aws.ProviderAssumeRoleArgs(role_arn=args.place.role("D"))])),
"""
SETTING = '            setting_value="True",\n            region=region,\n'

MADE = (
    Plant(
        rule="provider-named",
        says="'default_7_51_1'",
        file="components/containment.py",
        old=f"{SETTING}            opts=pulumi.ResourceOptions(parent=self),\n",
        new=SETTING + PROVIDER.replace("{name}", "default_7_51_1"),
        near=SETTING + PROVIDER.replace("{name}", "named"),
    ),
    Plant(
        rule="provider-of-one-account",
        says="allowedAccountIds is None",
        file="accounts.py",
        old="            allowed_account_ids=[account.id],\n",
        new="",
        near="            allowed_account_ids=[account.id],\n            max_retries=9,\n",
    ),
    Plant(
        rule="region-said",
        says="region is missing",
        file="components/watch.py",
        old='            event_bus_name="default",\n            region=region,\n',
        new='            event_bus_name="default",\n',
        near='            event_bus_name="default",\n            region="eu-north-1",\n',
    ),
    Plant(
        rule="kinds-never-declared",
        says="AccessKey: ",
        file="components/access.py",
        old="        self._table(retain=args.retain_data)\n",
        new="        self._table(retain=args.retain_data)\n"
        "        aws.iam.AccessKey(f'{name}-key', user='ops', "
        "opts=pulumi.ResourceOptions(parent=self))\n",
        near="        self._table(retain=args.retain_data)\n"
        "        aws.organizations.AwsServiceAccess(f'{name}-trusted', "
        "service_principal='guardduty.amazonaws.com', opts=pulumi.ResourceOptions(parent=self))\n",
    ),
    Plant(
        rule="kinds-readable",
        says="'AWS::IAM::Role'",
        file="components/chat.py",
        old='type_name="AWS::Chatbot::CustomAction",',
        new='type_name="AWS::IAM::Role",',
        near='type_name="AWS::SSMContacts::Contact",',
    ),
)
