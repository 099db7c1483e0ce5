"""An error in the shape that the caller's AWS client expects.

Four shapes cover AWS's protocols: the XML of EC2, of the other query services, and of REST-XML, and
JSON with the code in a header (botocore: parsers). JSON has the message twice, since the control
interface calls it ``error``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from werkzeug.wrappers import Request, Response

SCOPE = re.compile(r"Credential=[^/]+/\d{8}/(?P<region>[^/]*)/(?P<service>[^/]+)/aws4_request")

REST_XML = frozenset({"s3", "s3control", "route53", "cloudfront"})

EC2 = (
    "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
    "<RequestID>rehearsal</RequestID></Response>"
)
QUERY = (
    "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message>"
    "</Error><RequestId>rehearsal</RequestId></ErrorResponse>"
)
REST = (
    "<Error><Code>{code}</Code><Message>{message}</Message><RequestId>rehearsal</RequestId></Error>"
)


def signed_service(environ: Mapping[str, Any]) -> tuple[str, str] | None:
    """The service (its signing name) and region that a request is signed for; None if unsigned."""
    match = SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    return (match["service"].lower(), match["region"]) if match else None


def answer(request: Request, name: str, message: str, status: int) -> Response:
    """The response that makes the caller's client raise an error with this name and message."""
    service = (signed_service(request.environ) or ("", ""))[0]
    form = request.mimetype == "application/x-www-form-urlencoded"
    if service in REST_XML or form:
        shape = REST if service in REST_XML else EC2 if service == "ec2" else QUERY
        body = shape.format(code=escape(name), message=escape(message))
        return Response(body, status, mimetype="text/xml")
    body = json.dumps({"__type": name, "message": message, "error": message})
    return Response(body, status, {"x-amzn-ErrorType": name}, mimetype="application/json")
