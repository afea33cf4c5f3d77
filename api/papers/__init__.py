"""Papers for people to read: what a record says, in words, on a page or printed."""
