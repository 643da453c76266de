package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Document is one document for _bulk.
type Document struct {
	Index, ID string
	Source    json.RawMessage
}

// event is a document of the beginner's index security-events.
type event struct {
	Timestamp time.Time `json:"timestamp"`
	EventType string    `json:"event_type"`
	Severity  string    `json:"severity"`
	SourceIP  string    `json:"source_ip"`
	User      string    `json:"user"`
	Message   string    `json:"message"`
	Details   string    `json:"details"`
}

// finding is a document of the index compliance-findings.
type finding struct {
	Timestamp   time.Time `json:"timestamp"`
	Control     string    `json:"control"`
	Title       string    `json:"title"`
	Status      string    `json:"status"` // PASS, FAIL, WARN
	Severity    string    `json:"severity"`
	Account     string    `json:"account"`
	Region      string    `json:"region"`
	Resource    string    `json:"resource"`
	Message     string    `json:"message"`
	Remediation string    `json:"remediation"`
}

// Documents returns the tutorial-shaped documents in index order: compliance-findings, then security-events by time.
// Their times are of the last 24 hours, whatever Options.Days is. The ids depend on index and content only.
func Documents(o Options) []Document {
	o = o.filled()
	now := o.Now.Truncate(time.Second)
	var out []Document
	for _, f := range findings(now) {
		out = append(out, document("compliance-findings", f))
	}
	for _, e := range events(now, newDice(o.Seed, "documents", 0)) {
		out = append(out, document("security-events", e))
	}
	return out
}

func document(index string, content any) Document {
	source, err := json.Marshal(content)
	if err != nil {
		panic("BUG: " + err.Error()) // only strings and times of sane years
	}
	sum := sha256.Sum256(append([]byte(index+"\x00"), source...))
	return Document{Index: index, ID: hex.EncodeToString(sum[:10]), Source: source}
}

// events are what a small script of the company's own might report: a login attack, and the day's small change.
func events(now time.Time, d dice) []event {
	var out []event
	add := func(ago time.Duration, kind, severity, ip, who, message, details string) {
		out = append(out, event{now.Add(-ago), kind, severity, ip, who, message, details})
	}
	for i := range 7 { // enough for a rule of five failures in ten minutes
		add(5*time.Hour-time.Duration(i)*45*time.Second, "login_failure", "medium", "192.0.2.36", "admin",
			"Failed login attempt for user admin", fmt.Sprintf("attempt %d, wrong password, portal login", i+1))
	}
	add(4*time.Hour+53*time.Minute, "account_locked", "high", "192.0.2.36", "admin", "Account admin locked after 7 failed logins", "policy lockout-7")
	add(3*time.Hour+12*time.Minute, "port_scan", "high", "192.0.2.84", "", "Port scan detected against worker host", "620 ports of 10.10.11.31 in 4 minutes")
	add(2*time.Hour+20*time.Minute, "data_exfiltration", "critical", "10.10.11.31", "order-worker", "Unusual upload of 40 GB to an unknown address", "destination 192.0.2.91:443")
	add(4*time.Hour+48*time.Minute, "privilege_escalation", "critical", "192.0.2.52", "pavel.novak", "User pavel.novak attached AdministratorAccess", "policy developer-sandbox v4")
	add(95*time.Minute, "web_attack", "medium", "192.0.2.100", "", "Many unknown paths requested from one client", "agent gobuster/3.6")
	people := []string{"anna.weber", "jonas.keller", "sean.murphy", "emily.carter", "maria.santos", "tim.schuster"}
	for i := range 24 {
		ago := 23*time.Hour - time.Duration(i)*55*time.Minute - time.Duration(d.IntN(1500))*time.Second
		who := pick(d, people)
		switch {
		case i%6 == 5:
			add(ago, "login_failure", "low", "203.0.113.2", who, "Failed login attempt for user "+who, "mistyped password, one attempt")
		case i%8 == 3:
			add(ago, "file_access", "info", "10.10.11.30", "order-worker", "Report orders.parquet was read", "bucket larkspur-orders")
		default:
			add(ago, "login_success", "low", "203.0.113.2", who, "User "+who+" logged in", "VPN, second factor used")
		}
	}
	slices.SortStableFunc(out, func(a, b event) int { return a.Timestamp.Compare(b.Timestamp) })
	return out
}

// findings are one scan of the accounts, as an earlier tool of the company would have stored it.
func findings(now time.Time) []finding {
	at := now.Add(-3 * time.Hour)
	var out []finding
	add := func(control, title, severity, resource, message, remediation string, status map[string]string) {
		for _, account := range accounts() {
			s := either(status[account], "PASS")
			text := "Requirement met."
			if s != "PASS" {
				text = message
			}
			out = append(out, finding{at, control, title, s, severity, account, "eu-central-1", resource, text, remediation})
		}
	}
	add("1.4", "Root user has a second factor", "critical", "root", "No second factor is registered for the root user.", "Register a hardware device for the root user.",
		map[string]string{development: "FAIL"})
	add("1.9", "Every user with a password has a second factor", "high", "user/omar.haddad", "User omar.haddad signs in without a second factor.", "Require a device before console access.",
		map[string]string{production: "FAIL"})
	add("1.13", "Access keys are rotated within 90 days", "medium", "user/ci-deploy", "The key of ci-deploy is 412 days old.", "Replace the key by a role of the CI's identity provider.",
		map[string]string{production: "FAIL"})
	add("2.1.4", "Buckets block public access", "high", "bucket/larkspur-images", "The bucket is public on purpose; a person must confirm.", "Serve images through a distribution.",
		map[string]string{production: "WARN"})
	add("3.1", "CloudTrail records all regions", "critical", "trail/larkspur-trail", "The trail was stopped within the last day.", "Start logging and find out who stopped it.",
		map[string]string{production: "FAIL"})
	add("5.2", "No administration port is open to the internet", "high", "sg/default", "Port 22 is open to 0.0.0.0/0.", "Restrict the rule to the VPN.",
		map[string]string{development: "FAIL"})
	return out
}
