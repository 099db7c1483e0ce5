"""Which finding is answered how: in a stack as its file says, or as it is deployed.

``python -m operations routes``. The routes are in ``routes.py``; what a stack decides about them is
read from the file or from AWS, never from the settings' own code, which needs Pulumi.
"""
