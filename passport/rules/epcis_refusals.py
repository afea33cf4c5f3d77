"""What is refused about an event of EPCIS 2.0, each with its own word."""

from passport.rules.errors import Malformed, Refusal


class WrongKind(Malformed):
    """The value is of another kind than its field holds."""

    code = "epcis-wrong-kind"
    title = "A value of another kind is due here"


class NotAUri(Malformed):
    """The text is no absolute URI, nor a prefix and a name."""

    code = "epcis-not-a-uri"
    title = "A URI is due here"


class UnknownWord(Malformed):
    """The vocabulary of the field does not have the word."""

    code = "epcis-unknown-word"
    title = "The vocabulary does not have this word"


class MissingField(Malformed):
    """A field that every such object has is absent."""

    code = "epcis-missing-field"
    title = "A field is missing"


class UnknownField(Malformed):
    """The standard has no such field there, and its name is no URI of somebody's own."""

    code = "epcis-unknown-field"
    title = "There is no such field here"


class ListedTwice(Malformed):
    """A list of different things names one of them twice."""

    code = "epcis-listed-twice"
    title = "The list names something twice"


class NamesNothing(Refusal):
    """The event does not say to what it happened."""

    code = "epcis-names-nothing"
    title = "The event does not say to what it happened"


class NotWithThisAction(Refusal):
    """The field does not go with the action of the event."""

    code = "epcis-not-with-this-action"
    title = "The field does not go with the action"


class TooManyPrefixes(Refusal):
    """A context of that size makes of a short document a long one."""

    code = "epcis-too-many-prefixes"
    title = "The @context stands for too much"
