"""Money as whole fen: exact to parse, exact to add, rounded in one place only."""

from decimal import Decimal, InvalidOperation
from fractions import Fraction

FEN_PER_YUAN = 100


def yuan(text: str) -> int:
    """Fen from a printed amount of yuan such as "20" or "2.50"; more than two decimals are an error."""
    try:
        fen = Decimal(text) * FEN_PER_YUAN
    except InvalidOperation:
        raise ValueError(f"not an amount of yuan: {text!r}") from None
    if not fen.is_finite() or fen != fen.to_integral_value():
        raise ValueError(f"not an amount in whole fen: {text!r}")
    return int(fen)


def portion(amount_fen: int, share: Fraction) -> int:
    """A share of an amount, rounded half up once; a negative amount mirrors the positive one."""
    exact = amount_fen * share
    rounded = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return rounded if exact >= 0 else -rounded
