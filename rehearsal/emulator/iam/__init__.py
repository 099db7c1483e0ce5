"""An evaluator of IAM policies: who may do what to which resource, under which conditions.

Pure: it knows no moto and no boto3, only texts of policies and a description of a request. What it
does not know and would have to know is an error that names it, never a guess.
"""
