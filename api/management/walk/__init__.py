"""The walkthrough: the whole job of a running instance, done from outside as strangers would."""
