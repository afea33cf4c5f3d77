-- Whoever brings a file in says, when it is whole, how it is going to be read.
GRANT UPDATE (read_as) ON passport_intake TO passport_app;
