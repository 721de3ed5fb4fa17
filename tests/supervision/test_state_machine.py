"""Random plays on the product and on the model, side by side.

The product runs under a manual dispatcher. Nothing is handled before a rule lets it run, so that
several deaths and requests meet. Then the logs, all answers, who lives, and why the supervisor
ended must be the same on both sides.

What comes in one go is about the children of one supervisor: else it had no single order.
Durations are binary fractions that hardly ever add up to
the same moment, and that floats add without error.
"""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from structlog.testing import capture_logs

from greenroom.runtime.stop_flag import StopFlag
from tests.supervision.model_supervisor import ModelSupervisor
from tests.supervision.model_world import NEVER
from tests.supervision.play import ModelPlay, Role
from tests.supervision.real_play import RealPlay

IDS = ["a", "b", "c"]
INNER_IDS = ["x", "y"]
LONG_SECONDS = 300
PAUSES = [(0.0, 0.0, 1.0), (1 + 2**-12, 1 + 2**-12, 1.0), (0.0, 0.125 + 2**-13, 2.0)]


def manners(pace, starts):
    """Return how actors may behave; with another pace they hardly ever act at the same moment."""
    return st.fixed_dictionaries(
        {},
        optional={
            "start": st.sampled_from(starts),
            "delay": st.just(pace * (0.5 + 2**-7)),
            "linger": st.sampled_from([pace * (0.25 + 2**-10), pace * (7 + 2**-9), 40 * pace]),
            "clings": st.sampled_from([pace * (0.75 + 2**-11), NEVER]),
        },
    )


STARTS = ["ok", "error", "error", "ignore"]
MANNERS = manners(1.0, [*STARTS, "stillborn"])
INNER_MANNERS = manners(0.8125, STARTS)
RESTARTS = st.sampled_from(["permanent", "transient", "temporary"])
SHUTDOWNS = st.sampled_from([None, None, 2 + 2**-8, "infinity", "brutal_kill"])
REASONS = st.sampled_from(["crash", "crash", "crash", "normal", "shutdown", "shutdown_with"])
SECONDS = st.sampled_from([0.0, 0.25, 1.0, 5.0, 6.0, 30.0])
MODES = ["never", "any_significant", "all_significant"]
STRATEGIES = ["one_for_one", "one_for_all", "rest_for_one"]
FLAGS = st.fixed_dictionaries(
    {
        "strategy": st.sampled_from(STRATEGIES),
        "intensity": st.sampled_from([0, 1, 2, 3, 6]),
        "auto_shutdown": st.sampled_from(MODES),
        "pauses": st.sampled_from(PAUSES),
    }
)
DYNAMIC_FLAGS = st.fixed_dictionaries(
    {
        "max_children": st.sampled_from([1, 2, 4, NEVER]),
        "intensity": st.sampled_from([0, 1, 3, 6]),
        "pauses": st.sampled_from(PAUSES),
    }
)


@st.composite
def roles(draw, mode, ids):
    """Draw the specs of children with these ids, which may be significant if there is a mode."""
    cast = []
    for id_ in ids:
        restart = draw(RESTARTS)
        fields = {"restart": restart, "shutdown": draw(SHUTDOWNS)}
        if mode != "never" and restart != "permanent":
            fields["significant"] = draw(st.booleans())
        cast.append(Role(id=id_, **fields))
    return tuple(cast)


@st.composite
def trees(draw, mode):
    """Draw the specs of a supervisor's children, one of which may be a supervisor."""
    cast = list(draw(roles(mode, draw(st.lists(st.sampled_from(IDS), unique=True)))))
    if draw(st.integers(0, 2)) == 0:
        restart = draw(RESTARTS)
        inner_mode = "never" if restart == "permanent" else draw(st.sampled_from(MODES))
        flags = {
            "strategy": draw(st.sampled_from(STRATEGIES)),
            "intensity": draw(st.integers(0, 2)),
            "auto_shutdown": inner_mode,
            "pauses": (0.5 + 2**-14, 0.5 + 2**-14, 1.0),
        }
        inner = Role(
            id="s",
            restart=restart,
            significant=mode != "never" and restart != "permanent" and draw(st.booleans()),
            cast=draw(roles(inner_mode, INNER_IDS)),
            flags=tuple(flags.items()),
        )
        cast.insert(draw(st.integers(0, len(cast))), inner)
    return cast


class SideBySide(RuleBasedStateMachine):
    """Both plays, what they were asked, and what one may still add to what comes in one go."""

    def __init__(self):
        super().__init__()
        self.logs = capture_logs()
        self.logs.__enter__()
        self.model, self.real = ModelPlay(), RealPlay()
        self.answers = []
        self.hit = set()
        self.party = None
        self.steps = 0

    def teardown(self):
        try:
            self.advance_both(10)
            self.both("stop")
            self.advance_both(LONG_SECONDS)
            self.nothing_is_left()
            self.advance_both(LONG_SECONDS)
            self.compare()
        finally:
            self.real.close()
            self.logs.__exit__(None, None, None)

    def nothing_is_left(self):
        assert not self.model.up()
        assert not self.answers
        assert self.real.dispatcher.live_actors() == (self.real.witness,)
        assert len(StopFlag.of(self.real.witness).ties) == 0

    # --- both sides ---

    def both(self, what, *args, **kwargs):
        return [getattr(play, what)(*args, **kwargs) for play in (self.model, self.real)]

    def remember(self, what, *args, **kwargs):
        self.answers.append((args, *self.both(what, *args, **kwargs)))

    def run_both(self, *, requests_first=False):
        self.both("run", requests_first=requests_first)
        self.compare()

    def advance_both(self, seconds):
        self.run_both()
        self.both("advance", seconds)
        self.compare()

    def compare(self):
        self.hit.clear()
        self.party = None
        self.steps += 1
        model, real = [self.told(log) for log in self.both("fresh_log")]
        assert real == model
        assert self.told(self.real.reports) == self.told(self.model.reports)
        self.compare_answers()
        assert self.real.reason() == self.model.reason()
        for name, ref in self.real.stage.refs.items():
            assert ref.is_alive() is self.model.stage.lives[name].alive
            assert ref.is_alive() or len(StopFlag.of(ref).ties) == 0

    def compare_answers(self):
        for args, expected, actual in self.answers:
            # That a stop was faster, the product tells when what had begun is undone.
            if actual.value is not None or expected.value != ("dead",):
                assert actual.value == expected.value, args
        self.answers = [one for one in self.answers if one[2].value is None]

    def told(self, log):
        """Return what each supervisor did; who of two goes first at the same moment is free."""
        return [entry for entry in log if id_in(entry) not in INNER_IDS], [
            entry for entry in log if id_in(entry) in INNER_IDS
        ]

    def join(self, party):
        """See to it that what comes in one go is about one supervisor."""
        if self.party not in {None, party}:
            self.run_both()
        self.party = party

    # --- what happens to children ---

    def lives(self):
        """Return those that live and are known; a supervisor is not while it boots."""
        lives = self.model.stage.lives.values()
        return [life for life in lives if life.alive and not is_booting(life)]

    def strike(self, life):
        """Be about to end a life; a supervisor alone, a worker once in one go."""
        if life.name in self.hit or isinstance(life, ModelSupervisor):
            self.run_both()
        self.join(life.name[0] in INNER_IDS)
        self.hit.add(life.name)

    @precondition(lambda self: self.lives())
    @rule(data=st.data(), reason=REASONS)
    def end(self, data, reason):
        workers = [life for life in self.lives() if not isinstance(life, ModelSupervisor)]
        if workers:
            life = data.draw(st.sampled_from(workers))
            self.strike(life)
            if life.alive:
                self.both("end", life.name, reason)

    @precondition(lambda self: self.lives())
    @rule(data=st.data())
    def stop_by_hand(self, data):
        life = data.draw(st.sampled_from(self.lives()))
        self.strike(life)
        if life.alive:
            self.both("stop_by_hand", life.name)
        if isinstance(life, ModelSupervisor):
            self.run_both()

    @rule(id_=st.sampled_from(IDS), manner=MANNERS)
    def behave(self, id_, manner):
        self.run_both()
        self.both("behave", id_, **manner)

    @rule(id_=st.sampled_from(INNER_IDS), manner=INNER_MANNERS)
    def behave_within(self, id_, manner):
        self.behave(id_, manner)

    @precondition(lambda self: self.lives())
    @rule(data=st.data(), start=st.sampled_from(STARTS), requests_first=st.booleans())
    def end_and_not_come_back(self, data, start, requests_first):
        life = data.draw(st.sampled_from(self.lives()))
        if not isinstance(life, ModelSupervisor):
            self.run_both()
            self.both("behave", life.name[0], start=start)
            self.both("end", life.name, "crash")
            self.run_both(requests_first=requests_first)

    # --- what happens to the supervisor ---

    def ask(self, request, *args, of=None):
        self.join(of is not None)
        self.remember("ask", request, *args, of=of)

    @rule(requests_first=st.booleans())
    def run(self, requests_first):
        self.run_both(requests_first=requests_first)

    @rule(seconds=SECONDS)
    def advance(self, seconds):
        self.advance_both(seconds)

    @precondition(lambda self: self.model.up() and self.steps > 10)
    @rule()
    def stop(self):
        self.join(party=False)
        self.both("stop")
        self.run_both()


def id_in(entry):
    whom = entry[1]
    return whom if isinstance(whom, str) else whom[0]


def is_booting(life):
    return isinstance(life, ModelSupervisor) and life.booting


class Supervision(SideBySide):
    """A supervisor with a fixed order of children, one of which may be a supervisor itself."""

    @initialize(data=st.data(), flags=FLAGS)
    def boot_first(self, data, flags):
        self.boot(data, flags)

    @precondition(lambda self: self.model.is_over())
    @rule(data=st.data(), flags=FLAGS)
    def boot_another(self, data, flags):
        self.advance_both(LONG_SECONDS)  # nothing is under way any more
        self.boot(data, flags)

    def boot(self, data, flags):
        self.mode = flags["auto_shutdown"]
        for id_, manner in data.draw(st.dictionaries(st.sampled_from(IDS), MANNERS)).items():
            wanted = data.draw(st.sampled_from(["ok", "ok", "ok", manner.get("start", "ok")]))
            self.both("behave", id_, **{**manner, "start": wanted})
        self.remember("boot", *data.draw(trees(self.mode)), **flags)
        self.compare()

    @precondition(lambda self: self.model.up())
    @rule(data=st.data(), id_=st.sampled_from(IDS))
    def start_child(self, data, id_):
        self.ask("start_child", data.draw(roles(self.mode, [id_]))[0])

    @precondition(lambda self: self.model.up())
    @rule(
        request=st.sampled_from(["terminate_child", "restart_child", "delete_child"]),
        id_=st.sampled_from([*IDS, "s"]),
    )
    def administrate(self, request, id_):
        self.ask(request, id_)

    @precondition(lambda self: self.model.up())
    @rule(request=st.sampled_from(["which_children", "count_children"]))
    def look(self, request):
        self.ask(request)

    @precondition(lambda self: self.model.up())
    @rule(id_=st.sampled_from([*IDS, "s"]))
    def get_childspec(self, id_):
        self.ask("get_childspec", id_)


class DynamicSupervision(SideBySide):
    """A dynamic supervisor; its children end in any order when they are told to at once."""

    def compare_answers(self):
        for args, expected, actual in self.answers:
            # That a stop was faster, the product tells when what had begun is undone.
            if actual.value is not None or expected.value != ("dead",):
                assert actual.value == expected.value, args
        self.answers = [one for one in self.answers if one[2].value is None]

    def told(self, log):
        return sorted(log, key=str)

    @initialize(flags=DYNAMIC_FLAGS)
    def boot_first(self, flags):
        self.remember("boot_dynamic", **flags)

    @precondition(lambda self: self.model.is_over())
    @rule(flags=DYNAMIC_FLAGS)
    def boot_another(self, flags):
        self.advance_both(LONG_SECONDS)
        self.remember("boot_dynamic", **flags)

    @rule(data=st.data(), id_=st.sampled_from(IDS))
    def start_child(self, data, id_):
        self.ask("start_child", data.draw(roles("never", [id_]))[0])

    @precondition(lambda self: self.model.stage.lives)
    @rule(data=st.data())
    def terminate_child(self, data):
        self.ask("terminate_child", data.draw(st.sampled_from([*self.model.stage.lives])))

    @rule(request=st.sampled_from(["which_children", "count_children"]))
    def look(self, request):
        self.ask(request)


MANY = settings(
    max_examples=max(250, settings.default.max_examples),  # a hundred find too little
    stateful_step_count=30,
)

TestSupervision = Supervision.TestCase
TestSupervision.settings = MANY
TestDynamicSupervision = DynamicSupervision.TestCase
TestDynamicSupervision.settings = MANY
