"""Promotions against emulated organisations: the commands that a workflow runs, really run."""
