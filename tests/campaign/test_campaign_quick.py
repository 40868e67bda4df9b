"""A sample of the fault campaign, and the soak's and the campaign's own parts; `make campaign` tries every octet."""

import random

import pytest
from campaign.__main__ import bad
from campaign.running import Order, lanes, undisturbed, workshop
from campaign.soak import slope
from campaign.trials import MAILS, Placings, Server, spread
from support.faultproxy import FaultProxy
from support.minds import mail

from daemon.core.job import Move

SAMPLE = 28


@pytest.fixture(scope="module")
def folders():
    with workshop() as made:
        yield made


@pytest.fixture
def server(dovecot):
    return Server("dovecot", dovecot.host, dovecot.port, dovecot.password, 0.3)


async def results(server, folders, what, user, seen):
    """Trials after SAMPLE octets at random, most of them where the draft or the mails are on their way."""
    octets = await undisturbed(server, what, user(), *folders)
    kinds = (spread(kind, octets["all"]) for kind in ("rst", "fin"))
    faults = [fault for of in kinds for fault in of if fault.after >= seen(octets)[fault.direction]]
    tasks = [(fault, user()) for fault in random.sample(faults, SAMPLE)]
    return await lanes(Order(server, what, tasks, *folders, patient=True))


async def test_a_draft_whose_placing_is_cut_at_any_octet_is_there_once(server, dovecot, folders):
    found = await results(server, folders, "placing", lambda: dovecot.user().rjust(9, "p"), lambda o: o["mark"])
    assert [one for one in found if bad(one)] == []
    assert sum(one.struck for one in found) > SAMPLE // 2


async def test_mails_whose_reading_is_cut_at_any_octet_are_journalled_once(server, dovecot, folders):
    user = dovecot.user()
    for number in range(1, MAILS + 1):
        dovecot.deliver(user, mail(number))
    found = await results(server, folders, "reading", lambda: user, lambda _o: {"to_server": 0, "to_client": 0})
    assert [one for one in found if bad(one)] == []
    assert sum(one.struck for one in found) > SAMPLE // 2


async def test_a_trial_sees_what_is_lost_and_what_is_doubled(server, dovecot, folders, monkeypatch):
    """The campaign would notice: a writer that lays without looking doubles, and one that never lays loses."""
    with FaultProxy(server.host, server.port) as proxy:
        trial = Placings(server, proxy, *folders)
        lay = trial._lay

        async def blind(one, user):
            one.journal.store.rows("UPDATE jobs SET state = 'planned' WHERE state IN ('placing', 'placed')")
            monkeypatch.setattr("daemon.writer.before_laying", lambda *_: Move.INTEND)
            await lay(one, user)

        monkeypatch.setattr(trial, "_lay", blind)
        assert (await trial(None, dovecot.user())).doubled

        async def idle(_one, _user):
            pass

        monkeypatch.setattr(trial, "_lay", idle)
        result = await trial(None, dovecot.user())
        assert (result.lost, result.stuck) == (True, True)


def test_the_slope_of_memory_is_told_in_mebibytes_an_hour():
    assert slope([(180.0 + second, 40.0 + second / 360) for second in range(1, 300)]) == pytest.approx(10)
    assert slope([(float(second), 40.0) for second in range(30)]) is None
