"""Every command: where it is found, and what it does in a sentence (`docs/architecture.md`)."""

from tracker.cli.frame import Command, Group, Table, mark

COMMANDS: Table = {
    "demo": Command(
        "installation.demo:demo", mark("Show everything on a made-up county of 86 projects.")
    ),
    "import": Command(
        "imports.ledger_import:import_ledger",
        mark("Read a ledger, show what it changes, and commit it; or undo an import."),
    ),
    "ledger": Group(
        mark("The county's own workbook."),
        {
            "write": Command(
                "imports.ledger:write",
                mark("Write the record into a copy of a ledger: only cells that are behind."),
            ),
            "template": Command(
                "imports.ledger:template", mark("Write an empty ledger with drop-down lists.")
            ),
            "export": Command(
                "imports.ledger:export", mark("Write the ledger as the page shows it.")
            ),
            "columns": Command(
                "imports.ledger:columns", mark("List or set what headings of the ledger mean.")
            ),
            "words": Command(
                "imports.ledger:words", mark("List or set which states words of the ledger mean.")
            ),
        },
    ),
    "plan": Command(
        "projects.plan:plan", mark("Show a project's reverse schedule and what cannot be met.")
    ),
    "why": Command(
        "projects.why:why",
        mark("Say why a project is late, where its days went, and what would help."),
    ),
    "questions": Group(
        mark("What is worth asking, and answers for a whole track."),
        {
            "list": Command(
                "projects.questions:list_all",
                mark("List the questions whose answers would decide most lights."),
            ),
            "track": Command(
                "projects.questions:track",
                mark("Say in one go how far the steps of a track of the work are."),
            ),
        },
    ),
    "flags": Command("county.flags:flags", mark("List what is late or about to be, worst first.")),
    "assignments": Command(
        "county.assignments:assignments",
        mark("One project, one leader, one task force, one plan."),
    ),
    "follow-ups": Group(
        mark("One-on-one follow-ups."),
        {
            "list": Command("county.follow_ups:list_open", mark("List the open follow-ups.")),
            "show": Command(
                "county.follow_ups:show", mark("Show the follow-ups of a project, and their acts.")
            ),
            "take": Command("county.follow_ups:take_up", mark("Accept a follow-up.")),
            "contact": Command("county.follow_ups:contact", mark("Note what somebody said.")),
            "promise": Command("county.follow_ups:promise", mark("Note a promise and its day.")),
            "close": Command("county.follow_ups:close", mark("Close a follow-up.")),
            "slip": Command(
                "county.follow_ups:slip", mark("Issue slips as numbered Word files, or list them.")
            ),
        },
    ),
    "oddities": Command(
        "county.oddities:oddities",
        mark("List what is worth a question before a light is trusted."),
    ),
    "agenda": Command(
        "county.agenda:agenda",
        mark("Write the days of a leader or an office for a calendar (.ics)."),
    ),
    "notices": Group(
        mark("What people are told, and what became of it."),
        {
            "preview": Command(
                "installation.notices:preview", mark("Show what would be sent to whom.")
            ),
            "list": Command(
                "installation.notices:list_all", mark("List what was sent, waits or was given up.")
            ),
            "test": Command(
                "installation.notices:test", mark("Send a test message through a channel.")
            ),
            "retry": Command("installation.notices:retry", mark("Try again what was given up.")),
        },
    ),
    "report": Group(
        mark("The weekly delay report."),
        {
            "weekly": Command(
                "county.reports:weekly", mark("Write the report: .docx, .pdf, .xlsx and .txt.")
            ),
            "again": Command(
                "county.reports:again",
                mark("Rebuild an earlier report from the record; exit 1 if it differs."),
            ),
            "list": Command("county.reports:list_reports", mark("List the reports.")),
            "compare": Command(
                "county.reports:compare", mark("Compare two reports as they were made.")
            ),
        },
    ),
    "run-due": Command(
        "installation.run_due:run_due",
        mark("Do the nights, backups and reports that are due; for any timer."),
    ),
    "record": Command(
        "projects.recording:record", mark("Record an event of a step, after a preview.")
    ),
    "project": Group(
        mark("Projects: edit them, and see their history."),
        {
            "list": Command("projects.project:list_all", mark("List the projects with lights.")),
            "show": Command(
                "projects.project:show", mark("Show a project's fields, leaders and events.")
            ),
            "add": Command("projects.project:add", mark("Add a project.")),
            "set": Command("projects.project:change", mark("Change fields of a project.")),
            "suspend": Command("projects.project:suspend", mark("Suspend a project until a date.")),
            "resume": Command("projects.project:resume", mark("Resume a project.")),
            "close": Command(
                "projects.project:close", mark("Archive a project; it is no longer planned.")
            ),
            "facts": Command(
                "projects.answers:facts", mark("List or answer the questions of a project.")
            ),
            "due": Command(
                "projects.due:due", mark("List or set deadlines of steps before the target.")
            ),
            "history": Command(
                "projects.history:history",
                mark("Show who changed what, when and why, and which dates moved."),
            ),
        },
    ),
    "hand-over": Command(
        "projects.hand_over:hand_over", mark("Hand projects over to someone else from a date on.")
    ),
    "procedures": Group(
        mark("The law as data: procedures and their steps."),
        {
            "list": Command("county.procedures:list_all", mark("List the procedures in force.")),
            "show": Command(
                "county.procedures:show",
                mark("Show a procedure's steps with their times, prerequisites and law."),
            ),
            "lint": Command(
                "county.procedures:lint",
                mark("List the faults of the files, with line and remedy."),
            ),
            "changes": Command(
                "county.law_changes:changes",
                mark("List changes of the law, or the projects that one affects."),
            ),
        },
    ),
    "calendar": Group(
        mark("Holidays and make-up working days."),
        {
            "show": Command(
                "county.calendar:show", mark("Show a year's days off and make-up working days.")
            ),
            "load": Command(
                "county.calendar:load", mark("Load a year's holiday notice and say what moved.")
            ),
        },
    ),
    "usual": Group(
        mark("What the county's own record tells of answers and times."),
        {
            "show": Command("county.usual:show", mark("Show it beside the procedures' numbers.")),
            "keep": Command("county.usual:keep", mark("Plan with it from now on, or no more.")),
        },
    ),
    "schedule": Command("schedule:schedule", mark("Schedule network files; nothing is stored.")),
    "serve": Command("installation.serve:serve", mark("Serve the web pages.")),
    "user": Group(
        mark("Accounts; there is none by default."),
        {
            "add": Command("accounts.users:add", mark("Add an account and print its password.")),
            "password": Command(
                "accounts.users:give_password", mark("Give an account a new first password.")
            ),
            "role": Command(
                "accounts.users:change_roles", mark("Replace the roles of an account.")
            ),
            "disable": Command(
                "accounts.users:disable", mark("Disable an account; its sessions end at once.")
            ),
            "enable": Command("accounts.users:enable", mark("Enable an account again.")),
            "list": Command("accounts.users:list_all", mark("List the accounts and their roles.")),
            "sessions": Command(
                "accounts.users:sessions", mark("List or end the sessions of an account.")
            ),
        },
    ),
    "audit": Group(
        mark("The audit chain."),
        {
            "verify": Command(
                "installation.audit:verify", mark("Check the whole chain; exit 1 if it is broken.")
            ),
            "list": Command("installation.audit:list_entries", mark("List who did what and why.")),
            "purge": Command(
                "installation.audit:purge",
                mark("Delete entries before a date; 183 days are always kept."),
            ),
            "digest": Command(
                "installation.audit:digest", mark("Choose the digest of new entries.")
            ),
        },
    ),
    "backup": Command(
        "installation.backup:make", mark("Write a backup while others work, and check it.")
    ),
    "restore": Command(
        "installation.backup:restore", mark("Check a backup and replace the data by it.")
    ),
    "doctor": Command(
        "installation.doctor:examine", mark("Check this installation; exit 1 if it is not sound.")
    ),
    "db": Group(
        mark("The database."),
        {
            "upgrade": Command(
                "installation.database:upgrade", mark("Upgrade the data to this version.")
            ),
            "copy": Command(
                "installation.database:copy", mark("Copy all data into another, empty database.")
            ),
        },
    ),
}
