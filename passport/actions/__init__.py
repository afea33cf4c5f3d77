"""Named writes, one file a subject; each is atomic and takes its clock and its actor."""
