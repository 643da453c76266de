package ingest

import "time"

// rateSeconds is the window of a rate.
const rateSeconds = 10

// rate counts events by the second over the last rateSeconds. The zero value is ready.
type rate struct {
	counts [rateSeconds]int64
	second [rateSeconds]int64 // which second a count belongs to
	first  int64              // the second of the first event
}

func (r *rate) add(now time.Time, n int64) {
	at := now.Unix()
	if r.first == 0 {
		r.first = at
	}
	slot := at % rateSeconds
	if r.second[slot] != at {
		r.second[slot], r.counts[slot] = at, 0
	}
	r.counts[slot] += n
}

// perSecond is the mean of the window, or of the time since the first event when that is shorter.
func (r *rate) perSecond(now time.Time) float64 {
	at := now.Unix()
	var sum int64
	for i, second := range r.second {
		if second > at-rateSeconds {
			sum += r.counts[i]
		}
	}
	return float64(sum) / float64(min(rateSeconds, max(1, at-r.first+1)))
}
