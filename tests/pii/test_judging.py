"""A person's decision wins over a declaration, that over lineage, that over values, that over the name."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.pii.judging import DECIDED, DECLARED, NOTHING, ORDER, SETS_CLASS, Finding, judge
from catalog.states import Evidence

NAMED = Finding("name", "email", "named like an e-mail address", 0.9)
SEEN = Finding("values", "phone", "48 of 50 values look like phone numbers", 0.86)
INHERITED = Finding("inherited", "name", "from raw.users.name")
DECISION = {"class": "address", "reason": "it is a depot", "by": "Stew"}

findings = st.lists(
    st.builds(
        Finding,
        st.sampled_from(ORDER),
        st.sampled_from(["email", "phone", "name"]),
        st.just("because"),
        st.sampled_from([0.0, 0.4, SETS_CLASS - 0.01, SETS_CLASS, 0.9, 1.0]),
    ),
    max_size=3,
)


def test_the_order_is_that_of_the_catalogs_evidence() -> None:
    assert [DECIDED, DECLARED, *ORDER] == list(Evidence.values)


def test_nothing_said_is_no_class() -> None:
    assert judge(None, None) == NOTHING == judge(None, ("", ""), [])


def test_stronger_evidence_wins() -> None:
    everything = [NAMED, SEEN, INHERITED]
    assert judge(DECISION, ("pii", "declared in dbt meta"), everything)[::2] == ("address", "decided")
    assert judge(None, ("pii", "declared in dbt meta"), everything) == ("pii", "declared in dbt meta", "declared")
    assert judge(None, None, everything)[::2] == ("name", "inherited")
    assert judge(None, None, [NAMED, SEEN])[::2] == ("phone", "values")
    assert judge(None, None, [NAMED]) == ("email", "named like an e-mail address", "name")


def test_a_person_may_decide_that_nothing_is_personal() -> None:
    decided = judge({"class": "", "reason": "names of products", "by": "Stew"}, ("name", "declared"), [NAMED])
    assert decided == ("", "decided by Stew: names of products", "decided")


def test_a_decision_without_a_reason_still_says_why() -> None:
    assert judge({"class": "email", "reason": "", "by": ""}, None).reason == "decided"


def test_an_unsure_finding_sets_no_class() -> None:
    assert judge(None, None, [NAMED._replace(confidence=SETS_CLASS - 0.01)]) == NOTHING


def test_values_that_do_not_fit_silence_the_name() -> None:
    assert judge(None, None, [NAMED, Finding("values", "email", "0 of 50 values look like it", 0.0)]) == NOTHING


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(findings)
def test_what_is_judged_is_always_explained_by_one_of_the_findings(found: list[Finding]) -> None:
    judged = judge(None, None, found)
    assert judged == NOTHING or any((f.pii, f.reason, f.evidence) == judged for f in found)
    assert judged == judge(None, None, list(reversed(found)))


@given(findings)
def test_no_finding_moves_a_decision(found: list[Finding]) -> None:
    assert judge(DECISION, None, found) == judge(DECISION, None, [])
