"""EventBridge's delivery: from a bus, by the rules as they are deployed, to their targets."""

from rehearsal.relay.counting import RuleCounts
from rehearsal.relay.failures import DeliveryError
from rehearsal.relay.service import Lost, Relay

__all__ = ["DeliveryError", "Lost", "Relay", "RuleCounts"]
