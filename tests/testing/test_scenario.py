"""Scenarios as data: files in, values out, and the same values back."""

import json
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.testing import scenario as s
from greenroom.testing.scenario import Scenario, ScenarioError, Turn

STEPS = get_args(s.Step)


def test_an_empty_scenario_echoes_the_prompt():
    assert Scenario().turn("hi", 0).steps == (s.Text("You said: $prompt"),)


def test_a_json_file_loads(tmp_path):
    path = tmp_path / "scenario.json"
    path.write_text('{"turns": [[{"do": "text", "text": "Hello"}, {"do": "exit", "code": 3}]]}')
    assert Scenario.load(path) == Scenario(turns=[[s.Text("Hello"), s.Exit(3)]])


def test_a_toml_file_loads(tmp_path):
    path = tmp_path / "scenario.toml"
    path.write_text(
        """
        on_eof = "ignore"
        [requests.initialize]
        ignore = true
        [[turns]]
        when = "weather"
        steps = [{do = "text", text = "Rain"}, {do = "wait", seconds = 1.5}]
        """
    )
    assert Scenario.load(str(path)) == Scenario(
        on_eof="ignore",
        requests={"initialize": s.Reply(ignore=True)},
        turns=[Turn([s.Text("Rain"), s.Wait(1.5)], when="weather")],
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"turns": [[{"do": "dance"}]]}', "dance"),
        ('{"turns": [[{"do": "wait", "minutes": 1}]]}', "minutes"),
        ('{"on_eof": "explode"}', "on_eof"),
        ("{", "truncated"),
    ],
)
def test_a_wrong_file_is_told_with_its_name_and_place(tmp_path, text, place):
    path = tmp_path / "wrong.json"
    path.write_text(text)
    with pytest.raises(ScenarioError, match=place) as caught:
        Scenario.load(path)
    assert "wrong.json" in str(caught.value)


def test_a_wrong_toml_file_is_told_too(tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text("turns = [[")
    with pytest.raises(ScenarioError, match=r"wrong\.toml"):
        Scenario.load(path)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_every_step_is_named_by_its_class_and_documented(step):
    words = step.__name__[0] + "".join(f"_{c}" if c.isupper() else c for c in step.__name__[1:])
    assert step.__struct_config__.tag == words.lower()
    assert step.__doc__


def test_raw_bytes_travel_as_base64():
    scenario = Scenario(turns=[[s.Raw(data=b"\xff\x00")]])
    assert b"/wA=" in scenario.dump()
    assert msgspec.json.decode(scenario.dump(), type=Scenario) == scenario


TEXTS = st.text(max_size=8)
OBJECTS = st.dictionaries(TEXTS, st.integers() | TEXTS, max_size=2)
LEAVES = st.one_of(
    st.builds(s.Text, TEXTS),
    st.builds(s.Deltas, st.lists(TEXTS, max_size=3), st.floats(0, 1)),
    st.builds(s.ToolUse, TEXTS, OBJECTS, st.none() | TEXTS),
    st.builds(s.Result, text=st.none() | TEXTS, fields=OBJECTS),
    st.builds(s.Frame, OBJECTS, st.integers(1, 5)),
    st.builds(s.Raw, TEXTS, st.binary(max_size=8)),
    st.builds(s.Wait, st.none() | st.floats(0, 1)),
    st.builds(s.Exit, st.integers(0, 255)),
    st.builds(s.Grandchild, setsid=st.booleans(), double_fork=st.booleans()),
)
ANY_STEPS = st.lists(
    st.recursive(
        LEAVES,
        lambda inner: st.builds(s.Repeat, st.integers(0, 3), st.lists(inner, max_size=2)),
        max_leaves=4,
    ),
    max_size=4,
)


@given(
    turns=st.lists(ANY_STEPS | st.builds(Turn, ANY_STEPS, when=st.none() | TEXTS), max_size=3),
    on_start=ANY_STEPS,
    on_eof=st.sampled_from(["finish", "ignore"]) | ANY_STEPS,
)
def test_any_scenario_survives_a_file(turns, on_start, on_eof):
    scenario = Scenario(turns=turns, on_start=on_start, on_eof=on_eof)
    assert msgspec.json.decode(scenario.dump(), type=Scenario).dump() == scenario.dump()
    assert json.loads(scenario.dump()).keys() <= {"turns", "on_start", "on_eof"}


def test_turns_are_played_in_order_and_the_last_again():
    scenario = Scenario(turns=[[s.Text("one")], [s.Text("two")]])
    played = [scenario.turn("", number).steps[0].text for number in range(4)]
    assert played == ["one", "two", "two", "two"]


def test_without_repeat_used_up_turns_echo():
    scenario = Scenario(turns=[[s.Text("one")]], repeat_last=False)
    assert scenario.turn("", 1) == Turn()


def test_a_turn_can_be_chosen_by_the_prompt():
    scenario = Scenario(turns=[Turn([s.Text("rain")], when="weather"), [s.Text("one")]])
    assert scenario.turn("the weather?", 5).steps == [s.Text("rain")]
    assert scenario.turn("else", 0).steps == [s.Text("one")]
