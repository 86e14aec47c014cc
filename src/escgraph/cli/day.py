"""A busy day at the support desk, as the demo plays it. Its tickets are called by short names."""

from escgraph.cli.desk import Scene

AGENT, ENGINEER, MANAGER, SCRIPT = "L1 agent", "engineer", "manager", "script"

CHECKOUT = {
    "title": "Checkout answers 502 to every third order",
    "description": "Since the night shift; nobody took the phone.",
    "category": "system-outage",
    "component": "web shop",
    "priority": "HIGH",
    "reporter": "night shift",
}
EXPORT = {
    "title": "The monthly export stops half way",
    "description": "The file ends in the middle of a line.",
    "category": "feature-not-working",
    "component": "reports",
    "priority": "MEDIUM",
    "reporter": "accounting",
}
LOGIN = {
    "title": "Logging in takes half a minute",
    "description": "For everybody in the Oslo office.",
    "category": "degraded-performance",
    "component": "single sign-on",
    "priority": "MEDIUM",
    "reporter": "Oslo office",
}
DISK = {
    "title": "Disk of the order database is 95 % full",
    "description": "At this rate it is full in three hours.",
    "category": "system-outage",
    "component": "orders",
    "priority": "HIGH",
    "reporter": "monitoring",
}
SPELLING = {
    "title": "The footer says 2025",
    "description": "On every page.",
    "category": "cosmetic-issue",
    "component": "web shop",
    "priority": "LOW",
    "reporter": "marketing",
}
PAYROLL = {
    "title": "Payslips show the old address",
    "description": "For whoever moved this year.",
    "category": "minor-bug",
    "component": "payroll",
    "priority": "LOW",
    "reporter": "human resources",
}
MAIL = {
    "title": "Mails to customers arrive hours late",
    "description": "The queue holds four thousand.",
    "category": "degraded-performance",
    "component": "mail",
    "priority": "MEDIUM",
    "reporter": "customer care",
}
VPN = {
    "title": "Nobody gets in from outside",
    "description": "The certificate of the gateway has expired.",
    "category": "system-outage",
    "component": "remote access",
    "priority": "HIGH",
    "reporter": "field sales",
}
LABELS = {
    "title": "Labels print without the post code",
    "description": "Each parcel is written by hand.",
    "category": "feature-not-working",
    "component": "warehouse",
    "priority": "MEDIUM",
    "reporter": "warehouse",
}


def _scene(at: int, who: str, act: str, ticket: str, **given: object) -> Scene:
    return Scene(at=at, who=who, act=act, ticket=ticket, given=given)


def _opening(at: int, who: str, ticket: str, given: dict[str, str], *, reported: int = 0) -> Scene:
    return Scene(at=at, who=who, act="openTicket", ticket=ticket, given=given, reported=reported)


DAY = (
    _opening(1, AGENT, "checkout", CHECKOUT, reported=105),
    _opening(2, AGENT, "export", EXPORT, reported=444),
    _opening(4, AGENT, "login", LOGIN),
    _scene(5, AGENT, "acknowledgeTicket", "login"),
    _scene(7, AGENT, "logAction", "login", text="Cleared the cache of the directory; no change."),
    _opening(9, SCRIPT, "disk", DISK),
    _scene(
        11,
        AGENT,
        "escalateTicket",
        "login",
        expectedTier="LEVEL_1",
        reason="EXPERTISE_NEEDED",
        comment="The directory answers slowly; I may not look inside.",
    ),
    _opening(12, SCRIPT, "payroll", PAYROLL, reported=2832),
    _scene(13, AGENT, "acknowledgeTicket", "disk"),
    _scene(15, ENGINEER, "acceptTicket", "login"),
    # LEVEL_2 by deadline: checkout at 16, export at 38, payroll at 60, mail at 84, vpn at 108.
    _scene(18, ENGINEER, "acceptTicket", "checkout"),
    _scene(20, MANAGER, "markCritical", "checkout", reason="Orders are lost."),
    _opening(24, AGENT, "spelling", SPELLING),
    _scene(
        26,
        ENGINEER,
        "holdTicket",
        "login",
        reason="AWAITING_VENDOR",
        note="Their case 4711.",
        reply="We wait for the maker of the directory.",
    ),
    _opening(28, AGENT, "mail", MAIL, reported=424),
    _scene(
        30,
        AGENT,
        "addNote",
        "spelling",
        text="Thank you; it goes out with the next release.",
        visibility="REPORTER",
    ),
    _scene(
        35,
        MANAGER,
        "postStakeholderUpdate",
        "checkout",
        text="One of three payment servers is out; we work on it.",
        audience="EXTERNAL",
    ),
    _scene(45, AGENT, "logAction", "disk", text="Removed the dumps of last month: 88 %."),
    _scene(
        50,
        AGENT,
        "resolveTicket",
        "disk",
        summary="Removed old dumps.",
        code="WORKAROUND",
        rootCause="Dumps are kept for ever.",
    ),
    _scene(
        55,
        AGENT,
        "closeTicket",
        "disk",
        noFollowUps=True,
        closingNotice="There is room again.",
    ),
    _opening(66, AGENT, "vpn", VPN, reported=78),
    _scene(70, ENGINEER, "logAction", "checkout", text="Took the server out of the pool."),
    _scene(80, ENGINEER, "resumeTicket", "login"),
    _scene(
        100,
        ENGINEER,
        "resolveTicket",
        "login",
        summary="The maker's patch is in.",
        code="THIRD_PARTY",
        rootCause="A directory index was lost in the last update.",
    ),
    _scene(120, AGENT, "reopenTicket", "login", reason="It is slow again."),
    _opening(125, AGENT, "labels", LABELS, reported=445),
    # At 136 checkout reaches MANAGEMENT, at 160 labels reaches LEVEL_2.
    _scene(140, MANAGER, "acceptTicket", "checkout"),
    _scene(
        165,
        ENGINEER,
        "resolveTicket",
        "checkout",
        summary="Replaced the payment server.",
        code="FIXED",
        rootCause="A faulty network card.",
    ),
    _scene(
        180,
        AGENT,
        "closeTicket",
        "checkout",
        noFollowUps=True,
        closingNotice="Orders go through again.",
    ),
    _scene(
        200,
        AGENT,
        "resolveTicket",
        "spelling",
        summary="The footer knows the year.",
        code="FIXED",
        rootCause="A fixed text.",
    ),
)
