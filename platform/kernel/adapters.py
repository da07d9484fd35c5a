"""What adapters may change in a base, and how their identity is asked: for who trains and who serves them."""

# Linear layers of a causal model's blocks. Not its embeddings and its head: on a CPU the engine has no
# products for these, and with prompt log-probabilities their rows are not those of the batch.
CAUSAL_TARGET_MODULES = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")

CANARY_FORCED_TOKENS = 4  # the canary's last tokens, all alike, so that an engine can be made to answer them


def canary_token_ids(vocab_size: int) -> tuple[int, ...]:
    """The tokens whose log-probabilities tell an adapter from others: of no language, and of no customer."""
    prompt = [(7919 * place + 13) % vocab_size for place in range(16)]
    return (*prompt, *[(7919 * 16 + 13) % vocab_size] * CANARY_FORCED_TOKENS)
