"""Disposable targets for a drill: a network of their own, instances of any kind, and their end."""

from operations.victims.network import Network
from operations.victims.targets import Target, Targets

__all__ = ["Network", "Target", "Targets"]
