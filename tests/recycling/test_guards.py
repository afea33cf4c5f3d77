"""Cheating the end of life from below is refused by the database."""


def test_migrates(database):
    assert database
