"""What is wrong with stack files: in which file, in which line, and what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing to put right; the line is 0 where it is about the whole file."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}{f':{self.line}' if self.line else ''}: {self.what}"


class AccountsError(Exception):
    """It cannot be done, and nothing was written: every mistake, a line each."""

    def __init__(self, mistakes: Sequence[Mistake | str]) -> None:
        told = [str(each) for each in mistakes]
        count = f"{len(told)} mistakes" if len(told) != 1 else "1 mistake"
        super().__init__("\n  ".join([count, *told]) if len(told) != 1 else told[0])
        self.mistakes = told
