package demo

import (
	"regexp"
	"testing"
)

// checkKeys holds every object's name against the three layouts of AWS.
func checkKeys(t *testing.T, w *written) {
	const account, region, date = `(\d{12})`, `([a-z]+-[a-z]+-\d)`, `(\d{4})/(\d\d)/(\d\d)`
	layouts := map[string]*regexp.Regexp{
		cloudtrail: regexp.MustCompile(`^AWSLogs/` + account + `/CloudTrail/` + region + `/` + date +
			`/(\d{12})_CloudTrail_([a-z0-9-]+)_(\d{4})(\d\d)(\d\d)T\d{4}Z_[A-Za-z0-9]{16}\.json\.gz$`),
		vpcflow: regexp.MustCompile(`^AWSLogs/` + account + `/vpcflowlogs/` + region + `/` + date +
			`/(\d{12})_vpcflowlogs_([a-z0-9-]+)_fl-[0-9a-f]{17}_(\d{4})(\d\d)(\d\d)T\d{4}Z_[0-9a-f]{8}\.log\.gz$`),
		elblogs: regexp.MustCompile(`^AWSLogs/` + account + `/elasticloadbalancing/` + region + `/` + date +
			`/(\d{12})_elasticloadbalancing_([a-z]+-[a-z]+-\d)_(?:app\.[a-z-]+\.[0-9a-f]{16}|partner-portal)_(\d{4})(\d\d)(\d\d)T\d{4}Z_[0-9.]+_[A-Za-z0-9]{8}\.log(?:\.gz)?$`),
	}
	seen := map[string]int{}
	for key := range w.objects {
		for kind, layout := range layouts {
			m := layout.FindStringSubmatch(key)
			if m == nil {
				continue
			}
			seen[kind]++
			for i := 1; i <= 5; i++ { // account, region and date say the same twice
				if m[i] != m[i+5] {
					t.Errorf("%s contradicts itself: %q and %q", key, m[i], m[i+5])
				}
			}
		}
	}
	if sum := seen[cloudtrail] + seen[vpcflow] + seen[elblogs]; sum != len(w.objects) || len(seen) != 3 {
		t.Errorf("of %d objects %d have a known layout: %v", len(w.objects), sum, seen)
	}
}
