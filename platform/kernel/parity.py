"""When a parity certificate allows publication: one rule for its maker, the runner, and the control plane."""

from kernel.contracts import ParityCertificate

# Nats per token. Trainer and engine both compute in bfloat16 (8 bits of mantissa) but in another order.
MEAN_TOLERANCE = 0.05
MAX_TOLERANCE = 0.5
# Less than this between adapter and base, and the engine serves the bare base.
LEAST_EFFECT = 1e-4


def is_publishable(certificate: ParityCertificate) -> bool:
    """True when tokens are equal, log-probabilities within tolerance, and the adapter changes its base."""
    return (
        certificate.mismatched_tokens == 0
        and certificate.mean_logprob_difference <= MEAN_TOLERANCE
        and certificate.max_logprob_difference <= MAX_TOLERANCE
        and certificate.base_logprob_difference >= LEAST_EFFECT
    )
