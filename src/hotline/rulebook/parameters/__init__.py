"""The numbers and readings of the handbook that a centre may set, each by a key, dated twice.

A value applies from a day on (`effective_from`, a first of a month) and was decided on a day (`decided_on`). How an
area reads one, without a database:

    from hotline.rulebook.parameters.values import in_force

    values = in_force(date(2026, 10, 1))                                # as known today
    values = in_force(date(2026, 10, 1), known_on=date(2026, 9, 15))    # as known on 15 September
    read = values.reading()
    read.number("accuracy.target")   # Fraction(97), in the parameter's unit
    read.shown                       # {"accuracy.target": "97"}: what was read, for the line that rests on it

A centre's own decisions stand in the database: `hotline.handbook.queries.parameters.in_force(centre, day, known_on)`
answers with the same `Values`. Monthly rules read on the first day of their month.

`kinds` says what a value may be, `book` holds the parameters, `lists` declares them chapter by chapter.
"""
