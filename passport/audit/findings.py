"""What a monitor may find: each says by its name what the log, or its operator, has done."""

from passport.proof.errors import ProofError


class Finding(ProofError):
    """The log is not what it must be."""

    code = "finding"
    title = "The log is not what it must be"
    label = "FINDING"


class Fork(Finding):
    """The log contradicts what it showed before."""

    code = "fork"
    title = "The log contradicts itself"
    label = "FORK"


class Rollback(Finding):
    """The log shows less than it has shown."""

    code = "rollback"
    title = "The log was rolled back"
    label = "ROLLBACK"


class SplitView(Finding):
    """The log has shown somebody else another history."""

    code = "split-view"
    title = "The log shows two histories"
    label = "SPLIT VIEW"


class BrokenPromise(Finding):
    """The log does not hold what its service promised to log."""

    code = "broken-promise"
    title = "A receipt was not honoured"
    label = "BROKEN PROMISE"


class FalseIndex(Finding):
    """A snapshot of the index does not say what the entries say."""

    code = "false-index"
    title = "The index is false"
    label = "FALSE INDEX"


class HiddenIndex(Finding):
    """A snapshot was logged whose rows nobody is shown."""

    code = "hidden-index"
    title = "The index is hidden"
    label = "HIDDEN INDEX"


class Unwitnessed(Finding):
    """Too few witnesses have cosigned the newest checkpoint."""

    code = "unwitnessed"
    title = "The newest checkpoint is not witnessed"
    label = "NOT WITNESSED"
