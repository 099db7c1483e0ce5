"""Pages for people: one look, charts without scripts, every number also in a table.

A page is one file: it asks nothing of any network, runs no script, and can be mailed, printed and
archived. Charts are drawn when it is written (``charts.py``), colours are decided when it is shown.
"""
