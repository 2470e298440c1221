"""The national project code (GB/T 40058-2021): its form and its check digit, ISO 7064 MOD 11,10."""

import re

from tracker.ledger.values.words import plain

_NOW = re.compile(r"^(\d{2})(0[1-9]|1[0-2])-(\d{6})-(\d{2})-(\d{2})-(\d{6})$")
_BEFORE_2020 = re.compile(r"^20\d{2}-\d{6}-\d{2}-\d{2}-\d{6}$")


def check_digit(digits: str) -> int:
    """Return the check digit of the first 19 digits."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10


def problem_of_code(text: str) -> str | None:
    """Return `bad_code` for a wrong form, `code_check` for a wrong check digit, None when right.

    The form used before 2020 is known and has no check digit.
    """
    code = plain(text)
    if _BEFORE_2020.match(code):
        return None
    if not _NOW.match(code) or code[5:11] == "000000":
        return "bad_code"
    digits = code.replace("-", "")
    return None if check_digit(digits[:-1]) == int(digits[-1]) else "code_check"
