"""Named writes of the end of life, one file a subject, each atomic."""
