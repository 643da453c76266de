package demo

import (
	"strings"
	"time"
)

// workday is what one person does on one day: decided by seed, name and day alone.
type workday struct {
	absent   bool
	from, to time.Time
	address  string
	fumbles  bool // mistypes the password once
}

// workday draws the day that holds a moment. Days are those of the person's own clock.
func (t *trail) workday(p *person, at time.Time) workday {
	shift := time.Duration(p.offset) * time.Hour
	midnight := at.Add(shift).Truncate(24 * time.Hour)
	d := newDice(t.seed, "person/"+p.name, day(midnight))
	w := workday{absent: !d.chance(0.94), fumbles: d.chance(0.12)}
	if weekend(midnight) {
		w.absent = !d.chance(0.12)
	}
	w.from = midnight.Add(-shift + 7*time.Hour + 45*time.Minute + time.Duration(d.IntN(6600))*time.Second)
	w.to = w.from.Add(7*time.Hour + 30*time.Minute + time.Duration(d.IntN(7200))*time.Second)
	where := 0
	if d.chance(0.35) {
		where = 1
	}
	if abroad := len(p.addresses) - 2; abroad > 0 { // a traveller is somewhere else every day
		where = 2 + int(day(midnight))%abroad
	}
	w.address = p.addresses[where]
	return w
}

// person lets somebody sign in at the beginning of the working day and work in bursts until its end.
func (t *trail) person(p *person, start time.Time, put func(call)) {
	w := t.workday(p, start)
	if w.absent || w.to.Before(start) || !w.from.Before(start.Add(slot)) {
		return
	}
	d := t.stream("person/"+p.name, start)
	if !w.from.Before(start) {
		t.signsIn(p, w, put)
	}
	mean := 0.42
	if h := hours(start.Add(time.Duration(p.offset) * time.Hour)); h >= 12 && h < 13 {
		mean = 0.08
	}
	for range d.poisson(mean) {
		at := start.Add(time.Duration(d.Int64N(int64(slot))))
		if at.After(w.from.Add(time.Minute)) && at.Before(w.to) {
			t.burst(p, w, d, at, put)
		}
	}
}

// caller is the person's identity on a day in an account.
func (p *person) caller(w workday, account string) identity {
	who := user(account, p.name)
	if p.roleName != "" {
		who = role(account, p.roleName, p.name+"@larkspur.example")
	}
	who.mfa = p.roleName != "" || p.name != "omar.haddad" // the contractor's missing device is what story 2 needs
	who.renew = 12 * time.Hour
	who.address, who.agent = w.address, p.agent
	return who
}

// signsIn records the way into the console: through the Identity Center, or with an IAM user's password.
func (t *trail) signsIn(p *person, w workday, put func(call)) {
	who := p.caller(w, p.accounts[0])
	if p.roleName == "" {
		if w.fumbles {
			put(signIn(who, w.from.Add(-25*time.Second), false))
		}
		put(signIn(who, w.from, true))
		return
	}
	put(call{
		at: w.from, account: security, region: "eu-central-1", source: "sso", name: "Authenticate", eventType: "AwsServiceEvent",
		who:  identity{kind: typeUnknown, account: security, name: p.name + "@larkspur.example", address: w.address, agent: p.agent},
		more: `"serviceEventDetails":{"CredentialType":"PASSWORD,TOTP","LoginTo":"https://larkspur.awsapps.example/start"}`,
	})
	put(call{
		at: w.from.Add(6 * time.Second), account: p.accounts[0], region: "eu-central-1", source: "sso", name: "Federate", eventType: "AwsServiceEvent",
		who: identity{kind: typeUnknown, account: security, name: p.name + "@larkspur.example", address: w.address, agent: p.agent},
	})
	put(signIn(who, w.from.Add(8*time.Second), true))
}

// signIn is a ConsoleLogin. Users of IAM without a second factor say so; for roles the identity provider asked.
func signIn(who identity, at time.Time, success bool) call {
	c := call{
		at: at, account: who.account, region: "eu-central-1", source: "signin", name: "ConsoleLogin", write: true,
		eventType: "AwsConsoleSignIn", who: who, response: `{"ConsoleLogin":"Success"}`,
	}
	mfa := `"MFAUsed":"No"`
	switch {
	case who.kind == typeRoot:
		c.region = "us-east-1"
		mfa = `"MFAIdentifier":"arn:aws:iam::` + who.account + `:mfa/root-account-mfa-device","MFAUsed":"Yes"`
	case who.kind == typeUser && who.mfa && success:
		mfa = `"MFAIdentifier":"arn:aws:iam::` + who.account + `:mfa/` + who.name + `","MFAUsed":"Yes"`
	}
	c.more = `"additionalEventData":{"LoginTo":"https://console.aws.amazon.com/console/home?region=eu-central-1","MobileVersion":"No",` + mfa + `}`
	if !success {
		c.response, c.message = `{"ConsoleLogin":"Failure"}`, "Failed authentication"
	}
	return c
}

// Ways of working. Each holds fewer different reads than a discovery would.
const (
	workConsole   = "ec2:DescribeInstances*5 ec2:DescribeSecurityGroups*3 ec2:DescribeVolumes*2 s3:ListBuckets*2 s3:GetBucketLocation*2 ecs:DescribeServices*4 ecs:ListTasks*3 monitoring:DescribeAlarms*6 monitoring:ListMetrics*2 logs:DescribeLogGroups*3 logs:StartQuery*3 rds:DescribeDBInstances*2 health:DescribeEventAggregates*3 lambda:GetFunction20150331v2*1 iam:ListAccountAliases*1"
	workCommands  = "sts:GetCallerIdentity*3 s3:ListObjects*4 s3:GetObject*4 ec2:DescribeInstances*3 ecs:DescribeServices*2 ssm:GetParameter*1 logs:DescribeLogGroups*1"
	workTerraform = "ec2:DescribeVpcs*3 ec2:DescribeSubnets*4 ec2:DescribeSecurityGroups*4 iam:GetRole*4 iam:ListAttachedRolePolicies*3 s3:GetBucketVersioning*3 s3:GetBucketTagging*3 lambda:GetFunction20150331v2*2 secretsmanager:DescribeSecret*2 ec2:CreateTags*1 ec2:ModifyInstanceAttribute*0.1"
	workAudit     = "cloudtrail:LookupEvents*5 cloudtrail:DescribeTrails*1 securityhub:GetFindings*5 guardduty:ListFindings*4 config:DescribeConfigurationRecorders*1 access-analyzer:ListAnalyzers*2 organizations:ListAccounts*1"
)

// burst is a few calls in a row: a look into the console, some commands, or a Terraform plan.
func (t *trail) burst(p *person, w workday, d dice, at time.Time, put func(call)) {
	account := p.accounts[min(d.IntN(len(p.accounts)), d.IntN(len(p.accounts)))]
	who := p.caller(w, account)
	work, console, n := workConsole, true, 3+d.poisson(6)
	switch {
	case strings.Contains(p.roleName, "SecurityAudit"):
		work = workAudit
	case p.platform && d.chance(0.25):
		work, console, n = workTerraform, false, 15+d.poisson(12)
		who.agent = agentTerraform
	case p.platform && d.chance(0.4):
		work, console = workCommands, false
		who.agent = agentCLI
	}
	if !console && p.roleName == "" {
		who.renew = 0 // the command line uses the long-lived key
	}
	calls := t.company.kinds.mix(work)
	for range n {
		c := calls.draw(d)
		c.who, c.at, c.console = who, at, console
		c.file(account, p.region)
		if d.chance(0.015) {
			c.fail(d)
		}
		put(c)
		gap := 2.0
		if !console && work == workTerraform {
			gap = 0.2
		}
		at = at.Add(time.Duration(d.lognormal(gap, 0.8) * float64(time.Second)))
	}
}
