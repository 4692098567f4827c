class DemoError(Exception):
    """The demo platform cannot be built; the message is one line for the person who started it."""
