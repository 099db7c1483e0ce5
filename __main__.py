"""From detection to containment, in every account and region: compose, and nothing else."""

from functools import partial
from pathlib import Path

from accounts import deployed_into
from components.access import AccountAccess, AccountAccessArgs
from components.administrator import AdministratorServices, AdministratorServicesArgs
from components.aggregator import SecurityHubAggregator, SecurityHubAggregatorArgs
from components.bounds import Bounds
from components.delegation import Delegation, DelegationArgs
from components.detection import Detection
from components.engagement import Engagement
from components.hub import ResponseHub, ResponseHubArgs
from components.pipeline import ContainmentPipeline, ContainmentPipelineArgs
from names import Place
from regions import PARTITIONS
from runbooks import RESPONSE, RUNBOOKS
from settings.stack import load

stack = load(beside=Path(__file__))
settings, into = stack.settings, deployed_into(stack)
security, management = settings.security, settings.of_role("management")
home, organization = settings.home_region, settings.organization
inside = organization.id if organization else None
at = partial(Place, partition=PARTITIONS[home])
central = at(account=security.id, region=home)
detection = Detection(home_region=home, regions=settings.regions, **settings.guardduty.model_dump())
bounds = Bounds(**settings.bounds())

if stack.has_hub:
    own = AdministratorServicesArgs(detection=detection, **security.existing())
    services = AdministratorServices("administrator", own, into[security.id])
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
        listed = [each.id for each in settings.accounts]
        aggregated = SecurityHubAggregatorArgs(
            detection=detection,
            detectors=services.detectors,
            covers=[organization.root] if organization.root else listed,
            designations=designations,
        )
        SecurityHubAggregator("aggregator", aggregated, into[security.id])
    beating = [each.id for each in settings.accounts if each.contains]
    hub = ResponseHubArgs(
        place=central,
        organization=inside,
        **settings.for_hub(),
        beats=[at(account=each, region=region) for each in beating for region in settings.regions],
        runbooks=RUNBOOKS,
        engagement=Engagement.of(settings.people.engaging()),
        response=RESPONSE,
    )
    ResponseHub("hub", hub, into[security.id])

for account in stack.accounts:
    if not account.contains:
        continue
    at_home = at(account=account.id, region=home)
    once = AccountAccessArgs(
        home=at_home,
        central=central,
        runbooks=RUNBOOKS,
        organization=inside,
        never_touch=bounds.untouchable(at_home),
        retain_data=settings.retain_data,
        forensic_account=bounds.forensic_account,
        shares_metrics=not account.existing_sharing_role,
    )
    access = AccountAccess(f"{account.name}-access", once, into[account.id])
    for region in settings.regions:
        pipeline = ContainmentPipelineArgs(
            place=at(account=account.id, region=region),
            central=central,
            runbooks=RUNBOOKS,
            modes=settings.modes(account),
            bounds=bounds,
            watch_minutes=settings.watch_minutes,
            roles=access.roles,
        )
        ContainmentPipeline(f"{account.name}-{region}", pipeline, into[account.id])
