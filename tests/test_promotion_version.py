"""Which commit a deployment is of, and which of two is the older one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from promotion.version import is_older, version_of

WHO = ("-c", "user.name=someone", "-c", "user.email=someone@agency.example")


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *WHO, *words], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def committed(folder: Path, message: str) -> str:
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    return tmp_path


def test_a_clean_checkout_is_its_commit_and_a_changed_one_is_none(checkout: Path) -> None:
    commit = committed(checkout, "first")
    assert version_of(checkout) == commit
    checkout.joinpath("new").touch()
    assert version_of(checkout) == ""


def test_no_checkout_has_no_commit(tmp_path: Path) -> None:
    assert version_of(tmp_path) == ""


def test_a_commit_is_older_than_what_was_built_on_it_and_than_nothing_else(checkout: Path) -> None:
    first, second = committed(checkout, "first"), committed(checkout, "second")
    git(checkout, "checkout", "--quiet", first)
    beside = committed(checkout, "beside")
    assert is_older(checkout, first, second)
    assert is_older(checkout, first, beside)
    assert not is_older(checkout, second, first)
    assert not is_older(checkout, first, first)
    assert not is_older(checkout, beside, second)


@pytest.mark.parametrize("unknown", ["", "0" * 40])
def test_a_commit_that_the_checkout_does_not_know_is_not_compared(
    checkout: Path, unknown: str
) -> None:
    first = committed(checkout, "first")
    assert not is_older(checkout, first, unknown)
    assert not is_older(checkout, unknown, first)
