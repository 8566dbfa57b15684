"""Who works here: persons, units, positions with dates, skills, sign-in, presence, the work log, notices."""
