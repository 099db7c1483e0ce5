"""Which AWS regions there are, and what of them decides a design: partition and opt-in.

A table of ours, because a preview makes no call; a test compares it with botocore's.
"""

from __future__ import annotations

from typing import Final

_DEFAULT: Final = (
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
)
_OPT_IN: Final = (
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
)
_OTHER_PARTITIONS: Final = {
    "aws-us-gov": ["us-gov-east-1", "us-gov-west-1"],
    "aws-cn": ["cn-north-1", "cn-northwest-1"],
    "aws-eusc": ["eusc-de-east-1"],
}

OPT_IN: Final = frozenset(_OPT_IN)
"""Regions that an account has to switch on; none may be Security Hub's home (trap 1.12)."""

PARTITIONS: Final[dict[str, str]] = {
    **dict.fromkeys([*_DEFAULT, *_OPT_IN], "aws"),
    **{region: name for name, regions in _OTHER_PARTITIONS.items() for region in regions},
}
"""Region → partition, which stands in every ARN (trap 6.7)."""

CHAT_REGIONS: Final = ("us-east-2", "us-west-2", "ap-southeast-1", "eu-west-1")
"""Where the API of chat applications is, all in one partition (botocore: endpoints of chatbot)."""
