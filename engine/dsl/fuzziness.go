package dsl

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// edits is the number of edits that a fuzziness allows for a word: `0`, `1`, `2`, `AUTO` (also empty) or `AUTO:low,high`, which allow none below low
// letters and two from high on. https://www.elastic.co/guide/en/elasticsearch/reference/8.19/common-options.html#fuzziness
func edits(fuzziness, word string) (int, error) {
	upper := strings.ToUpper(fuzziness)
	low, high := 3, 6
	switch {
	case upper == "" || upper == "AUTO":
	case strings.HasPrefix(upper, "AUTO:"):
		var err error
		if low, high, err = autoBounds(fuzziness); err != nil {
			return 0, err
		}
	default:
		return fixedEdits(fuzziness)
	}
	switch n := utf8.RuneCountInString(word); {
	case n < low:
		return 0, nil
	case n < high:
		return 1, nil
	}
	return 2, nil
}

func autoBounds(fuzziness string) (low, high int, err error) {
	lowText, highText, ok := strings.Cut(fuzziness[len("AUTO:"):], ",")
	low, errLow := strconv.Atoi(strings.TrimSpace(lowText))
	high, errHigh := strconv.Atoi(strings.TrimSpace(highText))
	if !ok || errLow != nil || errHigh != nil {
		return 0, 0, eserr.BadRequest(parseException, "failed to find low and high distance values")
	}
	if low < 0 || high < low {
		return 0, 0, eserr.Illegal("fuzziness wrongly configured, must be: lowDistance > 0, highDistance > 0 and lowDistance <= highDistance ")
	}
	return low, high, nil
}

func fixedEdits(fuzziness string) (int, error) {
	f, err := strconv.ParseFloat(fuzziness, 32)
	switch {
	case err != nil:
		return 0, eserr.Illegal("fuzziness cannot be [%s].", fuzziness)
	case f == math.Trunc(f) && (f < 0 || f > 2) && !strings.Contains(fuzziness, "."):
		return 0, eserr.Illegal("Valid edit distances are [0, 1, 2] but was [%d]", int64(f))
	case f != 0 && f != 1 && f != 2:
		return 0, eserr.Illegal("fuzziness needs to be one of 0.0, 1.0 or 2.0 but was %s", strconv.FormatFloat(f, 'f', -1, 32))
	}
	return int(f), nil
}

// fuzzinessInto reads a fuzziness; it is never empty after that.
func (p *parser) fuzzinessInto(s *string) func() error {
	return p.checked(s, func(text string) error {
		if text == "" {
			return eserr.Illegal("fuzziness cannot be null or empty.")
		}
		_, err := edits(text, "")
		return err
	})
}
