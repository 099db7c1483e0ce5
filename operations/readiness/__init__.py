"""Whether an environment is ready: every account and region of it asked, before an attack asks.

``checks.py`` lists what is asked, a module for each; ``examine.py`` asks it in order.
"""
