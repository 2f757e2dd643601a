from pathlib import Path

from strategies import a_bundle, an_invalid_bundle

from taskclf.model_registry import Problem
from taskclf.model_registry.check import CheckedBundle
from taskclf.model_registry.rendering.check import page_of_check
from taskclf.model_registry.rendering.content import Group, Groups, Section
from taskclf.model_registry.selection.report import ExclusionRecord


def problems(*messages: str) -> list[Problem]:
    return [
        Problem(document="metrics.json", pointer="/x", type="t", message=message)
        for message in messages
    ]


def valid(*warnings: str, excluded: tuple[str, ...] = ()) -> CheckedBundle:
    record = ExclusionRecord(
        model_id="logreg",
        path=Path("/models/logreg"),
        reason="constraint: x",
        problems=problems(*excluded),
    )
    return CheckedBundle(
        **dict(a_bundle()), warnings=problems(*warnings), exclusion=record if excluded else None
    )


def broken(*messages: str, warnings: tuple[str, ...] = ()) -> CheckedBundle:
    bundle = dict(an_invalid_bundle()) | {"problems": problems(*messages)}
    return CheckedBundle(**bundle, warnings=problems(*warnings))


def test_valid_bundles_are_told_in_one_line() -> None:
    page = page_of_check({"a": valid()})
    assert (page.outcome, page.tone, page.blocks) == ("1 bundle is valid", "good", ())
    assert page_of_check({"a": valid(), "b": valid()}).outcome == "2 bundles are valid"


def test_every_problem_is_listed_under_its_bundle() -> None:
    page = page_of_check({"in/a": broken("one", "two"), "in/b": valid()})
    assert (page.outcome, page.tone) == ("1 of 2 bundles is invalid", "bad")
    group = Group("in/a", ("metrics.json /x: one", "metrics.json /x: two"))
    assert page.blocks == (Groups((group,)),)


def test_equal_problems_of_many_bundles_are_one_group() -> None:
    bundles = {f"b{number:02}": broken("same") for number in range(25)}
    bundles["z"] = broken("same", "other")
    page = page_of_check(bundles)
    assert page.outcome == "26 of 26 bundles are invalid"
    [groups] = page.blocks
    assert isinstance(groups, Groups)
    same, other = groups.groups
    assert same.title == "26 bundles: metrics.json /x: same"
    assert (same.items, same.hidden) == (tuple(bundles)[:20], 6)
    assert other == Group("metrics.json /x: other", ("z",))


def test_the_rarest_of_very_many_problems_are_counted() -> None:
    bundles = {f"b{number:03}": broken("same", f"only {number:03}") for number in range(150)}
    [groups] = page_of_check(bundles).blocks
    assert isinstance(groups, Groups)
    assert len(groups.groups) == 101
    assert groups.groups[0].title == "150 bundles: metrics.json /x: same"
    assert groups.groups[-1] == Group("51 further reasons, given 51 times", ())


def test_warnings_follow_the_problems_and_are_counted() -> None:
    page = page_of_check({"in/a": valid("one", "two"), "in/b": broken("x", warnings=("three",))})
    assert page.outcome == "1 of 2 bundles is invalid, 3 warnings"
    assert page.blocks == (Groups((Group("in/b", ("metrics.json /x: x",)),)),)
    warnings = Groups(
        (
            Group("in/a", ("metrics.json /x: one", "metrics.json /x: two")),
            Group("in/b", ("metrics.json /x: three",)),
        )
    )
    assert page.sections == (Section("Warnings", (warnings,)),)


def test_warnings_alone_leave_the_outcome_in_doubt() -> None:
    page = page_of_check({"in/a": valid("one")})
    assert (page.outcome, page.tone) == ("1 bundle is valid, 1 warning", "unsure")


def test_a_bundle_that_a_consumer_would_exclude_is_told_with_the_reasons() -> None:
    page = page_of_check({"in/a": valid(excluded=("one",)), "in/b": valid()}, consumer=True)
    assert (page.outcome, page.tone) == ("1 of 2 bundles is excluded by the consumer", "bad")
    group = Group("in/a", ("metrics.json /x: one",))
    assert page.sections == (Section("Excluded by the consumer", (Groups((group,)),)),)


def test_bundles_that_a_consumer_would_take_are_told_to_be_eligible() -> None:
    assert page_of_check({"a": valid()}, consumer=True).outcome == "1 bundle is valid and eligible"
    assert page_of_check({"a": valid(), "b": broken("x")}, consumer=True).outcome == (
        "1 of 2 bundles is invalid"
    )
