"""finery-nano: the small causal base model that this project trains itself, from its own corpus."""
