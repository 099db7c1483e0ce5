"""A drill against what is really deployed: GuardDuty finds it by itself, and the pipeline answers.

``place`` says where it is played, ``ground`` is the organisation there, ``course`` what happens,
``clearing`` takes away whatever was made, and ``verdict`` tells it to people and to machines.
"""
