"""What is told when the exchange cannot be had."""


class NoExchange(RuntimeError):
    """Asterisk cannot be found, made ready or reached; the message says what to do."""
