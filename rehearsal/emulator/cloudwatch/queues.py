"""How full a queue is, as SQS tells CloudWatch: ``ApproximateNumberOfMessagesVisible``, by name.

Each minute a datum, from a queue's first message on (AWS docs: sqs-available-cloudwatch-metrics).
AWS stops some hours after the last use of a queue, and begins again late; here it goes on. A
message that was received and comes back by itself is not noticed, and of SQS's other metrics there
is none.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from unittest import mock

from moto.sqs.models import Queue, SQSBackend

from rehearsal.emulator.cloudwatch.series import Metric

if TYPE_CHECKING:
    from rehearsal.emulator.cloudwatch import CloudWatch

VISIBLE = "ApproximateNumberOfMessagesVisible"


def install(cloudwatch: CloudWatch) -> Callable[[], None]:
    """Put the patches in; returns what takes them out."""
    add, remove = Queue.add_message, Queue.delete_message
    receive, purge, delete = (
        SQSBackend.receive_message,
        SQSBackend.purge_queue,
        SQSBackend.delete_queue,
    )

    def tell(queue: Any) -> None:
        cloudwatch.level(_metric(queue), float(len(queue.messages)))

    def add_message(self: Any, message: Any) -> None:
        add(self, message)
        tell(self)

    def delete_message(self: Any, receipt_handle: str) -> None:
        remove(self, receipt_handle)
        tell(self)

    def receive_message(self: Any, queue_name: str, *given: Any, **more: Any) -> Any:
        received = receive(self, queue_name, *given, **more)
        if received:
            tell(self.get_queue(queue_name))
        return received

    def purge_queue(self: Any, queue_name: str) -> None:
        purge(self, queue_name)
        tell(self.get_queue(queue_name))

    def delete_queue(self: Any, queue_name: str) -> None:
        queue = self.get_queue(queue_name)
        delete(self, queue_name)
        cloudwatch.level(_metric(queue), None)

    undo = ExitStack()
    for target, name, new in (
        (Queue, "add_message", add_message),
        (Queue, "delete_message", delete_message),
        (SQSBackend, "receive_message", receive_message),
        (SQSBackend, "purge_queue", purge_queue),
        (SQSBackend, "delete_queue", delete_queue),
    ):
        undo.enter_context(mock.patch.object(target, name, new))
    return undo.close


def _metric(queue: Any) -> Metric:
    pair = frozenset({("QueueName", str(queue.name))})
    return Metric(queue.account_id, queue.region, "AWS/SQS", VISIBLE, pair)
