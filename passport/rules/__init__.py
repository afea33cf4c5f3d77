"""Rules: values in, a value or a refusal out; no clock, no database, standard library only."""
