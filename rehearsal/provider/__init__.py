"""Stands in for the AWS provider of Pulumi: resource type → boto3 calls against the emulator.

``table`` says what each type is, ``handlers`` does it, ``servicer`` speaks the engine's protocol,
and ``rehearsal.mocks`` uses the same handlers without an engine. Every call goes through botocore's
own models, so a wrong parameter fails as it would on AWS. A type, or an input of a type, that the
table does not know is an error that names it. Nothing here talks to anything but the emulator.
"""
