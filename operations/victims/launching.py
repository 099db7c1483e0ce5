"""How a drill's instance is launched: of which type, and with a profile that is new to EC2."""

from __future__ import annotations

from typing import Any, Final

from botocore.exceptions import ClientError

from operations.ground import Ground

SMALLEST: Final = {1: "t3.micro", 2: "t3.micro", 3: "t3.small", 4: "t3.xlarge"}
"""Interfaces → the smallest type that takes so many (AWS docs: AvailableIpPerENI)."""

PATIENCE: Final = 300.0
"""Seconds for something to come up; IAM's new profiles are known to EC2 within a minute."""


def launched(ground: Ground, ec2: Any, **parameters: Any) -> str:
    """Launch one; a profile that was made just now is not known to EC2 at once. The id."""
    patience = PATIENCE if "IamInstanceProfile" in parameters else 0.0
    while True:
        try:
            return str(ec2.run_instances(**parameters)["Instances"][0]["InstanceId"])
        except ClientError as refused:
            new = refused.response["Error"]["Code"] == "InvalidParameterValue"
            if not new or patience <= 0:
                raise
        ground.wait(lambda: False, 5)
        patience -= 5
