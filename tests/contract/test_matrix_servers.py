"""docs/servers.md says what the servers answer, and nothing that was typed by hand."""

import pytest
from support.mailservers import SERVERS, box_on
from support.server_matrix import BEGIN, COLUMNS, END, PAGE, answers, on_page, rendered, version_of


@pytest.fixture(params=SERVERS)
async def box(request):
    async with box_on(request) as box:
        yield box


async def test_a_column_of_the_page_is_what_the_server_answers(box):
    """Of another version than the page names only the questions are known, not the answers."""
    column = [name.lower() for name in COLUMNS].index(box.name)
    named, written = on_page(column)
    told = await answers(box)
    assert list(told) == list(written)
    if version_of(COLUMNS[column]) == named:
        assert told == written, "Run `make docs`."


def test_the_tables_are_as_the_program_would_write_them():
    columns = [on_page(number) for number in range(len(COLUMNS))]
    block = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0].strip()
    assert rendered([named for named, _ in columns], [told for _, told in columns]) == block
