"""What ``pulumi-resource-aws`` runs."""

from rehearsal.provider.servicer import serve

serve()
