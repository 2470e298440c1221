from tests.support.drawing import assert_schedule


def test_a_step_beside_the_critical_path_has_more_float() -> None:
    assert_schedule("""
step    | after           | takes | MTWTFSSMTWTFSS | float
survey  |                 | 3 wd  | XXX            | 1
design  | survey          | 4 wd  |    XX..XX      | 1
consult | survey + 1 wd   | 2 wd  |     X..X       | 2
lodge   | design, consult | 1 wd  |          X     | 1
due     |                 |       |           D    |
""")


def test_a_step_waits_over_a_holiday_and_works_a_make_up_day() -> None:
    assert_schedule("""
step    | after  | takes | MTHHFSWMTWTFSS | float
survey  |        | 3 wd  | XX..X          | 0
lodge   | survey | 2 wd  |       XX       | 0
""")


def test_calendar_days_run_through_the_weekend() -> None:
    assert_schedule("""
step    | after  | takes | MTWTFSSMTWTFSS | float
notice  |        | 6 cd  | XXXXXX         | 3
decide  | notice | 1 wd  |        X       | 2
due     |        |       |          D     |
""")


def test_a_lag_counts_its_own_days() -> None:
    assert_schedule("""
step   | after           | takes | MTWTFSSMTWTFSS | float
lodge  |                 | 5 wd  | XXXXX          | 0
silent | lodge + 2 cd    | 1 wd  |        X       | 2
worked | lodge + 2 wd    | 1 wd  |          X     | 0
""")


def test_work_may_overlap_from_start_to_start() -> None:
    assert_schedule("""
step   | after             | takes | MTWTFSSMTWTFSS | float
notice |                   | 4 wd  | XXXX           | 0
survey | notice SS + 1 wd  | 3 wd  |  XXX           | 0
done   | notice, survey    | 0 wd  |    <           | 0
""")


def test_a_milestone_after_a_sunday_waits_for_monday_morning() -> None:
    assert_schedule("""
step    | after  | takes | MTWTFSSMTWTFSS | float
notice  |        | 7 cd  | XXXXXXX        | 0
granted | notice | 0 wd  |       <        | 0
""")


def test_a_missed_deadline_gives_negative_float() -> None:
    assert_schedule("""
step   | after  | takes | MTWTFSSMTWTFSS | float
survey |        | 4 wd  | XXXX           | -2
lodge  | survey | 3 wd  |     X..XX      | -2
due    |        |       |     D          |
""")


def test_a_deadline_on_a_day_off_means_the_last_working_day_before() -> None:
    assert_schedule("""
step   | after  | takes | MTWTFSSMTWTFSS | float
survey |        | 4 wd  | XXXX           | 1
due    |        |       |       D        |
""")
