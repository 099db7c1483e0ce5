"""The links in SNS's mails, which nobody signs: to confirm a subscription, and to end it.

Whoever has the mail may follow them, unless the subscription was confirmed with a signature and
``AuthenticateOnUnsubscribe`` (trap 5.10; botocore: sns model).
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from werkzeug.wrappers import Request, Response

from rehearsal.emulator import faults
from rehearsal.emulator.refusal import RefusedError
from rehearsal.emulator.topics import subscriptions
from rehearsal.emulator.world import World

ANSWER = (
    '<{0}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/">{1}'
    "<ResponseMetadata><RequestId>rehearsal</RequestId></ResponseMetadata></{0}Response>"
)
CONFIRMED = (
    "<ConfirmSubscriptionResult><SubscriptionArn>{}</SubscriptionArn></ConfirmSubscriptionResult>"
)


class Links:
    """Answers requests without a signature, if they are one of the two."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(self, request: Request) -> Response | None:
        """The answer; None for any other request."""
        action, told = request.values.get("Action"), ""
        if action not in ("ConfirmSubscription", "Unsubscribe"):
            return None
        try:
            if action == "Unsubscribe":
                arn = request.values.get("SubscriptionArn", "")
                subscriptions.unsubscribe(self._world, arn, account=None)
            else:
                topic = subscriptions.topic_of(request.values.get("TopicArn", ""))
                token = request.values.get("Token", "")
                one = subscriptions.confirm(self._world, topic, token, signed=False)
                told = CONFIRMED.format(escape(one.arn))
        except RefusedError as refused:
            text = faults.QUERY.format(code=refused.code, message=escape(refused.message))
            return Response(text, refused.status, mimetype="text/xml")
        return Response(ANSWER.format(action, told), mimetype="text/xml")
