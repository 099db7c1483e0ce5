"""One AWS provider per account, and the only maker of providers.

A provider is an operating-system process of 170 to 430 MB, so there is one for each account, never
one for each region: regional resources say ``region=`` themselves (pulumi/pulumi-aws#5226, #5860).
"""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from regions import PARTITIONS
from settings.stack import Stack


def deployed_into(stack: Stack) -> dict[str, pulumi.ResourceOptions]:
    """Account id → the options of what is made there."""
    return {
        account: pulumi.ResourceOptions(providers=[provider])
        for account, provider in providers(stack).items()
    }


def providers(stack: Stack) -> dict[str, aws.Provider]:
    """Account id → a provider that assumes the role of the stack there, in no other account."""
    settings = stack.settings
    partition = PARTITIONS[settings.home_region]
    return {
        account.id: aws.Provider(
            account.name,
            region=settings.home_region,
            # The class, not a dict: a dict's keys go to the provider untranslated and are ignored
            # there (pulumi/pulumi-aws#5271).
            assume_roles=[
                aws.ProviderAssumeRoleArgs(
                    role_arn=f"arn:{partition}:iam::{account.id}:role/{stack.role}",
                    session_name="containment-deploy",
                )
            ],
            allowed_account_ids=[account.id],
            default_tags=aws.ProviderDefaultTagsArgs(
                tags={"containment:stack": pulumi.get_stack(), **settings.tags}
            ),
        )
        for account in stack.accounts
    }
