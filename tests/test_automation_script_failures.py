"""``aws:executeScript``: how a script fails, and what it cannot do."""

from __future__ import annotations

import re
from datetime import timedelta

from rehearsal.automation import Execution
from tests.automated import Start, ran, said, script, took


def failure(execution: Execution) -> str:
    assert execution.status == "Failed"
    return said(execution)


def test_a_failing_script_shows_its_own_traceback(emulator: Start) -> None:
    source = (
        "def inner(events):\n"
        "    return events['missing']\n"
        "def main(events, context):\n"
        "    return inner(events)\n"
    )
    message = failure(ran(emulator(), script("first", source, {})))
    assert re.fullmatch(
        r"Step fails when it is Poll action status for completion\. "
        r"Traceback \(most recent call last\):\n"
        r'  File "/tmp/[0-9a-f-]{36}-[0-9-]{19}/customer_script\.py", line 4, in main\n'
        r"    return inner\(events\)\n"
        r'  File "/tmp/[0-9a-f-]{36}-[0-9-]{19}/customer_script\.py", line 2, in inner\n'
        r"    return events\['missing'\]\n\n"
        r"KeyError - 'missing'\. "
        r"Please refer to Automation Service Troubleshooting Guide for more diagnosis details\.",
        message,
    )


CANNOT = [
    ("def main(events, context)\n", "SyntaxError"),
    ("def other(events, context): pass\n", "has no attribute 'main'"),
    ("def main(events, context):\n    raise SystemExit(3)\n", "SystemExit - 3"),
    ("def main(events, context):\n    return {'a': {1, 2}}\n", "no JSON"),
    ("def main(events, context):\n    return 'text'\n", "NotEmulatedError"),
    ("import os\ndef main(events, context): pass\n", "imports os is not emulated"),
    ("import requests\ndef main(e, c): pass\n", "imports requests is not emulated"),
    ("from botocore.session import Session\ndef main(e, c): pass\n", "botocore.session"),
    ("import socket\ndef main(e, c): pass\n", "imports socket is not emulated"),
    ("def main(e, c):\n    open('/etc/passwd')\n", "NameError"),
    ("import boto3\ndef main(e, c):\n    boto3.resource('s3')\n", "is not emulated"),
    (
        "import boto3\ndef main(e, c):\n    boto3.client('s3', endpoint_url='http://x')\n",
        "endpoint_url is not emulated",
    ),
    (
        "import boto3\ndef main(e, c):\n    boto3.client('ec2').get_waiter('vpc_exists')\n",
        "waiter vpc_exists",
    ),
    ("import boto3\ndef main(e, c):\n    boto3.client('ec2').no_such()\n", "no_such"),
    (
        "import boto3\ndef main(e, c):\n    boto3.client('ec2').describe_vpcs(Vpc='x')\n",
        "Unknown parameter in input",
    ),
]


def test_a_script_that_cannot_run_fails_and_says_what_it_is(emulator: Start) -> None:
    steps = [
        script(f"step_{number}", source, onFailure="Continue")
        for number, (source, _) in enumerate(CANNOT)
    ]
    execution = ran(emulator(), *steps)
    for record, (source, message) in zip(execution.steps, CANNOT, strict=True):
        assert record.status == "Failed", source
        assert message in said(record)


def test_a_script_that_catches_everything_does_not_outlive_its_time(emulator: Start) -> None:
    source = (
        "import time\n"
        "def main(events, context):\n"
        "    while True:\n"
        "        try:\n"
        "            time.sleep(50)\n"
        "        except Exception:\n"
        "            pass\n"
    )
    execution = ran(emulator(), script("first", source))
    record = execution.step("first")
    assert record.status == "TimedOut"
    assert took(record) == timedelta(seconds=601)


def test_a_busy_wait_takes_the_script_s_time_and_no_more(emulator: Start) -> None:
    source = "import time\ndef main(events, context):\n    while time.time() > 0:\n        pass\n"
    execution = ran(emulator(), script("first", source, timeoutSeconds=30))
    assert execution.status == "TimedOut"
