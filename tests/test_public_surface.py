import inspect

import taskclf.model_registry as package


def test_the_front_door_lists_its_names_in_order_and_holds_nothing_else() -> None:
    public = {
        name
        for name, value in vars(package).items()
        if not name.startswith("_") and not inspect.ismodule(value)
    }
    assert package.__all__ == sorted(public)


def test_every_public_name_is_documented() -> None:
    for name in package.__all__:
        assert inspect.getdoc(getattr(package, name)), name
