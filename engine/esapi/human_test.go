package esapi

import "testing"

func TestReadableForms(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		if got, err := readable([]byte(in)); err != nil || string(got) != want {
			t.Errorf("%s: %s, want %s (%v)", in, got, want, err)
		}
	}
	f(`{"a":{"size_in_bytes":1536,"time_in_millis":1500},"b":[{"running_time_in_nanos":1456423}]}`,
		`{"a":{"size":"1.5kb","size_in_bytes":1536,"time":"1.5s","time_in_millis":1500},"b":[{"running_time":"1.4ms","running_time_in_nanos":1456423}]}`)
	f(`{"start_time_in_millis":0,"task_max_waiting_in_queue_millis":0,"opened_time_millis":5,"in_bytes":"x","x_in_bytes":"1","y_in_bytes":1.5}`,
		`{"start_time":"1970-01-01T00:00:00.000Z","start_time_in_millis":0,"task_max_waiting_in_queue":"0s","task_max_waiting_in_queue_millis":0,"opened_time_millis":5,"in_bytes":"x","x_in_bytes":"1","y_in_bytes":1.5}`)
	f(`[]`, `[]`)
	for ms, want := range map[int64]string{0: "0s", 1: "1ms", 999: "999ms", 1000: "1s", 3893: "3.8s", 60_000: "1m", 464_734: "7.7m", 3_600_000: "1h", 90_000_000: "1d", -1: "-1"} {
		if got := durationText(ms); got != want {
			t.Errorf("%d ms: %s, want %s", ms, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0b", 1023: "1023b", 1024: "1kb", 333_537: "325.7kb", 1 << 30: "1gb"} {
		if got := bytesText(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
