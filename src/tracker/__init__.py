"""Back-schedule a county's key projects through their approvals, and say what is late and why."""

OWN_REPORT = "tracker-report/1"
"""The keyword of workbooks that say what the record says, which are no ledgers."""
