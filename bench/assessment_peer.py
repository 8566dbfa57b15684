"""The month of bench/assessment by pandas: the same tables as frames, the same points and money, no lines."""

import json
import resource
import sys
from datetime import date, timedelta
from time import perf_counter

import pandas as pd

SECOND, DAY, MINUTE = 1_000_000, 86_400_000_000, 60
PIECES = """
    SELECT e.person_id, lower(e.span), lower(b.span) FROM rosters_rosterentry e
    JOIN rosters_rosterbreak b ON b.entry_id = e.id
    WHERE NOT EXISTS (SELECT 1 FROM rosters_absence a WHERE a.person_id = e.person_id AND a.span && e.span)
    UNION ALL
    SELECT e.person_id, upper(b.span), upper(e.span) FROM rosters_rosterentry e
    JOIN rosters_rosterbreak b ON b.entry_id = e.id
    WHERE NOT EXISTS (SELECT 1 FROM rosters_absence a WHERE a.person_id = e.person_id AND a.span && e.span)
"""
HELD = """
    SELECT person_id, case_id, lower(span), upper(span) FROM cases_holding
    WHERE person_id IS NOT NULL AND NOT upper_inf(span) AND lower(span) >= %s AND lower(span) < %s
"""
MISSED = """
    SELECT person_id, late_s::bigint, early_s::bigint, (CASE WHEN state = 'leave' THEN 1 ELSE 0 END)::bigint,
           (CASE facts -> 'leave' -> 0 ->> 'kind' WHEN 'sick' THEN 1 ELSE 0 END)::bigint
    FROM attendance_attendancefact WHERE is_current AND day BETWEEN %s AND %s
"""
EXAMS = "SELECT person_id, (score * 100)::bigint FROM appraisal_examresult WHERE month = %s"
REVIEWS = """
    SELECT handler_id, count(*), count(*) FILTER (WHERE status = 'wrong') FROM quality_review
    WHERE month = %s GROUP BY handler_id
"""


def main() -> None:
    """Read, compute, tell it as JSON."""
    import django  # noqa: PLC0415 only for the connection

    django.setup()
    from hotline.core import clock, columns  # noqa: PLC0415 settings stand only now

    month, last = (date.fromisoformat(text) for text in sys.argv[1:3])
    since, until = clock.wall(month), clock.wall(last + timedelta(days=1))
    began = perf_counter()
    held = pd.DataFrame(columns.fetch(HELD, [since, until], ("person", "case", "start", "end")))
    pieces = pd.DataFrame(columns.fetch(PIECES, [], ("person", "begins", "ends")))
    shifts = pd.DataFrame(columns.fetch(MISSED, [month, last], ("person", "late", "early", "away", "sick")))
    exams = pd.DataFrame(columns.fetch(EXAMS, [month], ("person", "score"))).set_index("person")["score"]
    judged = pd.DataFrame(columns.fetch(REVIEWS, [month], ("person", "total", "wrong"))).set_index("person")
    read, began = perf_counter() - began, perf_counter()
    totals = _totals(held, pieces, shifts, exams, judged)
    computed = perf_counter() - began
    told = {
        "version": f"pandas {pd.__version__}",
        "read": read,
        "computed": computed,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "totals": {
            key: [int(row.points), int(row.fen)] for key, row in zip(totals.index, totals.itertuples(), strict=True)
        },
    }
    print(json.dumps(told))


def _totals(
    held: pd.DataFrame, pieces: pd.DataFrame, shifts: pd.DataFrame, exams: "pd.Series[int]", judged: pd.DataFrame
) -> pd.DataFrame:
    """Points and fen of everybody by D3.4 to D3.13, as the handbook's numbers of October stand."""
    people = exams.index
    missed = shifts.groupby("person").agg(away=("away", "sum"), sick=("sick", "sum"))
    missed["late"] = shifts["late"].gt(0).groupby(shifts["person"]).sum()
    missed["early"] = shifts["early"].gt(0).groupby(shifts["person"]).sum()
    missed = missed.reindex(people, fill_value=0)
    personal = missed["away"] - missed["sick"]
    spells = missed["sick"].gt(0).astype(int) + personal.gt(0)
    attendance = (2 * (missed["late"] + missed["early"])).clip(upper=20) + (4 * spells).clip(upper=20)
    leave_fen = (1000 * missed["sick"]).where(missed["sick"] < 7, 20000)
    leave_fen += (3000 * personal).where(personal < 5, 20000)
    average, over = _charged(held, pieces, people)
    minutes = (
        ((average[0] - 300 * average[1]) // (MINUTE * average[1].where(average[1] > 0, 1))).clip(lower=0)
    ).astype(int)
    right = judged["total"] - judged["wrong"]
    accuracy = ((97 * judged["total"] - 100 * right) // judged["total"]).clip(lower=0).reindex(people, fill_value=0)
    steps = ((8000 - exams) // 500).clip(lower=0)
    lost = (2 * (minutes + over)).clip(upper=20) + (4 * accuracy).clip(upper=20) + (4 * steps).clip(upper=20)
    fen = (1000 * minutes + 500 * over).clip(upper=5000) + (1000 * accuracy).clip(upper=5000)
    fen += (1000 * steps).clip(upper=5000)
    return pd.DataFrame(
        {"points": 100 - attendance.clip(upper=20) - lost, "fen": 40000 - leave_fen.clip(upper=20000) - fen}
    )


def _charged(
    held: pd.DataFrame, pieces: pd.DataFrame, people: "pd.Index[int]"
) -> "tuple[tuple[pd.Series[int], pd.Series[int]], pd.Series[int]]":
    """Whole seconds and count of the holdings charged, and how many cases were over five minutes."""
    zone = 8 * 3600 * SECOND
    pieces["day"] = (pieces["begins"] + zone) // DAY
    held["day"] = (held["start"] + zone) // DAY
    both = held.reset_index().merge(pieces, on=["person", "day"])
    both["part"] = (both[["end", "ends"]].min(axis=1) - both[["start", "begins"]].max(axis=1)).clip(lower=0)
    held["charged"] = both.groupby("index")["part"].sum().reindex(held.index, fill_value=0)
    counted = held[held["charged"] > 0]
    grouped = counted.groupby("person")["charged"]
    seconds = (counted["charged"] // SECOND).groupby(counted["person"]).sum().reindex(people, fill_value=0)
    count = grouped.count().reindex(people, fill_value=0)
    slow = counted[counted["charged"] > 300 * SECOND].groupby("person")["case"].nunique()
    return (seconds, count), slow.reindex(people, fill_value=0).astype(int)


if __name__ == "__main__":
    main()
