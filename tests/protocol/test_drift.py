from greenroom_protocol import Drift


def test_an_empty_drift_reports_nothing():
    assert not Drift()
    assert Drift().report() == ""


def test_the_report_names_what_is_new_the_most_frequent_first(decoder):
    lines = [
        b'{"type":"hologram"}',
        b'{"type":"system","subtype":"weather"}',
        b'{"type":"hologram"}',
        b'{"type":"result","subtype":"success","is_error":false,"num_turns":"2"}',
        b"noise",
    ]

    decoder.decode_block(b"\n".join(lines))

    assert decoder.drift.report().splitlines() == [
        "unknown        2  hologram",
        "unknown        1  system/weather",
        "salvaged       1  result.num_turns",
        "garbage        1",
    ]


def test_sound_frames_leave_no_drift(decoder):
    decoder.decode_block(b'{"type":"keep_alive"}\n{"type":"keep_alive"}')

    assert not decoder.drift


def test_counts_can_be_merged():
    one, two = Drift(), Drift()
    one.count_unknown("a")
    two.count_unknown("a")
    two.count_salvaged("b.c")
    two.count_garbage()

    one.merge(two)

    assert (one.unknown, one.salvaged, one.garbage) == ({"a": 2}, {"b.c": 1}, 1)
    assert repr(one) == "<Drift unknown=2 salvaged=1 garbage=1>"


def test_invented_names_do_not_fill_the_memory(decoder):
    for number in range(3000):
        decoder.decode(b'{"type":"%s%d"}' % (b"x" * 200, number))
        decoder.decode(b'{"type":"y%d"}' % number)

    assert decoder.drift.unknown.total() == 6000
    assert len(decoder.drift.unknown) == 1001
    assert max(map(len, decoder.drift.unknown)) <= 120


def test_what_a_hopeless_frame_lost_on_the_way_is_not_counted(decoder):
    decoder.decode(b'{"type":"result","num_turns":"2","subtype":"success"}')

    assert decoder.drift.unknown == {"result/success": 1}
    assert not decoder.drift.salvaged
