"""What the workflows say on GitHub: a comment, an issue, a pull request; by its command, ``gh``.

The standard library alone, so that a job that only speaks needs no packages.
"""
