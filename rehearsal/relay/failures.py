"""Why a delivery failed, in the words of a dead letter, and whether trying again may help.

``NO_PERMISSIONS``, ``NO_RESOURCE`` and ``THROTTLING`` are documented (2023 docs: eb-rule-dlq),
``THIRD_ACCOUNT_HOP_DETECTED`` and ``SDK_CLIENT_ERROR`` are reported by users; that the latter
stands for everything else that a target refuses is an assumption.
"""

from __future__ import annotations

from typing import Any

from rehearsal.emulator.world import NotEmulatedError

NO_PERMISSIONS = "NO_PERMISSIONS"
NO_RESOURCE = "NO_RESOURCE"
THROTTLING = "THROTTLING"
INTERNAL_ERROR = "INTERNAL_ERROR_FROM_TARGET"
CLIENT_ERROR = "SDK_CLIENT_ERROR"
THIRD_HOP = "THIRD_ACCOUNT_HOP_DETECTED"

_THROTTLED = ("Throttling", "ThrottlingException", "TooManyRequestsException")
_FULL = ("AutomationExecutionLimitExceededException", "LimitExceededException")
_MISSING = ("NotFound", "NotFoundException", "NonExistentQueue", "DoesNotExist")


class DeliveryError(Exception):
    """A target did not take an event."""

    def __init__(self, code: str, message: str, *, again: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.again = again
        """Whether EventBridge tries again: not without permission or resource (trap 4.5)."""


def from_answer(error: Any) -> DeliveryError:
    """What a botocore ClientError means; raises NotEmulatedError for what the emulator lacks."""
    code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    status = int(error.response["ResponseMetadata"].get("HTTPStatusCode", 400))
    if code in {"NotEmulated", "EmulatorFailure"}:
        raise NotEmulatedError(message) from error
    text = f"{message} (Service: {error.operation_name}; Error Code: {code})"
    if code in _THROTTLED or code in _FULL:
        return DeliveryError(THROTTLING, text, again=True)
    if status >= 500:
        return DeliveryError(INTERNAL_ERROR, text, again=True)
    if "AccessDenied" in code or "Unauthorized" in code or "AuthorizationError" in code:
        return DeliveryError(NO_PERMISSIONS, text)
    if code.removesuffix("Exception").endswith(_MISSING) or code.endswith(_MISSING):
        return DeliveryError(NO_RESOURCE, text)
    return DeliveryError(CLIENT_ERROR, text)
