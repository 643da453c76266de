package s3access

import (
	"time"

	"github.com/vedette-siem/vedette/ingest/ecs"
)

// lineTime is how lines have the time, in brackets: `06/Feb/2019:00:00:38 +0000`.
const lineTime = "02/Jan/2006:15:04:05 -0700"

// requestTime reads the time of a line or of a JSON record, in milliseconds since 1970 UTC.
func requestTime(v []byte) (ms int64, ok bool) {
	if len(v) != len(lineTime) || v[2] != '/' {
		return ecs.ParseTime(v)
	}
	month := monthOf(v[3:6])
	if month == "" || string(v[20:]) != " +0000" {
		t, err := time.Parse(lineTime, string(v))
		return t.UnixMilli(), err == nil
	}
	iso := [20]byte{v[7], v[8], v[9], v[10], '-', month[0], month[1], '-', v[0], v[1], 'T', v[12], v[13], ':', v[15], v[16], ':', v[18], v[19], 'Z'}
	if v[6] != '/' || v[11] != ':' || v[14] != ':' || v[17] != ':' {
		return 0, false
	}
	return ecs.ParseTime(iso[:])
}

func monthOf(v []byte) string {
	switch string(v) {
	case "Jan":
		return "01"
	case "Feb":
		return "02"
	case "Mar":
		return "03"
	case "Apr":
		return "04"
	case "May":
		return "05"
	case "Jun":
		return "06"
	case "Jul":
		return "07"
	case "Aug":
		return "08"
	case "Sep":
		return "09"
	case "Oct":
		return "10"
	case "Nov":
		return "11"
	case "Dec":
		return "12"
	}
	return ""
}
