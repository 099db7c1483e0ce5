"""Who is engaged, and how, as the response's document holds it: what is deployed, not a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from names import RESPOND


def deployed_people(ssm: Any) -> Mapping[str, Any] | None:
    """The literal in the document; None where there is none, so in every place but the centre."""
    try:
        content = ssm.get_document(Name=RESPOND, DocumentFormat="JSON")["Content"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidDocument":
            raise
        return None
    payloads = [
        step.get("inputs", {}).get("InputPayload", {}) for step in json.loads(content)["mainSteps"]
    ]
    told: Mapping[str, Any] = next(each["People"] for each in payloads if "People" in each)
    return told
