from pathlib import Path

import grimp

from classifiers.model_cache import SHAPING

ROOT = Path(__file__).parents[2]


def learnt_from():
    """The modules that train.py reaches, without going on through model.py, which also reads facts off a mail."""
    graph = grimp.build_graph("classifiers", cache_dir=None)
    reached, waiting = set(), ["classifiers.train"]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            if name != "classifiers.model":
                waiting.extend(graph.find_modules_directly_imported_by(name))
    return {name.removeprefix("classifiers.") for name in reached} - {"model", "classifiers"}


def test_the_key_of_a_model_covers_every_module_that_learning_reaches():
    assert learnt_from() == SHAPING
