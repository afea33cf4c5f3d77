"""The demo story: written in fixtures/demo, told through the same actions as everything else."""
