"""Back-schedule a county's key projects through their approvals, and say what is late and why."""
