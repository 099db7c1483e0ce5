"""What one incident teaches: its times, what contributed, five whys to answer, action items.

``python -m operations analyse``. Facts are found by named rules, each a pure function of the case;
causes are people's to say. An analysis names nobody (decision 0026).
"""
