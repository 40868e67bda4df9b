"""Run by test_overheard alone: tests that pass, and make the program log what it must not."""

from support.overheard import SECRET

from daemon.logbook import tell


def test_a_secret_is_logged():
    tell("news_read", f"The password is {SECRET}.")


def test_a_body_is_logged():
    tell("news_read", "It says: This is mail number 1.")


def test_nothing_of_that_is_logged():
    tell("news_read", "1 mail was read.")
