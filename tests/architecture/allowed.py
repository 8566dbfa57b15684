"""What may depart from a law, each with its reason. A line that is not needed any more fails the tests."""

# services without `authorize`: nobody is signed in yet, or the caller of lower plumbing has asked
SERVICES_WITHOUT_AUTHORIZE: dict[str, str] = {
    "cases.services.search.index_case": "follows from facts that a service has written",
    "people.services.organisation.open_centre": "the first act of an installation: nobody is there yet",
    "people.services.seats.note_refusal": "somebody could not sign in, so nobody acts",
}
# services that take no person: the machine itself acts
SERVICES_WITHOUT_BY: dict[str, str] = {
    "cases.services.search.index_case": "an index has no author",
}
# services that change nothing that has a moment
SERVICES_WITHOUT_AT: dict[str, str] = {
    "cases.services.search.index_case": "an index has no moment",
}
# functions of a services room that are called from outside without being one transaction
NOT_ATOMIC: dict[str, str] = {
    "cases.services.import_reports.go_on": "a transaction a row: what is registered stays when the machine stops",
    "knowledge.services.articles.text_of": "says what a version says, and writes nothing",
    "cases.services.rebuild.check_all": "a transaction a case: the night's check holds no lock for long",
}
# tables whose every change is not kept a second time
UNAUDITED: dict[str, str] = {
    "core.Outbox": "a row lives until the drainer has taken it; the facts it tells of are audited",
    "core.LiveMark": "says that a page is out of date, nothing more",
    "core.LiveTopic": "a counter folded from marks",
    "core.Effect": "keys used up; written once, never changed",
    "telephony.Reservation": "lives for a ring; the offer that it is for is kept with its reasons",
    "core.Heartbeat": "the last sign of life of a process",
    "texts.Parcel": "what is to be forgotten must not be kept a second time; every read of it is logged (texts.Look)",
    "texts.OptOut": "whoever wants no texts is not to be remembered after he wants them again",
    "citizens.Hits": "counts of a window, thrown away when it is over",
    "citizens.Stashed": "photos whose form never came are forgotten after a day, and nobody else may know them",
    "citizens.MailContact": "what is to be forgotten must not be kept a second time",
    "leave.BalanceEntry": "append-only itself: the ledger is its own history",
    "leave.Paper": "what is to be forgotten must not be kept a second time; every read of it is logged",
    "leave.PrivateWords": "what is to be forgotten must not be kept a second time",
    "leave.PregnancyNotice": "what is taken back must not be kept a second time",
    "cases.CaseEvent": "append-only itself: it is the history of its case",
    "promises.PromiseStep": "append-only itself: it is the history of its promise",
    "promises.QuestionStep": "append-only itself: it is the history of its question",
    "departments.Decision": "append-only itself: what a reviewer decided, once a level",
    "departments.Report": "append-only itself: the figures of a month as they were sent",
    "cases.CaseCall": "append-only itself: which call a case is about",
    "telephony.CallEvent": "append-only itself: the log from which calls are reckoned",
    "telephony.Call": "reckoned from the log of calls, rebuilt at will",
    "telephony.Segment": "reckoned from the log of calls, rebuilt at will",
    "telephony.Offer": "reckoned from the log of calls, rebuilt at will",
    "telephony.PhoneState": "reckoned from the log of calls",
    "telephony.Listening": "append-only itself: who listened, to what, why and when",
    "telephony.Wish": "what was asked of a telephone; its effect stands in the log of calls",
    "telephony.NightCheck": "append-only itself: what a night found",
    "telephony.PhoneReach": "as the exchange last said",
    "telephony.Leader": "the last sign of life of an ACD",
    "outbound.Script": "append-only itself: a version of what is said and asked",
    "outbound.Batch": "append-only itself: a list as it was taken in",
    "outbound.Answers": "append-only itself: what was answered in one call",
    "outbound.Look": "append-only itself: who saw a whole number, why and when",
    "outbound.Export": "append-only itself: who took a campaign's data along",
    "routines.Confirmation": "append-only itself: who confirmed what, and when",
    "appraisal.Measure": "reckoned from shifts, calls and cases while the month is open, rebuilt at will",
    "handbook.Acknowledgement": "append-only itself: who has read what, and when",
    "handbook.ProcedureReview": "append-only itself: what was looked at, and what came of it",
    "planning.Count": "rows of a file whose hash is kept; another file overrules them, and says so itself",
    "planning.ForecastRun": "append-only itself: a forecast as it was made",
    "planning.ForecastValue": "append-only itself: a forecast as it was made",
    "telephony.Supervision": "append-only itself: what superiors did, and who asked for help",
    "cases.CaseCounter": "the last number of a day",
    "open311.Use": "counters of calls, nothing else",
    "open311.Spent": "how much of a limit is used up, swept away when its time is over",
    "open311.Update": "append-only itself: what the public was told",
    "open311.Attempt": "append-only itself: what was sent and what came back",
    "cases.CaseSearch": "an index made from the case, rebuilt at will",
    "knowledge.FoundBy": "an index made from the version, its votes and its openings, rebuilt at will",
    "knowledge.Opening": "append-only itself: a light log of what was looked at",
    "insight.MonthCount": "counted from the cases, rebuilt at will",
    "insight.MonthState": "says which months are to be counted anew",
    "insight.PlaceCount": "counted from the cases, rebuilt at will",
    "insight.ReadMark": "how far events were read for counting",
    "insight.UnmetCount": "counted from the cases, rebuilt at will",
}
# modules that may stand outside the one place for a status
STATUS_WRITERS = {"core.states": "the one place"}
# tables with `visible_to` whose rows have no page of their own
NO_PAGE: dict[str, str] = {
    "texts.Message": "its permission is messages.view_message: the label cannot be the name of Django's own messages",
    "cases.Attachment": "a file is fetched through its case's scope; `visible_to` itself is the permission",
    "cases.Condition": "the standard is one page for everybody in the centre (cases.view_standard)",
    "cases.GridDuty": "shown with the map and the tasks of the centre",
    "cases.ImportRun": "cases.view_imports admits to the whole list",
    "cases.Task": "a task is fetched through `visible_to`; replying asks cases.reply_task",
    "people.Post": "shown on the page of its person, in whose scope it stands",
    "people.WorkLog": "a line of a list in the scope of its person",
    "cases.Waiver": "a waiver is fetched through `visible_to`; deciding asks cases.decide_waiver",
}
# modules of an area that ask core.clock themselves
CLOCK_READERS = {
    "approvals.models": "who may decide is asked as of this moment, as what a person may do is everywhere",
    "people.models.organisation": "what a person may do is asked as of this moment, not as of the moment of a fact",
    "attendance.access": "what a person may do is asked as of this moment, not as of the moment of a fact",
    "people.access": "what a person may do is asked as of this moment, not as of the moment of a fact",
}
MOST_LINES = 500
