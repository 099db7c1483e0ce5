"""From detection to containment, in every account and region: compose, and nothing else."""

import pulumi

from accounts import providers
from components.access import AccountAccess, AccountAccessArgs
from components.administrator import AdministratorServices, AdministratorServicesArgs
from components.aggregator import SecurityHubAggregator, SecurityHubAggregatorArgs
from components.bounds import Bounds
from components.delegation import Delegation, DelegationArgs
from components.detection import Detection
from components.hub import ResponseHub, ResponseHubArgs
from components.pipeline import ContainmentPipeline, ContainmentPipelineArgs
from names import Place
from regions import PARTITIONS
from runbooks import RUNBOOKS
from settings import load

settings = load()
security, management = settings.security, settings.of_role("management")
partition, home, retain = (
    PARTITIONS[settings.home_region],
    settings.home_region,
    settings.retain_data,
)
organization = settings.organization
central = Place(partition=partition, account=security.id, region=home)
detection = Detection(home_region=home, regions=settings.regions, **settings.guardduty.model_dump())
bounds = Bounds(**settings.bounds())
into = {
    account: pulumi.ResourceOptions(providers=[provider])
    for account, provider in providers(settings).items()
}

services = AdministratorServices(
    "administrator",
    AdministratorServicesArgs(detection=detection, **security.existing()),
    into[security.id],
)
designations = services.ready
if management:
    handed_over = DelegationArgs(
        administrator=security.id,
        detection=detection,
        existing_detectors=management.existing_detectors,
        administrator_ready=services.ready,
    )
    designations = Delegation("delegation", handed_over, into[management.id]).designations
if organization:
    covers = [organization.root] if organization.root else [each.id for each in settings.accounts]
    aggregated = SecurityHubAggregatorArgs(
        detection=detection,
        detectors=services.detectors,
        covers=covers,
        designations=designations,
    )
    SecurityHubAggregator("aggregator", aggregated, into[security.id])

containing = [account for account in settings.accounts if account.contains]
hub = ResponseHubArgs(
    place=central,
    organization=organization.id if organization else None,
    objective_minutes=settings.objective_minutes,
    **settings.keeping(),
    beats=[
        Place(partition=partition, account=account.id, region=region)
        for account in containing
        for region in settings.regions
    ],
    watch_minutes=settings.watch_minutes,
)
ResponseHub("hub", hub, into[security.id])
for account in containing:
    at_home = Place(partition=partition, account=account.id, region=home)
    once = AccountAccessArgs(
        home=at_home,
        central=central,
        runbooks=RUNBOOKS,
        never_touch=bounds.untouchable(at_home),
        retain_data=retain,
    )
    access = AccountAccess(f"{account.name}-access", once, into[account.id])
    for region in settings.regions:
        pipeline = ContainmentPipelineArgs(
            place=Place(partition=partition, account=account.id, region=region),
            central=central,
            runbooks=RUNBOOKS,
            modes=settings.modes(account),
            bounds=bounds,
            watch_minutes=settings.watch_minutes,
            roles=access.roles,
        )
        ContainmentPipeline(f"{account.name}-{region}", pipeline, into[account.id])
