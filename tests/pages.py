"""A page with one block of each kind."""

from taskclf.model_registry.rendering.content import (
    Column,
    Facts,
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
    good=True,
    blocks=(Note("A note."), Facts((("Name", "value"),))),
    sections=(
        Section(
            "Tables",
            (
                Table((Column("Model", "name"), Column("F1", "number")), (("a|b", "0.5"),)),
                Matrix("a_b", ("x", "y"), ((1, 2), (0, 4000))),
            ),
        ),
        Section(
            "Groups",
            (
                Groups((Group("reason", ("a", "b"), hidden=3), Group("nobody", ()))),
                Groups((Group("reason", ("a", "b"), hidden=3),), in_a_row=True),
            ),
        ),
    ),
)
