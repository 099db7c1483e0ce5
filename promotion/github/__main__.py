"""``python -m promotion.github``: what a workflow says. Each verb is a make target."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from promotion.github.comment import comment
from promotion.github.gh import GitHubError
from promotion.github.issue import issue
from promotion.github.propose import propose


def main(*words: str) -> int:
    """Say it; exit status 1, and why, where it could not be said."""
    asked = _parser().parse_args(words)
    try:
        print(_done(asked))
    except GitHubError as error:
        print(f"not done: {error}", file=sys.stderr)
        return 1
    return 0


def _done(asked: argparse.Namespace) -> str:
    if asked.verb == "comment":
        return comment(asked.number, folder=Path.cwd())
    if asked.verb == "issue":
        return issue(asked.environment, asked.status, asked.report)
    return propose(asked.environment, folder=Path.cwd())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m promotion.github")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verb = verbs.add_parser("comment", help="the previews, as one comment on a pull request")
    verb.add_argument("number", nargs="?", default="")
    verb = verbs.add_parser("issue", help="drift, as one issue of the environment")
    verb.add_argument("environment")
    verb.add_argument("status", type=int, help="of the look: 0 none, 3 drift")
    verb.add_argument("report", type=Path)
    verb = verbs.add_parser("propose", help="accounts that were found, as a pull request")
    verb.add_argument("environment")
    return parser


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
