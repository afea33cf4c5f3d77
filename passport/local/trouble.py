"""The one error of this folder: what is wrong, and what to do about it."""


class Trouble(Exception):
    """Something outside the program stands in the way; `remedy` is what a person can do."""

    def __init__(self, wrong: str, remedy: str) -> None:
        super().__init__(f"{wrong} {remedy}")
        self.wrong = wrong
        self.remedy = remedy
