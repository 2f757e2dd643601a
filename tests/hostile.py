"""Names and labels that try to act where they are shown."""

from pathlib import Path

from strategies import a_bundle, a_report

from taskclf.model_registry import (
    ExclusionRecord,
    ModelBundle,
    Problem,
    SelectionReport,
)

HOSTILE = [
    "\x1b[31mred\x1b]0;title\x07",
    "\x9b31mred",
    "\u202egnp.exe\u2066",
    "line\nbreak\r\n\n# heading",
    "<script>document.title = 'owned'</script>",
    "<img src=x onerror=\"document.title = 'owned'\">",
    "\" onmouseover=\"document.title = 'owned'",
    "</style></table></body>",
    "<!-- comment",
    "&lt;b&gt; &#65; &amp;",
    "{{ 7 * 7 }} {% raw %}",
    "a|b\\|c\\",
    "`code` ``more``",
    "**bold** _slanted_ ~~struck~~ $x$",
    "[link](https://example.com) ![image](x.png) [1]: x",
    "https://example.com www.example.com mailto:a@example.com @person",
    "# heading",
    "- item",
    "1. item",
    "    indented",
    "---",
    "[bold red]markup[/] :smile:",
    "::error::command",
    " ::add-mask::x",
    "##[error]x",
    "x ##vso[task.setvariable variable=x]y",
    "##TeamCity[message text='x']",
    "//example.com #1 GH-1 owner/repo#2 !3 %4 &5 ~bug $6",
    "__init__ a_b _c_ d__e f_",
]


def hostile_bundle(model_id: str) -> ModelBundle:
    """Return a valid bundle in which every text is hostile."""
    texts = dict.fromkeys(("schema_hash", "schema_version", "git_commit", "dataset_hash"), model_id)
    return a_bundle(
        model_id,
        **texts,
        label_set=HOSTILE,
        label_names=HOSTILE,
        confusion_matrix=[
            [row * column for row in range(len(HOSTILE))] for column in range(len(HOSTILE))
        ],
        params={model_id: model_id},
    )


def hostile_invalid_bundle(model_id: str) -> ModelBundle:
    """Return an invalid bundle with a hostile name and problem."""
    return ModelBundle(
        model_id=model_id,
        path=Path("/models") / model_id,
        valid=False,
        invalid_reason=f"metrics.json validation error: {model_id}",
        problems=[
            Problem(document="metrics.json", pointer=f"/{model_id}", type="x", message=model_id)
        ],
    )


def hostile_report() -> SelectionReport:
    """Return a report that ranks one half of the names and excludes the other."""
    ranked = [hostile_bundle(name) for name in sorted(HOSTILE[::2])]
    excluded = sorted(HOSTILE[1::2])
    return a_report(
        *ranked,
        excluded=[
            ExclusionRecord(model_id=name, path=Path("/models") / name, reason=f"invalid: {name}")
            for name in excluded
        ],
        required_schema_hash=HOSTILE[0],
        required_label_set=sorted(HOSTILE),
    )
