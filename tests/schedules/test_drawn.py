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
granted | notice | 0 wd  |        <       | 0
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


def test_a_finish_may_wait_for_a_finish() -> None:
    assert_schedule("""
step   | after             | takes | MTWTFSSMTWTFSS | float
works  |                   | 5 wd  | XXXXX          | 0
check  | works FF + 1 wd   | 2 wd  |     X..X       | 0
""")


def test_a_finish_that_falls_on_a_day_off_moves_on_to_the_next_working_day() -> None:
    assert_schedule("""
step   | after    | takes | MTWTFSSMTWTFSS | float
notice |          | 6 cd  | XXXXXX         | 2
answer | notice FF | 2 wd  |     X..X       | 0
""")


def test_a_finish_may_wait_for_a_start() -> None:
    assert_schedule("""
step   | after             | takes | MTWTFSSMTWTFSS | float
guard  |                   | 3 wd  | XXX            | 0
shift  | guard SF + 7 wd   | 2 wd  |        XX      | 0
""")


def test_a_lead_lets_a_step_begin_before_the_other_ends() -> None:
    assert_schedule("""
step   | after           | takes | MTWTFSSMTWTFSS | float
draft  |                 | 8 wd  | XXXXX..XXX     | 0
print  | draft - 2 wd    | 3 wd  |         XXX    | 0
""")


def test_a_lead_in_calendar_days_goes_back_over_the_weekend() -> None:
    assert_schedule("""
step   | after           | takes | MTWTFSSMTWTFSS | float
draft  |                 | 6 wd  | XXXXX..X       | 0
print  | draft - 3 cd    | 1 wd  |        X       | 0
""")


def test_a_lead_never_reaches_before_the_start_of_the_project() -> None:
    assert_schedule("""
step   | after           | takes | MTWTFSSMTWTFSS | float
draft  |                 | 2 wd  | XX             | 0
print  | draft - 5 wd    | 1 wd  | X              | 1
""")


def test_a_milestone_over_a_holiday_has_no_float_from_nothing() -> None:
    """The evening before a holiday and the morning after it are one moment of work."""
    assert_schedule("""
step   | after  | takes | MTHHHSSMTWTFSS | float
works  |        | 2 wd  | XX             | 0
done   | works  | 0 wd  |  <             | 0
next   | done   | 1 wd  |        X       | 0
""")


def test_an_end_of_its_own_has_float_to_the_end_of_the_network() -> None:
    assert_schedule("""
step   | after  | takes | MTWTFSSMTWTFSS | float
long   |        | 6 wd  | XXXXX..X       | 0
short  |        | 2 wd  | XX             | 4
""")
