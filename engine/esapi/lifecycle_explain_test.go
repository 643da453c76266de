package esapi

import (
	"testing"
	"time"
)

func TestTimesForPeople(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0ms", 999 * time.Millisecond: "999ms", 1559 * time.Millisecond: "1.55s", 90 * time.Minute: "1.5h", 49 * time.Hour: "2.04d", -time.Second: "0ms"} {
		if got := shortDuration(d); got != want {
			t.Errorf("%v is %s, want %s", d, got, want)
		}
	}
}
