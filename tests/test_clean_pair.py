"""A pair of containers without a fault passes every container check; each check catches a fault of its own, by the name
of the object, and no other check changes its outcome."""

from __future__ import annotations

from functools import cache

import pytest

from containers.clean import pair
from containers.faults import FAULTS, Fault, Pair
from tagparity.core.container import Containers
from tagparity.core.outcome import Outcome, State
from tagparity.readers import gtm
from tagparity.run.versions import container_checks, judge

# Checks that cannot be judged on two containers alone, and what they lack.
NOT_RUN: dict[str, str] = {}
# Checks of this list take containers where there is nothing better: what they say of containers alone is no verdict.
BESIDE = {e.id for e in container_checks() if not e.check.needs}
CHECKS = [e.id for e in container_checks() if e.check.needs]


def outcomes(files: Pair) -> dict[str, Outcome]:
    found = Containers(c for path, doc in files.items() for c in gtm.read(path, doc))
    return {o.check: o for o in judge(found) if o.check not in BESIDE}


@cache
def clean() -> dict[str, Outcome]:
    return outcomes(pair())


def said(outcome: Outcome) -> str:
    """Everything the findings of an outcome say."""
    return " ".join(f"{f.message} {' '.join(e.where for e in f.evidence)}" for f in outcome.findings)


@pytest.mark.parametrize("check", CHECKS)
def test_the_clean_pair_is_clean(check: str) -> None:
    outcome = clean()[check]
    assert outcome.findings == (), said(outcome)
    if outcome.state is State.NOT_RUN:
        assert check in NOT_RUN, outcome.summary
    else:
        assert outcome.state in (State.PASS, State.NOT_APPLICABLE), outcome.summary


def test_the_clean_pair_is_whole() -> None:
    found = [c for path, doc in pair().items() for c in gtm.read(path, doc)]
    assert [(c.side, c.partial) for c in found] == [("web", ()), ("server", ())]


def test_every_check_has_a_fault_of_its_own() -> None:
    assert set(CHECKS) - {f.check for f in FAULTS} == set()
    assert {f.check for f in FAULTS} - set(CHECKS) == set()


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_is_caught_by_its_check_alone(fault: Fault) -> None:
    damaged = pair()
    fault.damage(damaged)
    found = outcomes(damaged)
    assert found[fault.check].state in (State.WARN, State.FAIL), found[fault.check].summary
    assert fault.names in said(found[fault.check])
    others = {c for c, o in found.items() if c != fault.check and o.state is not clean()[c].state}
    assert others == set(fault.also), {c: found[c].summary for c in others ^ set(fault.also)}
