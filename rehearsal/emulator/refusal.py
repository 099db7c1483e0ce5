"""How AWS words a refusal, service by service.

The code and status differ by protocol (botocore: parsers); the sentence is the same everywhere,
with EC2's opening before it. (AWS docs: troubleshoot_access-denied.)
"""

from __future__ import annotations

from typing import Any

from rehearsal.emulator import faults

_DENIED = {
    "autoscaling": ("AccessDenied", 403),
    "ec2": ("UnauthorizedOperation", 403),
    "sns": ("AuthorizationError", 403),
    "s3": ("AccessDenied", 403),
    "sqs": ("AccessDenied", 403),
    "iam": ("AccessDenied", 403),
    "sts": ("AccessDenied", 403),
    "cloudwatch": ("AccessDenied", 403),
    "guardduty": ("AccessDeniedException", 403),
    "securityhub": ("AccessDeniedException", 403),
    "ssm-incidents": ("AccessDeniedException", 403),
    "chatbot": ("AccessDeniedException", 403),
}
_UNKNOWN_KEY = {
    "autoscaling": ("InvalidClientTokenId", 403),
    "ec2": ("AuthFailure", 401),
    "iam": ("InvalidClientTokenId", 403),
    "sts": ("InvalidClientTokenId", 403),
    "sns": ("InvalidClientTokenId", 403),
    "s3": ("InvalidAccessKeyId", 403),
    "sqs": ("InvalidClientTokenId", 403),
    "cloudwatch": ("InvalidClientTokenId", 403),
    "guardduty": ("UnrecognizedClientException", 403),
    "securityhub": ("UnrecognizedClientException", 403),
    "ssm-incidents": ("UnrecognizedClientException", 403),
    "chatbot": ("UnrecognizedClientException", 403),
}


class RefusedError(Exception):
    """What the caller gets instead of an answer, wherever in moto's methods it is raised."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


def denied(service: str, sentence: str) -> RefusedError:
    """Access denied, as this service says it."""
    code, status = _DENIED.get(service, ("AccessDeniedException", 400))
    opening = "You are not authorized to perform this operation. " if service == "ec2" else ""
    return RefusedError(code, opening + sentence, status)


def unknown_key(service: str) -> RefusedError:
    """The key or its token is not known, as this service says it."""
    code, status = _UNKNOWN_KEY.get(service, ("UnrecognizedClientException", 400))
    return RefusedError(code, "The security token included in the request is invalid.", status)


def answer(response: Any, refused: RefusedError) -> tuple[int, dict[str, str], str]:
    """A refusal in the protocol of the request that a moto response object holds."""
    shaped = faults.answer(
        response.normalized_request, refused.code, refused.message, refused.status
    )
    return shaped.status_code, dict(shaped.headers), shaped.get_data(as_text=True)
