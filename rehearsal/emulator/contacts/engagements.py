"""The operations on engagements and pages."""

from __future__ import annotations

from datetime import UTC, datetime

from rehearsal.emulator.contacts.channels import Channels
from rehearsal.emulator.contacts.directory import Directory
from rehearsal.emulator.contacts.escalation import Escalation
from rehearsal.emulator.contacts.records import Engagement, Page
from rehearsal.emulator.wire import Caller, Fault, Parameters, aware, page


class Engagements:
    """Who is reached, and what they answered."""

    def __init__(self, directory: Directory, channels: Channels, escalation: Escalation) -> None:
        self._directory = directory
        self._channels = channels
        self._escalation = escalation
        self._tokens: dict[tuple[str, str], str] = {}

    def start_engagement(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Reach out to a contact; the same token is the same engagement."""
        contact = self._directory.at(caller, parameters["ContactId"])
        token = (caller.account, parameters.get("IdempotencyToken") or "")
        if not token[1] or token not in self._tokens:
            self._tokens[token] = self._escalation.engage(
                contact,
                sender=parameters["Sender"],
                subject=parameters["Subject"],
                content=parameters["Content"],
                public_subject=parameters.get("PublicSubject") or "",
                public_content=parameters.get("PublicContent") or "",
                incident=parameters.get("IncidentId") or "",
            ).arn
        return {"EngagementArn": self._tokens[token]}

    def stop_engagement(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Page nobody else."""
        self._escalation.stop(self._engagement(caller, parameters))
        return {}

    def describe_engagement(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One engagement with what it says."""
        found = self._engagement(caller, parameters)
        return found.shown() | found.texts()

    def list_engagements(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Newest first; of an incident, or begun within a time, if that is asked."""
        within = parameters.get("TimeRangeValue") or {}
        begin = aware(within.get("StartTime") or datetime.min.replace(tzinfo=UTC))
        end = aware(within.get("EndTime") or datetime.max.replace(tzinfo=UTC))
        found = [
            one.shown()
            for one in self._escalation.engagements.values()
            if _of(caller, one.arn)
            and parameters.get("IncidentId") in (None, one.incident)
            and begin <= one.start <= end
        ]
        return page("Engagements", found[::-1], parameters)

    def list_pages_by_engagement(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Oldest first."""
        arn = self._engagement(caller, parameters).arn
        pages = [one for one in self._escalation.pages.values() if one.engagement.arn == arn]
        return page("Pages", [one.shown() for one in pages], parameters)

    def list_pages_by_contact(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Oldest first."""
        arn = self._directory.at(caller, parameters["ContactId"]).arn
        pages = [one for one in self._escalation.pages.values() if one.contact == arn]
        return page("Pages", [one.shown() for one in pages], parameters)

    def describe_page(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One page with what it says."""
        found = self._page(caller, parameters)
        return found.shown() | found.engagement.texts()

    def list_page_receipts(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Through which channels it went, and that it was read."""
        found = self._page(caller, parameters)
        read = [{"ReceiptType": "READ", "ReceiptTime": found.read}] if found.read else []
        return page("Receipts", found.receipts + read, parameters)

    def list_page_resolutions(self, caller: Caller, parameters: Parameters) -> Parameters:
        """From the contact that was engaged, by stage and schedule, to the person."""
        return page("PageResolutions", self._page(caller, parameters).path, parameters)

    def accept_page(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A person's answer, with the code of the page unless that is to be ignored.

        Which of the two AWS takes where nothing is said is UNVERIFIED; here the code must fit.
        """
        found = self._page(caller, parameters)
        channel = parameters.get("ContactChannelId")
        if channel and channel not in [one.arn for one in self._channels.of(found.contact)]:
            raise Fault("ResourceNotFoundException", f"{channel} is not of the page's contact.")
        enforced = parameters.get("AcceptCodeValidation") != "IGNORE"
        if enforced and parameters["AcceptCode"] != found.code:
            raise Fault("ValidationException", "The accept code is not valid.")
        self._escalation.accept(found, read=parameters["AcceptType"] == "READ")
        return {}

    def _engagement(self, caller: Caller, parameters: Parameters) -> Engagement:
        found = self._escalation.engagements.get(parameters["EngagementId"])
        if found is None or not _of(caller, found.arn):
            raise Fault("ResourceNotFoundException", "There is no such engagement.")
        return found

    def _page(self, caller: Caller, parameters: Parameters) -> Page:
        found = self._escalation.pages.get(parameters["PageId"])
        if found is None or not _of(caller, found.arn):
            raise Fault("ResourceNotFoundException", "There is no such page.")
        return found


def _of(caller: Caller, arn: str) -> bool:
    return arn.split(":")[4] == caller.account
