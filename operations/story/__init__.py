"""One finding's way through every account, from the ledger: who did what, when, and where to look.

``python -m operations timeline``; an analysis begins with it.
"""
