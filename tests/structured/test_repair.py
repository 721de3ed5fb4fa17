"""What the model is told whose output is missing or does not fit."""

import copy
import pickle

import pytest

from greenroom.structured import ShapeError, repair_prompt


@pytest.mark.parametrize(
    ("problem", "tool", "prompt"),
    [
        (
            None,
            "StructuredOutput",
            (
                "Your last answer came without the structured output that is required. Call the "
                "tool StructuredOutput once, with the whole output and not only a correction."
            ),
        ),
        (
            ShapeError("$.a[0]", "Expected `int`, got `str`"),
            "StructuredOutput",
            (
                "Your last structured output does not fit its schema, at $.a[0]: Expected "
                "`int`, "
                "got `str`. Call the tool StructuredOutput once, with the whole output and not "
                "only a correction."
            ),
        ),
        (
            ShapeError("$", "Too short."),
            None,
            (
                "Your last structured output does not fit its schema, at $: Too short. Give it "
                "again as structured output, with the whole output and not only a correction."
            ),
        ),
    ],
)
def test_the_prompt_says_what_is_wrong_and_what_to_do(problem, tool, prompt):
    assert repair_prompt(problem, tool=tool) == prompt


def test_the_prompt_stays_short_and_on_one_line():
    prompt = repair_prompt(ShapeError("$." + "x" * 10_000, "bad\n" * 10_000))
    assert len(prompt) < 700
    assert "\n" not in prompt


def test_an_error_can_be_copied_and_sent():
    error = ShapeError("$.a", "bad")
    for same in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert (same.path, same.problem, str(same)) == ("$.a", "bad", "at $.a: bad")
    assert isinstance(error, ValueError)
