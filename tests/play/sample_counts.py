"""The counts of examples/sample-incidents.csv, incident by incident, worked out by hand.

Each incident stands for the rule named beside it: with that rule taken out, its counts (or, where
the counts cannot show it, its final tier or status) come out otherwise and all others as before.
What all of them stand on is not taken out alone: that rungs fire, that a hold holds, that resolving
stops the ladder, that the third reopening escalates.

The arithmetic stands above each incident, in the local time of its rows; an incident starts at
09:00 and is MEDIUM (response 4 h: 13:00, LEVEL_2 8 h: 17:00, MANAGEMENT 16 h: 01:00 the next day)
unless it says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from escgraph.domain.terms import Priority, Status, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What playing one incident must give. Tier and status are those at the end, None: any."""

    rule: str
    priority: Priority = Priority.MEDIUM
    response_breached: int = 0
    level_2_by_deadline: int = 0
    management_by_deadline: int = 0
    level_2_by_reopening: int = 0
    management_by_reopening: int = 0
    manual_escalations: int = 0
    tier: Tier | None = None
    status: Status | None = None


EXPECTED: Mapping[str, Expected] = {
    # Accepted 13:00:00 = 09:00 + 4 h; resolved 17:00:00 = 09:00 + 8 h. Nothing is missed.
    "deadline-and-row-at-one-moment": Expected(
        rule="a row at the very moment of a deadline comes first"
    ),
    # Queued 09:00, queued and waiting 10:00, accepted 13:00:01 = 4 h and 1 s.
    "first-response": Expected(
        rule="the first response is the first row that is Accepted or Completed, counted from the "
        "first row, waiting or not",
        response_breached=1,
    ),
    # Resolved 17:00:01 = 8 h and 1 s.
    "level-2-by-deadline": Expected(
        rule="a LEVEL_2 deadline before the next row fires",
        level_2_by_deadline=1,
    ),
    # Resolved the next day 01:00:01 = 16 h and 1 s: 17:00 and 01:00 both lie between two rows.
    "management-by-deadline": Expected(
        rule="every deadline before the next row fires, in order",
        level_2_by_deadline=1,
        management_by_deadline=1,
    ),
    # LEVEL_2 fires 17:00; by hand to LEVEL_3 18:00; MANAGEMENT fires 01:00; resolved 02:00.
    "management-from-level-3": Expected(
        rule="MANAGEMENT fires from whatever tier below it",
        level_2_by_deadline=1,
        management_by_deadline=1,
        manual_escalations=1,
    ),
    # HIGH: LEVEL_2 11:00, MANAGEMENT 13:00; resolved 13:00:01.
    "impact-major": Expected(
        rule="Major is HIGH (and critical)",
        priority=Priority.HIGH,
        level_2_by_deadline=1,
        management_by_deadline=1,
    ),
    # HIGH: LEVEL_2 11:00; resolved 11:00:01.
    "impact-high": Expected(
        rule="High is HIGH",
        priority=Priority.HIGH,
        level_2_by_deadline=1,
    ),
    # LOW: LEVEL_2 after 48 h; resolved after 48 h and 1 s. (MEDIUM would reach MANAGEMENT.)
    "impact-low": Expected(
        rule="Low is LOW",
        priority=Priority.LOW,
        level_2_by_deadline=1,
    ),
    # Resolved 17:30 +02:00, which is 16:30 +01:00: 7 h 30 min.
    "two-offsets": Expected(rule="moments are compared, not the clocks on the wall"),
    # 09:00 at L1 and, next line, 09:00 at L2: up; 09:30 at L1: down. (The other way: only down.)
    "rows-of-one-moment": Expected(
        rule="rows of one moment keep the order of the file",
        manual_escalations=1,
    ),
    # Opened at LEVEL_2; 17:00 passes; resolved 18:00.
    "first-row-at-level-2": Expected(
        rule="a first row above L1 opens at that tier, which counts as reached",
        tier=Tier.LEVEL_2,
    ),
    # L1, L2, L2/L3, L2: up once, and no change after that; resolved 13:00.
    "level-2-or-3": Expected(
        rule="L2/L3 counts as LEVEL_2",
        manual_escalations=1,
        tier=Tier.LEVEL_2,
    ),
    # LEVEL_2 fires 17:00; the row of 17:30 still says L1, as did the row before.
    "only-a-change-of-level": Expected(
        rule="only a change from the row before is an act",
        level_2_by_deadline=1,
        tier=Tier.LEVEL_2,
    ),
    # By hand to LEVEL_2 10:00; 17:00 passes; resolved 18:00.
    "escalated-by-hand": Expected(
        rule="an escalation by hand counts as the rungs that it reaches or passes",
        manual_escalations=1,
    ),
    # LEVEL_2 fires 17:00; the row of 17:30 goes from L1 to L2, where the ticket stands.
    "escalated-to-its-own-tier": Expected(
        rule="a rise to a tier at or below the ticket's is no act, and is counted all the same",
        level_2_by_deadline=1,
        manual_escalations=1,
        tier=Tier.LEVEL_2,
    ),
    # LEVEL_2 fires 17:00; by hand to LEVEL_3 17:30; down to LEVEL_1 18:00; resolved 18:10, reopened
    # 19:00 (9 h 10 min used), resolved 20:00 (10 h 10 min).
    "de-escalated": Expected(
        rule="a rung that was reached does not fire again after a de-escalation",
        level_2_by_deadline=1,
        manual_escalations=1,
        tier=Tier.LEVEL_1,
    ),
    # 3 h used; waits 12:00 to 18:00; resolved 20:00: 5 h.
    "hold-stops-the-ladder": Expected(rule="a Wait row holds the ticket"),
    # 1 h used; waits 10:00 to 12:00; 7 h remain: 19:00. Resolved 19:00:01.
    "ladder-runs-on-after-a-hold": Expected(
        rule="the next row that is no Wait resumes",
        level_2_by_deadline=1,
    ),
    # 3 h used; waits 12:00 to 20:00, with a second Wait row at 13:00; resolved 21:00: 4 h.
    "two-waits-are-one-hold": Expected(rule="a Wait row after a Wait row does not end the hold"),
    # 3 h used; waits from 5 January 12:00, so until 19 January 12:00 at most; 5 h remain: 17:00.
    # The Wait row of 19 January 11:00 starts no new hold, the row of 15:00 ends none.
    # Resolved 17:00:01.
    "hold-of-14-days": Expected(
        rule="a hold counts 14 days at most; a row that ends the Wait after that is no act",
        level_2_by_deadline=1,
    ),
    # 1 h; waits 10 days; 1 h; waits 10 days; 1 h: 3 h in all.
    "two-holds-of-10-days": Expected(rule="each hold has a cap of its own"),
    # HIGH: 30 min used; waits 09:30 to 13:00; resolved 14:00: 1 h 30 min.
    "high-waits-at-level-1": Expected(
        rule="the importer approves the hold of a HIGH ticket at LEVEL_1",
        priority=Priority.HIGH,
    ),
    # Resolved 10:00, closed a week later.
    "closed": Expected(
        rule="a Closed row closes what is resolved",
        priority=Priority.LOW,
        status=Status.CLOSED,
    ),
    # One row: opened, answered, resolved, closed at one moment.
    "in-call": Expected(
        rule="an In Call row resolves and closes",
        priority=Priority.LOW,
        status=Status.CLOSED,
    ),
    # Accepted 09:00, cancelled 10:00.
    "cancelled": Expected(
        rule="a Cancelled row resolves and closes",
        priority=Priority.LOW,
        status=Status.CLOSED,
    ),
    # At L1 09:00, closed at L2 10:00.
    "completed-at-another-level": Expected(
        rule="within one row the tier changes before the resolution",
        manual_escalations=1,
        tier=Tier.LEVEL_2,
    ),
    # Closed 10:00, reopened 11:00, resolved 12:00: 2 h.
    "reopened-from-closed": Expected(
        rule="reopening works from CLOSED",
        status=Status.RESOLVED,
    ),
    # Resolved 10:00; Unmatched at L2 11:00, which reopens and then goes up; resolved 12:00.
    "reopened-by-any-row": Expected(
        rule="anything but Completed reopens",
        manual_escalations=1,
        tier=Tier.LEVEL_2,
    ),
    # 3 h used; reopened and waiting 12:30 to 19:30; resolved 20:00: 3 h 30 min.
    "reopened-into-a-wait": Expected(rule="a Wait row that reopens also holds"),
    # 3 h used; resolved 12:00 to 09:00 the next day; resolved again 11:00: 5 h.
    "resolved-time-is-not-counted": Expected(rule="the time of being resolved does not count"),
    # 3 h used; reopened 14:00; 5 h remain: 19:00. Resolved 19:00:01.
    "reopening-carries-the-time-used": Expected(
        rule="the time used before a reopening counts",
        level_2_by_deadline=1,
    ),
    # 7 h 55 min used; reopened 18:00; 5 min remain: 18:05, but not before 18:15. Resolved 18:14:59.
    "15-minutes-after-a-reopening": Expected(rule="no rung fires within 15 minutes of a reopening"),
    # Reopened 09:20 and 09:40.
    "second-reopening": Expected(
        rule="a second reopening does not escalate",
        priority=Priority.LOW,
    ),
    # Reopened 09:20, 09:40 and 10:00.
    "third-reopening": Expected(
        rule="the third reopening escalates to LEVEL_2",
        priority=Priority.LOW,
        level_2_by_reopening=1,
    ),
    # Reopened 09:20, 09:40, 10:00 and 10:20.
    "fourth-reopening": Expected(
        rule="a fourth reopening does not escalate",
        level_2_by_reopening=1,
    ),
    # LEVEL_2 fires 17:00; resolved 17:00:01; reopened 17:10, 17:30 and 17:50.
    "third-reopening-at-level-2": Expected(
        rule="the third reopening goes to the lowest rung not yet reached",
        level_2_by_deadline=1,
        management_by_reopening=1,
    ),
    # LEVEL_2 fires 17:00, MANAGEMENT 01:00; resolved 01:00:01; reopened 01:10, 01:30 and 01:50.
    "third-reopening-at-management": Expected(
        rule="a third reopening with every rung reached does not escalate",
        level_2_by_deadline=1,
        management_by_deadline=1,
    ),
    # HIGH: reopened 09:20, 09:40 and 10:00, the third time at L3: to LEVEL_2 by the reopening, from
    # there by hand. 40 min used. (The other way round: by hand to LEVEL_3, then to MANAGEMENT.)
    "third-reopening-at-another-level": Expected(
        rule="within one row the reopening and its rung come before the change of tier",
        priority=Priority.HIGH,
        level_2_by_reopening=1,
        manual_escalations=1,
        tier=Tier.LEVEL_3,
    ),
    # Resolved at L1 10:00, resolved at L2 11:00, reopened at L2 12:00: up then. Resolved 13:00.
    "change-between-completed-rows": Expected(
        rule="a change of level between two Completed rows is made at the next reopening",
        manual_escalations=1,
        tier=Tier.LEVEL_2,
    ),
    # Resolved at L1 10:00, closed at L2 11:00, never reopened.
    "change-after-the-last-reopening": Expected(
        rule="a change of level between two Completed rows is not made before a reopening",
        manual_escalations=1,
        tier=Tier.LEVEL_1,
    ),
    # Accepted 09:00, assigned 10:00, no more; others go on for weeks.
    "log-ends-while-open": Expected(
        rule="an incident whose log ends while it is open is cancelled at its last row",
        status=Status.CANCELLED,
    ),
}

TABLE = {
    "HIGH": {
        "incidents": 4,
        "responseBreached": 0,
        "level2ByDeadline": 2,
        "managementByDeadline": 1,
        "level2ByReopening": 1,
        "managementByReopening": 0,
        "manualEscalations": 1,
    },
    "MEDIUM": {
        "incidents": 31,
        "responseBreached": 1,
        "level2ByDeadline": 11,
        "managementByDeadline": 3,
        "level2ByReopening": 1,
        "managementByReopening": 1,
        "manualEscalations": 10,
    },
    "LOW": {
        "incidents": 6,
        "responseBreached": 0,
        "level2ByDeadline": 1,
        "managementByDeadline": 0,
        "level2ByReopening": 1,
        "managementByReopening": 0,
        "manualEscalations": 0,
    },
    "ALL": {
        "incidents": 41,
        "responseBreached": 1,
        "level2ByDeadline": 14,
        "managementByDeadline": 4,
        "level2ByReopening": 3,
        "managementByReopening": 1,
        "manualEscalations": 11,
    },
}
"""What `escgraph play --json` must print for the whole sample."""
