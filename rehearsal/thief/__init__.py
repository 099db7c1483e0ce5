"""What a thief of each role's credentials could do: asked of IAM's evaluator, not read by eye.

The declared graph says which roles there are, what they may, and what resources say about them; a
fixed list of deeds is tried by each. ``docs/security.md`` holds the answers, and is renewed by
``python -m rehearsal.thief``.
"""
