"""Where events are stored: whoever checks all of them reads every table."""

EVENTS = "event"
"""What to select from. Where old events are moved elsewhere, this is both, as in
`(SELECT … FROM event UNION ALL SELECT … FROM event_archive) AS event`."""
