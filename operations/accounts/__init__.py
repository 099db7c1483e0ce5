"""The accounts of an environment, as its stack files list them: read, judged, and changed.

An environment is ``Pulumi.<environment>.yaml``, which lists every account; a batch of them is
``Pulumi.<environment>-<batch>.yaml``, which says only whose batch it is (decision 0028). Files are
changed by lines, so that comments, order and quoting stay, and only to what the program accepts.
"""
