"""What people read: one message for chat, mail and telephone, in which no attacker can write.

Names, tags, titles and texts of findings are whoever's who made the resource: they are shown as
code, without anything that a client of chat or mail would make a link, a mention or markup of.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from runbooks.ledger import call
from runbooks.respond_to_incident.reporting import reached

HAND = (
    "Your turn, by hand: look at the resource and its owner; contain or repair. Then open the run "
    "and Resume its step mitigate_by_hand."
)

HARMLESS = {60: "\u2039", 62: "\u203a", 64: "(at)", 96: "'"}
"""For ``<``, ``>``, ``@`` and the backtick: mentions (``<!channel>``), and the end of the span."""


def quoted(value: object, most: int = 80) -> str:
    """A value that somebody else chose, as a code span of one line.

    Control and format characters (line ends, escapes, those that turn the direction of reading)
    become spaces, and so do runs of them; what would be a link is broken.
    """
    text = str(value)[: most * 4]
    text = "".join(" " if unicodedata.category(each)[0] == "C" else each for each in text)
    text = " ".join(text.split())
    if len(text) > most:
        text = text[: most - 1] + "\u2026"
    return "`" + re.sub("(?i)(://|www[.])", r"[\1]", text.translate(HARMLESS)) + "`"


def message(
    case: dict[str, Any], title: str, lines: list[str], steps: list[str], **context: str
) -> dict[str, Any]:
    """The one shape of our own that chat shows; anything else it drops (trap 5.3).

    One thread for each finding. (AWS docs: chatbot, custom-notifs.)
    """
    title = ("[drill] " if case["drill"] == "true" else "") + title
    return {
        "version": "1.0",
        "source": "custom",
        "content": {
            "textType": "client-markdown",
            "title": title[:250],
            "description": "\n".join([*lines, case["run_url"]])[:4000],
            "nextSteps": steps,
        },
        "metadata": {
            "threadId": case["finding_arn"] or case["thread"],  # as the rules' messages have it
            "summary": title[:250],
            "additionalContext": context,
        },
    }


def tell(
    case: dict[str, Any],
    title: str,
    lines: list[str],
    steps: list[str],
    to: str = "",
    **context: str,
) -> None:
    """Put a message on the topic: chat gets all of them, a person those whose ``to`` names them.

    ``to`` is one name, or several with commas between them. A subject is ASCII, shorter than 100
    and of one line (botocore: sns model).
    """
    told = message(case, title, lines, steps, **context)
    content = told["content"]
    parts = [content["title"], content["description"], *steps]
    text = "\n".join(parts).replace("`", "")
    whom = {"DataType": "String.Array", "StringValue": json.dumps(to.split(","))}
    call(
        "sns",
        "publish",
        case["home"],
        TopicArn=case["topic"],
        Subject=text.split("\n")[0].encode("ascii", "replace").decode()[:99],
        Message=json.dumps({"default": json.dumps(told), "email": text, "sms": text[:140]}),
        MessageStructure="json",
        MessageAttributes={"to": whom} if to else {},
    )


def gist_of(case: dict[str, str]) -> list[str]:
    """The incident in two lines."""
    where = ", ".join(quoted(case[name] or "-", 120) for name in ("account", "region", "resource"))
    return [quoted(case["title"] or case["stage"] or "no finding: people started it", 200), where]


def question(case: dict[str, str], minutes: str, to: str = "") -> None:
    """What is asked, in a shape that chat shows: the approval's own it drops (trap 5.3).

    The buttons know the run by ``ExecutionId`` (trap 5.4).
    """
    lines = [*gist_of(case), "It keeps running; nothing gets in or out; it can be undone."]
    steps = [f"Approve or Reject, here or in the console, within {minutes} minutes."]
    run = case["execution_id"]
    tell(case, "Approval wanted: isolate?", lines, steps, to, ExecutionId=run)
    reached(case, "asked", f"within {minutes} minutes")
