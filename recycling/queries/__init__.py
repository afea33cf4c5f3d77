"""Named reads of the end of life, one file a subject."""
