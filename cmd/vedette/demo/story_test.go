package demo

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// told counts a story's events in the files by its addresses.
type told struct {
	story         Story
	byType, calls map[string]int
	denied        int
	ports         map[string]bool // destinations of rejected flows
	out           int             // bytes that flowed to the addresses
	paths         map[string]bool
	status        map[string]int
}

// tell reads everything once and returns the stories by id.
func tell(t *testing.T, w *written) map[string]*told {
	byID, byAddress := map[string]*told{}, map[string]*told{}
	for _, s := range w.summary.Stories {
		byID[s.ID] = &told{story: s, byType: map[string]int{}, calls: map[string]int{}, ports: map[string]bool{}, paths: map[string]bool{}, status: map[string]int{}}
		for _, address := range s.Addresses {
			byAddress[address] = byID[s.ID]
		}
	}
	for _, r := range w.records(t) {
		if s := byAddress[r.SourceIPAddress]; s != nil {
			s.count(t, cloudtrail, r.EventTime)
			s.calls[r.EventName]++
			if r.ErrorCode != "" {
				s.denied++
			}
		}
	}
	for _, lines := range w.lines(t, "/vpcflowlogs/") {
		for _, line := range lines[1:] {
			if f := strings.Fields(line); len(f) == 14 {
				tellFlow(t, f, byAddress[f[3]], byAddress[f[4]])
			}
		}
	}
	for _, lines := range w.lines(t, "/elasticloadbalancing/") {
		for _, line := range lines {
			f := strings.SplitN(line, " ", 5)
			client, _, _ := strings.Cut(f[3], ":")
			s := byAddress[client]
			if s == nil {
				continue
			}
			f = tokens(line)
			at, _ := time.Parse(isoMicro, f[1])
			s.count(t, elblogs, at)
			s.status[f[8]]++
			s.paths[f[12]] = true
		}
	}
	return byID
}

func tellFlow(t *testing.T, f []string, from, to *told) {
	t.Helper()
	s := from
	if s == nil {
		s = to
	}
	if s == nil {
		return
	}
	s.count(t, vpcflow, epoch(t, f[11]))
	if f[12] == "REJECT" {
		s.ports[f[6]] = true
	} else if to != nil {
		s.out += number(t, f[9])
	}
}

// count notes an event, which must lie in the story's time.
func (s *told) count(t *testing.T, kind string, at time.Time) {
	t.Helper()
	if at.Before(s.story.From.Truncate(time.Second)) || at.After(s.story.To) {
		t.Errorf("story %s, %s to %s, has an event at %s", s.story.ID, s.story.From, s.story.To, at)
	}
	s.byType[kind]++
}

func checkStories(t *testing.T, w *written) {
	check := map[string]func(*testing.T, *told){
		"leaked-key": func(t *testing.T, s *told) {
			if s.calls["GetSecretValue"] != 20 || s.denied != 26 || s.calls["GetCallerIdentity"] != 1 || s.calls["RunInstances"] != 2 {
				t.Errorf("%d refused of %v", s.denied, s.calls)
			}
		},
		"console-brute-force": func(t *testing.T, s *told) {
			if s.calls["ConsoleLogin"] != 48 {
				t.Errorf("%v", s.calls)
			}
		},
		"privilege-escalation": func(t *testing.T, s *told) {
			want := map[string]int{"CreatePolicyVersion": 1, "AttachUserPolicy": 3, "CreateUser": 1, "CreateAccessKey": 1, "CreateLoginProfile": 1}
			for name, n := range want {
				if s.calls[name] != n {
					t.Errorf("%s: %d times, want %d", name, s.calls[name], n)
				}
			}
		},
		"trail-stopped": func(t *testing.T, s *told) {
			for _, name := range []string{"StopLogging", "PutEventSelectors", "DeleteTrail", "DeleteFlowLogs", "DeleteDetector", "PutBucketLifecycle"} {
				if s.calls[name] != 1 {
					t.Errorf("%s: %d times", name, s.calls[name])
				}
			}
		},
		"scan-and-upload": func(t *testing.T, s *told) {
			if len(s.ports) < 600 || s.out < 30e9 {
				t.Errorf("%d ports, %d bytes", len(s.ports), s.out)
			}
		},
		"path-brute-force": func(t *testing.T, s *told) {
			if len(s.paths) < 1500 || s.status["404"] < 1300 || s.status["403"] < 100 || s.status["401"] != 60 {
				t.Errorf("%d paths, answers %v", len(s.paths), s.status)
			}
		},
		"request-flood": func(t *testing.T, s *told) {
			broken := s.status["502"] + s.status["503"] + s.status["504"]
			if s.byType[elblogs] != 24000 || broken < 12000 || s.byType[vpcflow] != 600 {
				t.Errorf("%v, answers %v", s.byType, s.status)
			}
		},
	}
	if len(w.summary.Stories) != len(check) {
		t.Fatalf("%d stories", len(w.summary.Stories))
	}
	stories := tell(t, w)
	for _, s := range w.summary.Stories {
		t.Run(s.ID, func(t *testing.T) {
			got := stories[s.ID]
			sum := 0
			for kind, n := range s.ByType {
				if sum += n; got.byType[kind] != n {
					t.Errorf("%d events of %s found, %d announced", got.byType[kind], kind, n)
				}
			}
			if sum != s.Events || s.To.After(noon) || s.From.Before(noon.Add(-10*time.Hour)) {
				t.Errorf("%+v", s)
			}
			for name, n := range s.Calls {
				if got.calls[name] != n {
					t.Errorf("%s: %d found, %d announced", name, got.calls[name], n)
				}
			}
			check[s.ID](t, got)
		})
	}
}

// checkNoise holds the background against the thresholds of the rules that the stories are to fire.
func checkNoise(t *testing.T, w *written) {
	var attackers []string
	for _, s := range w.summary.Stories {
		attackers = append(attackers, s.Addresses...)
	}
	type key struct {
		who  string
		five int64
	}
	denied, failed, reads := map[key]int{}, map[key]int{}, map[key]map[string]bool{}
	for _, r := range w.records(t) {
		if slices.Contains(attackers, r.SourceIPAddress) {
			continue
		}
		at := key{r.UserIdentity.ARN, r.EventTime.Unix() / 300}
		if at.who == "" {
			at.who = r.SourceIPAddress
		}
		if strings.Contains(r.ErrorCode, "Denied") || strings.Contains(r.ErrorCode, "Unauthorized") {
			denied[at]++
		}
		if r.EventName == "ConsoleLogin" && r.ErrorMessage != "" {
			failed[at]++
		}
		if *r.ReadOnly && r.UserIdentity.ARN != "" && r.SessionCredentialFromConsole == "" && !strings.Contains(r.UserAgent, "Terraform") {
			if reads[at] == nil {
				reads[at] = map[string]bool{}
			}
			reads[at][r.EventName] = true
		}
		if strings.HasPrefix(r.EventName, "Attach") || r.EventName == "StopLogging" || r.EventName == "CreateAccessKey" {
			t.Errorf("%s by %s is in no story", r.EventName, at.who)
		}
	}
	for at, n := range denied {
		if n >= 5 {
			t.Errorf("%s is refused %d times in five minutes", at.who, n)
		}
	}
	for at, n := range failed {
		if n >= 3 {
			t.Errorf("%s fails to sign in %d times in five minutes", at.who, n)
		}
	}
	for at, names := range reads {
		if len(names) >= 12 {
			t.Errorf("%s makes %d different reads in five minutes", at.who, len(names))
		}
	}
}
