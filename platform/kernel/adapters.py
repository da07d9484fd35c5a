"""What adapters may change in a base: one list for whoever trains them and whoever serves them."""

# Linear layers of a causal model's blocks. Not its embeddings and its head: on a CPU the engine has no
# products for these, and with prompt log-probabilities their rows are not those of the batch.
CAUSAL_TARGET_MODULES = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
