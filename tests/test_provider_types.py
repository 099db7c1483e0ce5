"""Every type of the stand-in provider's table, on the emulator: made, read, changed, taken away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rehearsal.clock import VirtualClock
from rehearsal.emulator.server import Emulator
from rehearsal.provider.table import TABLE
from tests.provided import Accounts, acting, detection, engaging, keeping, watching

SAMPLES = {
    **detection.SAMPLES,
    **watching.SAMPLES,
    **acting.SAMPLES,
    **keeping.SAMPLES,
    **engaging.SAMPLES,
}


@pytest.fixture(scope="module")
def accounts() -> Iterator[Accounts]:
    with Emulator(VirtualClock()) as emulator:
        yield Accounts(emulator)


def test_every_type_of_the_table_has_a_sample() -> None:
    assert set(SAMPLES) == set(TABLE)


@pytest.mark.parametrize("token", SAMPLES)
def test_it_is_made_read_back_unchanged_changed_and_taken_away(
    accounts: Accounts, token: str
) -> None:
    sample = SAMPLES[token]
    handlers = accounts.handlers(sample.account)
    asked = {**sample.inputs, **sample.needs(accounts)}
    inputs = handlers.check(token, "sample", asked, {}, b"seed")

    made, state = handlers.create(token, inputs)
    assert handlers.read(token, made, inputs, state) == (made, inputs, state)

    wanted = {key: one for key, one in {**asked, **sample.change}.items() if one is not None}
    changed = handlers.check(token, "sample", wanted, inputs, b"seed")
    difference = handlers.diff(token, inputs, changed)
    assert set(difference.keys) - {"tagsAll"} == set(sample.change)
    assert difference.replacing == []
    if sample.change:
        state = handlers.update(token, made, inputs, changed, state)
        assert handlers.read(token, made, changed, state) == (made, changed, state)

    handlers.delete(token, made, state)
    left = handlers.read(token, made, changed, state)
    assert left is not None if sample.stays else left is None


@pytest.mark.parametrize("token", SAMPLES)
def test_an_input_that_the_table_does_not_map_is_an_error_that_names_it(
    accounts: Accounts, token: str
) -> None:
    sample = SAMPLES[token]
    with pytest.raises(NotImplementedError, match=f"{token}: .*madeUp"):
        accounts.handlers(sample.account).check(token, "sample", {"madeUp": 1}, {})
