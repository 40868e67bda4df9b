"""Mails that mean harm, and those that `make fuzz` found to break reading: all are read or refused for ever after."""

from pathlib import Path

import pytest
from support.harmful import MAILS
from support.reading_checks import checked

from classifiers.octets import PREFIX_BYTES
from classifiers.values import Address

FOUND = {path.stem: path.read_bytes() for path in sorted(Path(__file__).with_name("findings").glob("*.eml"))}
ALL = MAILS | FOUND


@pytest.mark.parametrize("name", ALL)
def test_what_harms_is_read_or_refused_and_what_is_read_of_it_is_clean(name):
    checked(ALL[name][:PREFIX_BYTES])


@pytest.mark.parametrize("name", [name for name in FOUND if name.startswith("broken-base64")])
def test_a_name_in_broken_base64_is_left_out_and_its_address_stands(name):
    assert checked(FOUND[name]).headers.sender == Address("", "imke@kestrel.example")
