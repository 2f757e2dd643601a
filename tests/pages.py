"""A page with one block of each kind."""

from taskclf.model_registry.rendering.content import (
    Axis,
    Column,
    Estimate,
    Facts,
    Fold,
    Folds,
    Group,
    Groups,
    Matrix,
    Note,
    Page,
    Section,
    Table,
)

PAGE = Page(
    title="A page",
    outcome="Best: a_b",
    tone="good",
    lead=("A sentence.",),
    blocks=(Note("A note."), Facts((("Name", "value"),))),
    sections=(
        Section(
            "Tables",
            (
                Table(
                    (Column("Model", "name"), Column("F1", "number", axis=Axis(0.0, 1.0))),
                    (("a|b", Estimate(0.5, 0.25, 0.75)),),
                    hidden=1000,
                ),
                Matrix("a_b", ("x", "y"), ((1, 2), (0, 4000))),
                Matrix("less", ("x", "y"), ((1, -2), (0, 4000)), wholes=(3, 4000)),
            ),
        ),
        Section(
            "Groups",
            (
                Groups((Group("reason", ("a", "b"), hidden=3), Group("nobody", ()))),
                Groups((Group("reason", ("a", "b"), hidden=3),), in_a_row=True),
            ),
        ),
        Section(
            "Folds",
            (Folds((Fold("1 invalid", "a cause", Groups((Group("reason", ("a",)),)), "bad"),)),),
        ),
        Section("Detail", (Note("Another note."),), detail=True),
    ),
)
