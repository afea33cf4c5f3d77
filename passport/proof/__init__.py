"""Claims that a stranger can check: bytes and integers in, a proof or a refusal out."""
