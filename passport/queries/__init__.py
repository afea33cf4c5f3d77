"""Named reads, one file a subject."""
