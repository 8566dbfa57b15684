"""The clauses that the program computes itself: each is bound to a rule of the book, and each rule to its clause."""

COMPUTED: tuple[str, ...] = (
    *("D2.2", "D2.3", "D2.4"),
    *(f"D3.{number}" for number in (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)),
    "D5",
    *("D6.1", "D6.2"),
    *(f"A6.{number}" for number in range(1, 12)),
    "A1.3",
    "A7.11",
    *("A7.12", "A7.13", "A7.14", "A7.15"),
)

# One rule may answer for further clauses, where they cannot be told apart: clause -> the rule's full name.
ALSO: dict[str, str] = {
    "D2.3": "hotline.rulebook.attendance.attendance",  # only accepted excuses are taken out
    "D2.4": "hotline.rulebook.attendance.attendance",  # early leave, judged with the arrival
}
