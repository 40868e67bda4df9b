"""The state machine of test_fuzz_house for a given time: `python -m fuzz.long_house SECONDS`. Run by `make fuzz`."""

from __future__ import annotations

import sys
import time

from fuzz.test_fuzz_house import House
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

ROUND = settings(
    max_examples=50, stateful_step_count=50, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


def main() -> None:
    end, examples = time.monotonic() + float(sys.argv[1]), 0
    while time.monotonic() < end:
        run_state_machine_as_test(House, settings=ROUND)
        examples += ROUND.max_examples
    print(f"{examples} examples of {ROUND.stateful_step_count} steps at most")


if __name__ == "__main__":
    main()
