package demo

import "time"

// workloads returns what runs by itself in the four accounts: tasks, instances, functions, CI, monitoring, backup and
// the services of AWS. Rates are calls a day. Every account has something at any hour.
func (c *company) workloads() []machine {
	var out []machine
	for _, account := range accounts() {
		for _, region := range regions() {
			out = append(out, c.services(account, region)...)
		}
	}
	for _, account := range []string{production, staging, development} {
		out = append(out, c.monitor(account))
	}
	out = append(out, c.shop()...)
	out = append(out, c.elsewhere()...)
	return append(out, c.outsiders()...)
}

// scale tells how much goes on in a region of an account, 1 being production at home.
func scale(account, region string) float64 {
	size := map[string]float64{production: 1, staging: 0.3, development: 0.25, security: 0.2}[account]
	if region == "eu-central-1" {
		return size
	}
	if account == production && region == "us-east-1" {
		return 0.4
	}
	return size * 0.25
}

// delivery tells how long CloudTrail collects a site's records for one object: longer where little happens.
func (s site) delivery() time.Duration {
	switch n := scale(s.account, s.region); {
	case n >= 0.4:
		return slot
	case n >= 0.2:
		return 3 * slot
	}
	return 6 * slot
}

// services are AWS's own: they call without an address.
func (c *company) services(account, region string) []machine {
	n := scale(account, region)
	add := func(host string, perDay float64, calls string) machine {
		return machine{who: service(host), account: account, region: region, perDay: perDay * n, load: flat, calls: c.kinds.mix(calls)}
	}
	return []machine{
		add("ec2.amazonaws.com", 500, "sts:AssumeRole*1"),
		add("ecs-tasks.amazonaws.com", 420, "sts:AssumeRole*1"),
		add("lambda.amazonaws.com", 350, "sts:AssumeRole*3 lambda:Invoke*2 ec2:CreateNetworkInterface*0.2"),
		add("autoscaling.amazonaws.com", 460, "ec2:DescribeInstanceStatus*8 ec2:DescribeInstances*4 elasticloadbalancing:DescribeTargetHealth*3 ec2:RunInstances*0.25 ec2:TerminateInstances*0.25"),
		add("elasticloadbalancing.amazonaws.com", 260, "ec2:DescribeNetworkInterfaces*3 ec2:DescribeSubnets*2 ec2:DescribeSecurityGroups*2"),
		add("config.amazonaws.com", 420, "s3:GetBucketAcl*2 s3:GetBucketTagging*2 ec2:DescribeVolumes*2 ec2:DescribeSecurityGroups*2 rds:DescribeDBInstances*1 config:PutEvaluations*1"),
		add("cloudtrail.amazonaws.com", 300, "s3:GetBucketAcl*4 s3:PutObject*1 kms:GenerateDataKey*1"),
		add("delivery.logs.amazonaws.com", 240, "s3:PutObject*3 kms:GenerateDataKey*1"),
	}
}

// monitor is the company's monitoring service, which reads from outside through a role.
func (c *company) monitor(account string) machine {
	who := role(account, "observability-reader", "observer")
	who.address, who.agent = c.pools["monitoring"].at(9), agentGo
	return machine{who: who, account: account, region: "eu-central-1", perDay: 1100 * scale(account, "eu-central-1"), load: flat, failing: 0.002,
		calls: c.kinds.mix("monitoring:GetMetricData*8 ec2:DescribeInstances*3 ecs:DescribeServices*2 rds:DescribeDBInstances*1 autoscaling:DescribeAutoScalingGroups*1 elasticloadbalancing:DescribeLoadBalancers*1 tagging:GetResources*1")}
}

// shop is what serves the customers in production.
func (c *company) shop() []machine {
	var out []machine
	add := func(who identity, region string, perDay float64, load curve, calls string) {
		if who.address == "" {
			who.address = c.nat(who.account, region)
		}
		out = append(out, machine{who: who, account: who.account, region: region, perDay: perDay, load: load, calls: c.kinds.mix(calls), failing: 0.012})
	}
	task := func(name, region string, n string) identity {
		who := role(production, name, fixed(name+region+n, hexDigits, 32))
		who.agent = agentJava
		return who
	}
	const web = "s3:GetObject*30 s3:PutObject*6 s3:HeadObject*6 kms:Decrypt*14 secretsmanager:GetSecretValue*0.6 ssm:GetParameter*2 sqs:GetQueueAttributes*1"
	add(task("shop-web-task", "eu-central-1", "a"), "eu-central-1", 1700, shopping(1), web)
	add(task("shop-web-task", "eu-central-1", "b"), "eu-central-1", 1700, shopping(1), web)
	add(task("public-api-task", "us-east-1", "a"), "us-east-1", 1500, shopping(-5), web)
	for n := range 3 {
		who := instance(production, "eu-central-1", "order-worker", n)
		who.agent = agentBoto
		add(who, "eu-central-1", 750, shopping(1), "s3:GetObject*8 s3:PutObject*10 s3:ListObjects*3 s3:DeleteObject*1 kms:Decrypt*8 kms:GenerateDataKey*6 sqs:GetQueueAttributes*2 ec2:DescribeTags*1")
	}
	lambda := role(production, "thumbnail-lambda", "thumbnail")
	lambda.agent = agentGo
	add(lambda, "eu-central-1", 900, shopping(1), "s3:GetObject*5 s3:PutObject*5 kms:Decrypt*3 logs:CreateLogStream*2")
	etl := role(production, "data-etl", "nightly")
	etl.agent = agentBoto
	add(etl, "eu-central-1", 800, flat, "s3:GetObject*10 s3:ListObjects*4 s3:PutObject*3 kms:Decrypt*6 dynamodb:DescribeTable*1")
	backup := role(production, "backup-service", "AWSBackup-Nightly")
	backup.agent = "AWS Internal"
	backup.address = "AWS Internal"
	add(backup, "eu-central-1", 160, flat, "ec2:CreateSnapshot*4 ec2:DescribeVolumes*6 backup:StartBackupJob*2 rds:CreateDBSnapshot*1 kms:DescribeKey*2")

	deploy := user(production, "ci-deploy")
	deploy.address, deploy.agent = c.pools["ci"].at(2), agentCLI
	add(deploy, "eu-central-1", 420, working(1), "s3:PutObject*8 s3:ListObjects*3 s3:HeadObject*4 sts:GetCallerIdentity*1 ecr:GetAuthorizationToken*1")
	return out
}

// elsewhere is what runs in the other accounts.
func (c *company) elsewhere() []machine {
	var out []machine
	add := func(account, region, name, session, agent string, perDay float64, load curve, calls string) {
		who := role(account, name, session)
		who.agent, who.address = agent, c.nat(account, region)
		out = append(out, machine{who: who, account: account, region: region, perDay: perDay, load: load, calls: c.kinds.mix(calls), failing: 0.02})
	}
	const web = "s3:GetObject*10 s3:PutObject*4 kms:Decrypt*6 ssm:GetParametersByPath*1 secretsmanager:GetSecretValue*0.5"
	add(staging, "eu-central-1", "shop-web-task", fixed("staging-web", hexDigits, 32), agentJava, 900, working(1), web)
	add(staging, "eu-central-1", "terraform-apply", "plan-nightly", agentTerraform, 420, working(1), "ec2:DescribeVpcs*2 ec2:DescribeSubnets*3 ec2:DescribeSecurityGroups*3 iam:GetRole*3 iam:ListAttachedRolePolicies*2 s3:GetBucketVersioning*2 s3:GetBucketTagging*2 lambda:GetFunction20150331v2*1 cloudformation:DescribeStacks*1 sts:GetCallerIdentity*1")
	add(development, "eu-west-1", "dev-sandbox", "jenkins", agentBoto, 950, working(0), web+" lambda:Invoke*2 lambda:TagResource20170331v2*0.3 logs:CreateLogStream*2 ec2:CreateTags*0.5")
	add(development, "eu-west-1", "autoscaler", fixed("dev-autoscaler", hexDigits, 17), agentGo, 420, working(0), "autoscaling:DescribeAutoScalingGroups*4 ec2:DescribeInstances*4 autoscaling:SetDesiredCapacity*0.3")
	add(security, "eu-central-1", "security-collector", "collector", agentGo, 700, flat, "guardduty:ListFindings*3 guardduty:ListDetectors*1 securityhub:GetFindings*4 access-analyzer:ListAnalyzers*1 s3:GetObject*6 cloudtrail:GetTrailStatus*1 config:DescribeConfigurationRecorders*1")
	add(security, "us-east-1", "organization-reader", "inventory", agentGo, 120, flat, "organizations:ListAccounts*2 organizations:DescribeOrganization*1 ce:GetCostAndUsage*1")
	return out
}

// outsiders are callers from other accounts: an auditor's service that takes a role, and anonymous readers of the
// public image bucket. Their addresses are drawn per call where empty.
func (c *company) outsiders() []machine {
	auditor := identity{
		kind: typeAccount, account: "999988887777", principal: "AIDAAUDITOREXAMPLE",
		address: c.pools["partner-us"].at(40), agent: agentBoto,
	}
	nobody := identity{kind: typeAccount, account: "ANONYMOUS_PRINCIPAL", agent: "[" + agentChrome + "]"}
	return []machine{
		{who: auditor, account: production, region: "eu-central-1", perDay: 48, load: flat, calls: c.kinds.mix("sts:AssumeRole*1")},
		{who: nobody, account: production, region: "eu-central-1", perDay: 420, load: shopping(1), calls: c.kinds.mix("s3:GetObject*1"), failing: 0.05},
	}
}
