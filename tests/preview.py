"""What the rules of the policy pack cannot judge in the preview of a stack that is not there."""

from __future__ import annotations

NOT_IN_A_PREVIEW = {
    ("topics-on-our-key", "kmsMasterKeyId"),
    ("buckets-on-our-key", "rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId"),
    ("admissions-conditioned", "policy"),
    ("admissions-conditioned", "policyDocument"),
    ("buckets-by-tls", "policy"),
    ("chat-guarded", "desiredState"),
}
"""Rule and input: what depends on a resource that is not there yet. docs/policy.md has the same."""
