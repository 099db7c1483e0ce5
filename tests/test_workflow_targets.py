"""What the workflows say on GitHub, and how they get Pulumi: the targets, run for real."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

from promotion.github.comment import MARK, environments
from promotion.github.gh import MOST, shortened
from tests.scratch_checkout import Scratch, written

ROOT = Path(__file__).parents[1]
COMMENTS = "repos/{owner}/{repo}/issues/7/comments"
BOT, PERSON = {"type": "Bot"}, {"type": "User"}
LOOK = """\
import pathlib, sys
assert sys.argv[1:5] == ["-m", "promotion", "drift", "prod"], sys.argv
if {status} == 3:
    pathlib.Path(sys.argv[6]).write_text("- update aws:ssm/document:Document contain\\n")
sys.exit({status})
"""


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    return Scratch(tmp_path)


def test_the_environments_are_read_as_yaml_reads_them(tmp_path: Path) -> None:
    listed = yaml.safe_load(ROOT.joinpath("promotion.yaml").read_text())["environments"]
    assert environments(ROOT) == [each["name"] for each in listed]
    other = """\
environments:
  # - {name: old}
  - name: dev-eu
    parallel: 2
- {parallel: 1, name: prod}  # name: of no other
"""
    written(tmp_path, {"promotion.yaml": other})
    assert environments(tmp_path) == ["dev-eu", "prod"]


def test_previews_are_one_comment_in_the_order_of_promotion(scratch: Scratch) -> None:
    previews = {"prod": "# prod", "dev": "# dev", "staging": "# staging", "prod-drift": "# drift"}
    written(scratch.folder / "build/promotion", {f"{n}.md": t for n, t in previews.items()})
    theirs = {"id": 1, "user": PERSON, "body": MARK}
    scratch.answer("api", "--paginate", "--slurp", COMMENTS, with_=[[theirs], []])
    scratch.answer("api", "--method", "POST", COMMENTS, with_="")
    done = scratch.make("comment", PULL_REQUEST="7")
    assert done.returncode == 0, done.stderr
    [_, (words, text)] = scratch.told
    assert words[2] == "POST"
    assert text == f"{MARK}\n# dev\n# staging\n# prod"


def test_the_comment_is_written_anew_where_a_machine_wrote_it(scratch: Scratch) -> None:
    previews = {"dev.md": "# dev\n", "prod.md": "# prod\n"}
    written(scratch.folder / "build/promotion", previews)
    pages = [
        [{"id": 1, "user": BOT, "body": "something else"}],
        [{"id": 2, "user": BOT, "body": f"{MARK}\nold"}],
    ]
    scratch.answer("api", "--paginate", "--slurp", COMMENTS, with_=pages)
    scratch.answer("api", "--method", "PATCH", "repos/{owner}/{repo}/issues/comments/2", with_="")
    done = scratch.make("comment", PULL_REQUEST="7")
    assert done.returncode == 0, done.stderr
    assert "wrote the comment on 7 anew" in done.stdout
    missing = "**There is no preview of `staging`**: see the log of its job."
    assert scratch.told[-1][1] == f"{MARK}\n# dev\n\n# prod\n\n{missing}\n"


@pytest.mark.parametrize(
    ("number", "previews", "says"),
    [
        ("", {"dev.md": "# dev"}, "make comment PULL_REQUEST=<its number>"),
        ("7", {"other.md": "# x"}, "make preview ENVIRONMENT=… first"),
        ("7", {"dev.md": "# dev"}, "unknown command"),
    ],
)
def test_a_comment_that_cannot_be_made_says_why(
    scratch: Scratch, number: str, previews: dict[str, str], says: str
) -> None:
    written(scratch.folder / "build/promotion", previews)
    done = scratch.make("comment", PULL_REQUEST=number)
    assert done.returncode != 0
    assert says in done.stderr


def test_what_is_too_long_for_github_is_cut_and_says_so() -> None:
    fits = "é" * (MOST // 2)
    assert shortened(fits) == fits
    cut = shortened(f"x{fits}")
    assert cut.startswith("> This is only the beginning")
    assert cut.endswith("é")
    assert "�" not in cut
    assert len(cut.encode()) < 65_536


OPEN = [
    {"number": 3, "title": "Drift in prod", "author": {"is_bot": False, "login": "mallory"}},
    {"number": 4, "title": "Drift in dev", "author": {"is_bot": True, "login": "app/actions"}},
]
OURS = {"number": 5, "title": "Drift in prod", "author": {"is_bot": True, "login": "app/actions"}}


@pytest.mark.parametrize(
    ("status", "issues", "told"),
    [
        (0, OPEN, None),
        (0, [*OPEN, OURS], ["issue", "close", "5", "--comment", "Nothing differs any more."]),
        (3, OPEN, ["issue", "create", "--title", "Drift in prod", "--body-file", "-"]),
        (3, [*OPEN, OURS], ["issue", "edit", "5", "--body-file", "-"]),
    ],
)
def test_drift_is_one_issue_that_opens_and_closes(
    scratch: Scratch, status: int, issues: list[dict[str, object]], told: list[str] | None
) -> None:
    scratch.program("python", LOOK.format(status=status))
    scratch.answer("issue", "list", with_=issues)
    for verb in ("create", "edit", "close"):
        scratch.answer("issue", verb, with_="")
    done = scratch.make("issue", ENVIRONMENT="prod")
    assert done.returncode == 0, done.stderr
    after = scratch.told[1:]
    assert [words for words, _ in after] == ([told] if told else [])
    if status == 3:
        assert after[0][1] == "- update aws:ssm/document:Document contain\n"


def test_a_look_that_failed_fails_and_leaves_the_issue_alone(scratch: Scratch) -> None:
    scratch.program("python", LOOK.format(status=1))
    done = scratch.make("issue", ENVIRONMENT="prod")
    assert done.returncode != 0
    assert "nobody looked for drift in prod, the look ended with 1" in done.stderr
    assert scratch.told == []


@pytest.fixture
def cloned(scratch: Scratch) -> Scratch:
    """A commit on main, and GitHub's copy of it."""
    origin = scratch.folder.with_name("origin.git")
    subprocess.run(["git", "init", "--quiet", "--bare", str(origin)], check=True)
    scratch.git("init", "--quiet", "--initial-branch=main")
    scratch.git("add", "Pulumi.prod.yaml")
    scratch.git("commit", "--quiet", "--message", "as it was")
    scratch.git("remote", "add", "origin", str(origin))
    scratch.answer("pr", "create", with_="https://github.example/agency/containment/pull/8")
    return scratch


def discovered(scratch: Scratch, batch: str = "01") -> None:
    """Accounts that joined, as they are written from main on."""
    scratch.git("switch", "--quiet", "main")
    listed = scratch.folder / "Pulumi.prod.yaml"
    listed.write_text(listed.read_text() + f"# an account of batch {batch}\n")
    written(scratch.folder, {f"Pulumi.prod-{batch}.yaml": "config: {}\n"})


def test_accounts_that_were_found_are_proposed_once(cloned: Scratch) -> None:
    written(cloned.folder, {"Pulumi.dev.yaml": "not of prod\n"})
    discovered(cloned)
    cloned.answer("pr", "list", with_=[])
    done = cloned.make("propose", ENVIRONMENT="prod")
    assert done.returncode == 0, done.stderr
    assert "opened https://github.example/agency/containment/pull/8" in done.stdout
    changed = cloned.git("diff", "--name-only", "main", "origin/accounts/prod")
    assert changed.split() == ["Pulumi.prod-01.yaml", "Pulumi.prod.yaml"]
    assert [words[:2] for words, _ in cloned.told] == [["pr", "list"], ["pr", "create"]]


def test_what_is_proposed_already_is_not_pushed_again(cloned: Scratch) -> None:
    cloned.answer("pr", "list", with_=[{"number": 8}])
    discovered(cloned)
    assert cloned.make("propose", ENVIRONMENT="prod").returncode == 0
    first = cloned.git("rev-parse", "origin/accounts/prod")
    discovered(cloned)
    done = cloned.make("propose", ENVIRONMENT="prod")
    assert "pull request 8 has the accounts of prod" in done.stdout
    assert cloned.git("ls-remote", "origin", "accounts/prod").split()[0] == first
    discovered(cloned, "02")
    assert cloned.make("propose", ENVIRONMENT="prod").returncode == 0
    assert cloned.git("ls-remote", "origin", "accounts/prod").split()[0] != first


def test_nothing_is_proposed_where_every_account_is_covered(cloned: Scratch) -> None:
    done = cloned.make("propose", ENVIRONMENT="prod")
    assert "every account of prod is covered" in done.stdout
    assert cloned.git("branch", "--list", "accounts/*") == ""
    assert cloned.told == []


CURL = """\
import pathlib, shutil, sys
words = sys.argv[1:]
assert words[-1] == "https://get.pulumi.com/releases/sdk/pulumi-v3.255.0-linux-x64.tar.gz", words
shutil.copy(pathlib.Path(__file__).with_name("archive"), words[words.index("--output") + 1])
"""


def test_pulumi_is_taken_for_its_content_and_found_first(scratch: Scratch) -> None:
    scratch.program("curl", CURL)
    written(scratch.folder, {"sent/pulumi/pulumi": "#!/bin/sh\necho v3.255.0\n"})
    with tarfile.open(scratch.programs / "archive", "w:gz") as archive:
        archive.add(scratch.folder / "sent" / "pulumi", "pulumi")
    content = hashlib.sha256(scratch.programs.joinpath("archive").read_bytes()).hexdigest()
    refused = scratch.make("pulumi")
    assert refused.returncode != 0
    assert not scratch.folder.joinpath("build/pulumi").exists()
    done = scratch.make("pulumi", PULUMI_SHA256=content)
    assert done.returncode == 0, done.stderr
    scratch.folder.joinpath("build/pulumi/pulumi").chmod(0o755)
    found = scratch.make("--eval=which: ; @command -v pulumi", "which").stdout.strip()
    assert found == str(scratch.folder / "build/pulumi/pulumi")


def test_who_only_speaks_needs_no_packages() -> None:
    said = subprocess.run(
        [sys.executable, "-S", "-m", "promotion.github", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "{comment,issue,propose}" in said.stdout
