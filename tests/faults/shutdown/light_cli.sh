#!/bin/sh
# greenroom.testing.simulator - the wire in a shell, which starts in a millisecond: for crowds.
# A prompt with "wait" in it is answered when it is interrupted, one with "deaf" never;
# "orphans" makes a thousand of them, others are echoed at once. The end of stdin or SIGTERM ends it.
if [ "$1" = -v ]; then
    echo "2.1.329 (Claude Code)"
    exit
fi

session='"session_id":"7771a330-90b3-4241-a633-7299439b7839"'
turn=

field() { # the value of a text field of $line, in $value
    value=${line#*"\"$1\":\""}
    value=${value%%\"*}
}

result() { # subtype, is_error, why, text
    printf '{"type":"result","subtype":"%s","is_error":%s,"terminal_reason":"%s","result":"%s",' "$@"
    printf '"num_turns":1,"duration_ms":1,"duration_api_ms":1,"stop_reason":"end_turn",'
    printf '"total_cost_usd":0.001,"usage":{"input_tokens":1,"output_tokens":1},"modelUsage":{},'
    printf '"permission_denials":[],%s,"user_message_uuids":["%s"]}\n' "$session" "$turn"
    turn=
}

while read -r line; do
    case $line in
    *'"type":"control_request"'*)
        field request_id
        printf '{"type":"control_response","response":{"subtype":"success","request_id":"%s","response":{}}}\n' "$value"
        case $line in
        *'"subtype":"interrupt"'*)
            if [ -n "$turn" ] && [ "$deaf" = no ]; then
                result error_during_execution true aborted_streaming ""
            fi
            ;;
        esac
        ;;
    *'"type":"user"'*)
        field uuid
        turn=$value
        field content
        deaf=no
        printf '{"type":"system","subtype":"init","model":"m","tools":[],"mcp_servers":[],%s,"user_message_uuids":["%s"]}\n' "$session" "$turn"
        printf '{"type":"assistant","message":{"id":"m-%s","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"begun"}],"usage":{"input_tokens":1,"output_tokens":1}},"parent_tool_use_id":null,%s}\n' "$turn" "$session"
        case $value in
        *orphans*)
            count=0
            while [ $count -lt 1000 ]; do
                (: &) # nobody waits for it
                count=$((count + 1))
            done
            result success false completed "$value"
            ;;
        *deaf*) deaf=yes ;;
        *wait*) ;;
        *) result success false completed "$value" ;;
        esac
        ;;
    esac
done
