package dates

import (
	"strings"
	"time"
)

// named are Elasticsearch's formats as patterns, in their strict form. Beside Java's letters they have three of ours: `f` is a fraction of 1 to 9 digits, and
// `j` an offset in any of the usual spellings, written as `Z` or `+02:00`, and `i` the day of a week that begins on Monday.
var named = map[string]string{
	"basic_date":                        "yyyyMMdd",
	"basic_date_time":                   "yyyyMMdd'T'HHmmss.fj",
	"basic_date_time_no_millis":         "yyyyMMdd'T'HHmmssj",
	"basic_ordinal_date":                "yyyyDDD",
	"basic_ordinal_date_time":           "yyyyDDD'T'HHmmss.fj",
	"basic_ordinal_date_time_no_millis": "yyyyDDD'T'HHmmssj",
	"basic_time":                        "HHmmss.fj",
	"basic_time_no_millis":              "HHmmssj",
	"basic_t_time":                      "'T'HHmmss.fj",
	"basic_t_time_no_millis":            "'T'HHmmssj",
	"basic_week_date":                   "YYYY'W'wwi",
	"basic_week_date_time":              "YYYY'W'wwi'T'HHmmss.fj",
	"basic_week_date_time_no_millis":    "YYYY'W'wwi'T'HHmmssj",
	"date":                              "yyyy-MM-dd",
	"date_hour":                         "yyyy-MM-dd'T'HH",
	"date_hour_minute":                  "yyyy-MM-dd'T'HH:mm",
	"date_hour_minute_second":           "yyyy-MM-dd'T'HH:mm:ss",
	"date_hour_minute_second_fraction":  "yyyy-MM-dd'T'HH:mm:ss.f",
	"date_hour_minute_second_millis":    "yyyy-MM-dd'T'HH:mm:ss.f",
	"date_time":                         "yyyy-MM-dd'T'HH:mm:ss.fj",
	"date_time_no_millis":               "yyyy-MM-dd'T'HH:mm:ssj",
	"hour":                              "HH",
	"hour_minute":                       "HH:mm",
	"hour_minute_second":                "HH:mm:ss",
	"hour_minute_second_fraction":       "HH:mm:ss.f",
	"hour_minute_second_millis":         "HH:mm:ss.f",
	"ordinal_date":                      "yyyy-DDD",
	"ordinal_date_time":                 "yyyy-DDD'T'HH:mm:ss.fj",
	"ordinal_date_time_no_millis":       "yyyy-DDD'T'HH:mm:ssj",
	"time":                              "HH:mm:ss.fj",
	"time_no_millis":                    "HH:mm:ssj",
	"t_time":                            "'T'HH:mm:ss.fj",
	"t_time_no_millis":                  "'T'HH:mm:ssj",
	"week_date":                         "YYYY-'W'ww-i",
	"week_date_time":                    "YYYY-'W'ww-i'T'HH:mm:ss.fj",
	"week_date_time_no_millis":          "YYYY-'W'ww-i'T'HH:mm:ssj",
	"week_year":                         "YYYY",
	"weekyear":                          "YYYY",
	"weekyear_week":                     "YYYY-'W'ww",
	"weekyear_week_day":                 "YYYY-'W'ww-i",
	"year":                              "yyyy",
	"year_month":                        "yyyy-MM",
	"year_month_day":                    "yyyy-MM-dd",
}

// parsePart reads one format of a list.
func parsePart(name string) (part, error) {
	switch name {
	case "":
		return nil, patternErrorf("No date pattern provided")
	case "strict_date_optional_time_nanos":
		return iso{strict: true, nanos: true}, nil
	case "strict_date_optional_time", "iso8601":
		return iso{strict: true}, nil
	case "date_optional_time", "rfc3339_lenient":
		return iso{}, nil
	case "epoch_millis":
		return epoch(time.Millisecond), nil
	case "epoch_second":
		return epoch(time.Second), nil
	}
	base, strict := strings.CutPrefix(name, "strict_")
	if text, ok := named[base]; ok {
		p, err := compilePattern(text, true)
		p.lenient = !strict && !strings.HasPrefix(base, "basic_")
		return p, err
	}
	return compilePattern(name, false)
}
