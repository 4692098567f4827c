import pytest

from catalog.facts import BuildFact, CheckStatus, FreshnessFact, ResultFact

from .factories import data_test, freshness, manifest, messages, node, of, read, run_results

A, T, S = "model.shop.a", "test.shop.t", "source.shop.raw.s"
PROJECT = manifest({A: node(A), T: data_test(A)}, sources={S: node(S)})
DONE = {"name": "execute", "completed_at": "2026-01-02T03:04:05.678Z"}
GENERATED = "2026-01-02T03:04:05.000006+00:00"


def results(**fields):
    return read(PROJECT, run_results({"unique_id": T, "status": "pass", "timing": [DONE], **fields}))


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("pass", CheckStatus.PASS),
        ("fail", CheckStatus.FAIL),
        ("warn", CheckStatus.WARN),
        ("error", CheckStatus.ERROR),
        ("runtime error", CheckStatus.ERROR),
        ("skipped", CheckStatus.SKIPPED),
    ],
)
def test_outcomes_of_tests(word, status):
    [result] = of(ResultFact, results(status=word))
    assert result.status == status


def test_a_result_tells_when_how_long_and_how_many():
    assert of(ResultFact, results(failures=3, execution_time=0.5, message=" Got 3 results ")) == [
        ResultFact(
            check=T,
            status=CheckStatus.PASS,
            at="2026-01-02T03:04:05.678000+00:00",
            failures=3,
            message="Got 3 results",
            seconds=0.5,
        )
    ]


def test_a_skipped_test_happened_when_the_file_was_written():
    [result] = of(ResultFact, results(status="skipped", timing=[], failures=None))
    assert (result.at, result.failures) == (GENERATED, None)


def test_a_test_that_was_only_compiled_did_not_pass():
    facts = results(status="success")
    assert (of(ResultFact, facts), messages(facts)) == ([], [])


def test_an_unknown_status_is_told():
    facts = results(status="frobnicated")
    assert of(ResultFact, facts) == []
    assert "has no status that is known, or no time" in messages(facts)[0]


@pytest.mark.parametrize("which", ["compile", "generate", "list", "show"])
def test_commands_that_run_nothing_tell_nothing(which):
    facts = read(PROJECT, run_results({"unique_id": T, "status": "pass"}, which=which))
    assert of(ResultFact, facts) == []
    assert messages(facts) == [f"args.which: results of dbt {which} tell nothing of the data; left out"]


def test_a_run_on_empty_tables_tells_nothing():
    assert of(ResultFact, read(PROJECT, run_results({"unique_id": T, "status": "pass"}, empty=True))) == []


def test_a_build_is_told_of_its_model():
    built = {"unique_id": A, "status": "success", "timing": [DONE], "execution_time": 2, "message": "OK"}
    [fact] = of(BuildFact, read(PROJECT, run_results(built, which="run")))
    assert (fact.asset, fact.status, fact.seconds, fact.message) == (A, CheckStatus.PASS, 2.0, "OK")


def test_results_of_several_commands_are_all_read():
    runs = [run_results({"unique_id": key, "status": status}) for key, status in ((A, "success"), (T, "pass"))]
    facts = read(PROJECT, *runs)
    assert (len(of(BuildFact, facts)), len(of(ResultFact, facts))) == (1, 1)


def test_results_of_strangers_are_counted_once():
    strangers = [{"unique_id": f"model.shop.x{i}", "status": "success"} for i in range(9)]
    hook = {"unique_id": "operation.shop.hook-0", "status": "success"}
    [message] = messages(read(PROJECT, run_results(*strangers, hook)))
    assert "(9 places" in message


CRITERIA = {"warn_after": {"count": 12, "period": "hour"}, "error_after": {"count": 2, "period": "day"}, "filter": None}
LOOKED = {"unique_id": S, "max_loaded_at": "2026-01-01T00:00:00Z", "snapshotted_at": "2026-01-03T00:00:00Z"}


@pytest.mark.parametrize(
    ("word", "status"), [("pass", CheckStatus.PASS), ("warn", CheckStatus.WARN), ("error", CheckStatus.FAIL)]
)
def test_freshness_is_judged_by_dbt(word, status):
    assert of(FreshnessFact, read(PROJECT, freshness({**LOOKED, "status": word, "criteria": CRITERIA}))) == [
        FreshnessFact(
            asset=S,
            status=status,
            at="2026-01-03T00:00:00+00:00",
            loaded_at="2026-01-01T00:00:00+00:00",
            warn_after_s=43_200,
            error_after_s=172_800,
        )
    ]


@pytest.mark.parametrize("word", ["error", "runtime error"])
def test_a_question_that_failed_is_an_error_without_an_age(word):
    [fact] = of(FreshnessFact, read(PROJECT, freshness({"unique_id": S, "status": word, "error": "no such table"})))
    assert (fact.status, fact.loaded_at, fact.message, fact.at) == (CheckStatus.ERROR, "", "no such table", GENERATED)


def test_missing_limits_are_none():
    looked = {
        **LOOKED,
        "status": "pass",
        "criteria": {"warn_after": {"count": None, "period": None}, "error_after": None},
    }
    [fact] = of(FreshnessFact, read(PROJECT, freshness(looked)))
    assert (fact.warn_after_s, fact.error_after_s) == (None, None)
