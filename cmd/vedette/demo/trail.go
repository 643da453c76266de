package demo

import (
	"slices"
	"strings"
	"time"
)

// trail draws the CloudTrail records of one five minutes after another.
type trail struct {
	company *company
	seed    uint64
	span    span
}

// place in which a record is filed.
type site struct{ account, region string }

// slot returns the background calls that begin in the five minutes from start, by where they are recorded and in
// the order of their times, together with the given calls of stories. Calls outside the span are left out.
func (t *trail) slot(start time.Time, stories []call) map[site][]call {
	out := map[site][]call{}
	put := func(c call) {
		c.at = c.at.Truncate(time.Second)
		if t.span.holds(c.at) {
			at := site{c.account, c.region}
			out[at] = append(out[at], c)
		}
	}
	for i := range t.company.machines {
		t.machine(&t.company.machines[i], start, put)
	}
	for i := range t.company.people {
		t.person(&t.company.people[i], start, put)
	}
	t.pipelines(start, put)
	t.rootUser(start, put)
	t.serviceEvents(start, put)
	for _, c := range stories {
		put(c)
	}
	for _, calls := range out {
		slices.SortStableFunc(calls, func(a, b call) int { return a.at.Compare(b.at) })
	}
	return out
}

// stream is the source of randomness of one caller in one five minutes.
func (t *trail) stream(name string, start time.Time) dice {
	return newDice(t.seed, "trail/"+name, start.Unix())
}

func (t *trail) machine(m *machine, start time.Time, put func(call)) {
	d := t.stream(m.account+m.region+m.who.name+m.who.session+m.who.invokedBy+m.who.account, start)
	for range d.poisson(m.perDay / 288 * m.load(start)) {
		c := m.calls.draw(d)
		c.at = start.Add(time.Duration(d.Int64N(int64(slot))))
		c.who = m.who
		c.file(m.account, m.region)
		if m.who.account == "ANONYMOUS_PRINCIPAL" {
			c.address = pick(d, t.company.visitors).host(d)
			c.values = values{"bucket": "larkspur-images", "key": pick(d, []string{"img/jacket-red.webp", "img/tent-4p.webp"})}
		}
		if d.chance(m.failing) {
			c.fail(d)
		}
		put(c)
	}
}

// file records the call in an account and region, unless its service has a region of its own.
func (c *call) file(account, region string) {
	c.account = account
	if c.region == "" {
		c.region = region
	}
}

// fail gives the call an error of its service.
func (c *call) fail(d dice) {
	switch {
	case d.chance(0.06):
		c.deny()
	case c.source == "s3":
		c.code, c.message = "NoSuchKey", "The specified key does not exist."
	case c.source == "ec2":
		c.code, c.message = "Client.RequestLimitExceeded", "Request limit exceeded."
	case c.source == "secretsmanager" || c.source == "ssm":
		c.code, c.message = "ResourceNotFoundException", "Secrets Manager can't find the specified secret."
	default:
		c.code, c.message = "ThrottlingException", "Rate exceeded"
	}
}

// deny refuses the call as IAM does.
func (c *call) deny() {
	switch c.source {
	case "s3":
		c.code, c.message = "AccessDenied", "Access Denied"
	case "ec2":
		c.code, c.message = "Client.UnauthorizedOperation", "You are not authorized to perform this operation."
	default:
		c.code = "AccessDenied"
		c.message = "User: $arn is not authorized to perform: $action because no identity-based policy allows the $action action"
	}
}

// pipelines are the deployments of the CI: a web identity takes a role, which pushes an image and updates a service.
func (t *trail) pipelines(start time.Time, put func(call)) {
	d := t.stream("pipelines", start)
	for range d.poisson(40.0 / 288 * working(1)(start)) {
		account := pick(d, []string{production, staging, staging})
		at := start.Add(time.Duration(d.Int64N(int64(slot))))
		provider := "arn:aws:iam::" + account + ":oidc-provider/token.ci.example.com"
		web := identity{
			kind: typeWebIdentity, name: "repo:larkspur/" + pick(d, things("repo")) + ":ref:refs/heads/main",
			provider: provider, agent: agentCLI, address: t.company.pools["ci"].at(3),
		}
		deploy := role(account, "github-deploy", "deploy-"+d.text("0123456789", 6))
		deploy.agent, deploy.address = agentCLI, web.address
		build := values{"num": d.text("123456789", 4)}
		for i, name := range strings.Fields(pipeline) {
			c := t.company.kinds[name]
			c.who, c.at, c.values = deploy, at.Add(time.Duration(i*4+d.IntN(3))*time.Second), build
			if i == 0 {
				c.who = web
			}
			c.file(account, "eu-central-1")
			put(c)
		}
	}
}

// pipeline is the order of one deployment's calls.
const pipeline = "sts:AssumeRoleWithWebIdentity sts:GetCallerIdentity ecr:GetAuthorizationToken ecr:BatchGetImage ecr:PutImage " +
	"ecs:RegisterTaskDefinition ecs:UpdateService ecs:DescribeServices ecs:DescribeServices ecs:ListTasks ecs:DescribeTasks ecs:DescribeServices"

// rootUser signs in once a day, with MFA, for the bill.
func (t *trail) rootUser(start time.Time, put func(call)) {
	d := newDice(t.seed, "root", day(start))
	at := start.Truncate(24 * time.Hour).Add(9*time.Hour + time.Duration(d.IntN(7200))*time.Second)
	if at.Before(start) || !at.Before(start.Add(slot)) {
		return
	}
	who := identity{
		kind: typeRoot, account: security, key: "", mfa: true, renew: 6 * time.Hour,
		address: t.company.pools["office-berlin"].at(2), agent: agentFirefox,
	}
	put(signIn(who, at, true))
	for i, name := range []string{"iam:GetAccountSummary", "ce:GetCostAndUsage"} {
		c := t.company.kinds[name]
		c.who, c.at, c.console = who, at.Add(time.Duration(40+9*i)*time.Second), true
		c.file(security, "us-east-1")
		put(c)
	}
}

// serviceEvents are events of AWS itself, whose userIdentity has no type.
func (t *trail) serviceEvents(start time.Time, put func(call)) {
	d := t.stream("service-events", start)
	kinds := []call{
		{source: "ecr", name: "PolicyExecutionEvent", write: true, more: `"serviceEventDetails":{"repositoryName":"$repo","lifecycleEventPolicy":{"lifecycleEventRules":[{"rulePriority":1,"action":{"type":"expire"}}]}}`},
		{source: "kms", name: "RotateKey", write: true, resource: "AWS::KMS::Key", more: `"serviceEventDetails":{"keyId":"$kms","rotationType":"AUTOMATIC"}`},
		{source: "secretsmanager", name: "RotationSucceeded", write: true, more: `"additionalEventData":{"SecretId":"arn:aws:secretsmanager:$region:$acct:secret:$secret"}`},
		{source: "ec2", name: "SharedSnapshotVolumeCreated", write: true, more: `"serviceEventDetails":{"snapshotId":"snap-0$hex"}`},
		{source: "autoscaling", name: "InstanceRefreshSucceeded", write: true, more: `"serviceEventDetails":{"autoScalingGroupName":"order-worker","percentageComplete":100}`},
	}
	for range d.poisson(260.0 / 288) {
		c := pick(d, kinds)
		host := c.source + ".amazonaws.com"
		c.who = identity{kind: typeNone, invokedBy: host, address: host, agent: host}
		c.eventType = "AwsServiceEvent"
		c.at = start.Add(time.Duration(d.Int64N(int64(slot))))
		c.file(pick(d, accounts()), pick(d, regions()))
		put(c)
	}
}
