"""From the ledger's records to figures: how long what took, where, and who had to act. Pure data.

``occurrences`` says what happened to each attack, ``group`` what many of them have in common,
``steps`` what the response's steps took, ``figures`` puts it all together.
"""
