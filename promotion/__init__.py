"""Many stacks: their order, batches, and how a promotion goes on where it stopped.

A stack is deployed in a process of its own, by the Automation API, as ``pulumi up`` would: the same
program, state and engine. What a process is told, it finds in its environment, as the command does.
"""
