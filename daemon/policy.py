"""The person's settings as the values that the core reckons with."""

from __future__ import annotations

from datetime import timedelta

from config.duration import Duration
from config.schema import Account, Cadence, Settings
from daemon.adapters.clock import days_off
from daemon.core.addressee import Me
from daemon.core.cadence import Policy, Span, StepRule, WorkingTime
from daemon.core.errors import NeedsOperator
from daemon.core.job import CADENCE, Step


def me_of(settings: Settings, account: Account) -> Me:
    """The person as one account knows them."""
    aliases = tuple(sorted(settings.own_addresses() - {account.address.lower()}))
    return Me(
        settings.me.name, account.address, aliases, settings.me.zone(), account.trusted_authserv, settings.me.language
    )


def policy_of(settings: Settings) -> Policy:
    """The cadence as values of the core. Raises NeedsOperator when its working time leaves no time at all."""
    cadence = settings.cadence
    try:
        return Policy(
            quiet_period=span_of(cadence.quiet_period),
            working=_working_time(settings, cadence),
            only_newer_than=span_of(cadence.only_newer_than),
            drafts_per_day=cadence.drafts_per_day,
            drafts_per_company_per_month=cadence.drafts_per_company_per_month,
            steps={step: _rule(cadence, step) for step in CADENCE},
            follow_up_latest=span_of(cadence.follow_up.latest),
            keep_in_touch_every=span_of(cadence.keep_in_touch.every),
            keep_in_touch_times=cadence.keep_in_touch.times,
            status_check_after_application=span_of(cadence.status_check.after_application),
        )
    except ValueError as error:
        raise NeedsOperator(f"The cadence in config.toml cannot be kept: {error}.") from error


def _working_time(settings: Settings, cadence: Cadence) -> WorkingTime:
    hours = cadence.hours
    return WorkingTime(settings.me.zone(), hours.start, hours.end, cadence.weekdays(), days_off(cadence.holidays))


def _rule(cadence: Cadence, step: Step) -> StepRule:
    setting = cadence.step(step.value)
    return StepRule(step, setting.enabled, span_of(setting.after), setting.only_if)


def span_of(duration: Duration) -> Span:
    """A configured duration as the core's span of the same shape."""
    return Span(duration.amount, duration.unit)


def length_of(duration: Duration) -> timedelta:
    """The length of a duration as plain time, for pauses and looking back; a working day counts two days."""
    return timedelta(days=2 * duration.amount) if duration.unit == "working_day" else duration.longest()
