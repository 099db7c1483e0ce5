"""The process that becomes a provider for each that the engine starts."""

from rehearsal.provider.forks import run

run()
