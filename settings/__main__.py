"""``python -m settings --schema``: the JSON schema that an editor checks stack files with."""

from __future__ import annotations

import json
import sys

from settings import KEY, Settings


def _main() -> None:
    if sys.argv[1:] != ["--schema"]:
        sys.exit("usage: python -m settings --schema   (the JSON schema of containment:settings)")
    schema = Settings.model_json_schema()
    definitions = schema.pop("$defs", {})
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Stack file of the containment program",
        "type": "object",
        "properties": {"config": {"type": "object", "properties": {KEY: schema}}},
        "$defs": definitions,
    }
    print(json.dumps(whole, indent=2))


if __name__ == "__main__":
    _main()
