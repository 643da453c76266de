package demo

import (
	"fmt"
	"strings"
)

// The four accounts.
const (
	production  = "111122223333"
	staging     = "444455556666"
	development = "777788889999"
	security    = "123456789012"
)

func accounts() []string { return []string{production, staging, development, security} }

func regions() []string { return []string{"eu-central-1", "eu-west-1", "us-east-1"} }

const (
	agentTerraform = "APN/1.0 HashiCorp/1.0 Terraform/1.9.2 (+https://www.terraform.io) terraform-provider-aws/5.60.0 aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22.5"
	agentCLI       = "aws-cli/2.17.18 md/awscrt#0.20.11 ua/2.0 os/macos#23.6.0 md/arch#arm64 lang/python#3.11.9 cfg/retry-mode#standard md/prompt#off"
	agentBoto      = "Boto3/1.34.149 md/Botocore#1.34.149 ua/2.0 os/linux#6.1.97 md/arch#x86_64 lang/python#3.12.4 cfg/retry-mode#legacy Botocore/1.34.149"
	agentGo        = "aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22.5 md/GOOS#linux md/GOARCH#amd64 api/s3#1.58.2"
	agentJava      = "aws-sdk-java/2.26.25 Linux/5.10.220 OpenJDK_64-Bit_Server_VM/17.0.12 Java/17.0.12 vendor/Amazon.com_Inc."
	agentChrome    = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36"
	agentFirefox   = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
	agentEdge      = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0"
)

// person is somebody who signs in and works. Times are local to the person.
type person struct {
	name      string
	roleName  string // permission set of the Identity Center; "" for a user of IAM
	accounts  []string
	offset    int // hours east of UTC
	region    string
	addresses []string // office, home, abroad: see trail_people.go
	agent     string
	platform  bool // also works with Terraform and the command line
}

// machine is an identity that calls AWS by itself, day and night.
type machine struct {
	who             identity
	account, region string
	perDay          float64
	load            curve
	calls           mix
	failing         float64 // share of errors
}

// company is everybody and everything that acts, and where from.
type company struct {
	pools    map[string]pool
	visitors []pool // of the shop, one entry per pool
	people   []person
	machines []machine
	kinds    catalogue
}

func newCompany() *company {
	c := &company{pools: map[string]pool{}, kinds: callKinds()}
	for _, p := range pools() {
		c.pools[p.name] = p
		if strings.HasPrefix(p.name, "visitor") {
			c.visitors = append(c.visitors, p)
		}
	}
	c.people = c.staff()
	c.machines = c.workloads()
	return c
}

// nat is the public address of a region's NAT gateway in an account.
func (c *company) nat(account, region string) string {
	for i, a := range accounts() {
		if a == account {
			return c.pools["cloud-"+region].at(uint64(i + 1))
		}
	}
	panic("BUG: unknown account " + account)
}

func (c *company) staff() []person {
	var out []person
	n := map[string]uint64{}
	add := func(name, roleName, city, agent string, platform bool, in ...string) {
		home := "home-" + city
		n[home]++
		office := "office-" + city
		if city == "prague" {
			office = home
		}
		p := person{name: name, roleName: roleName, accounts: in, agent: agent, platform: platform, offset: 1, region: "eu-central-1"}
		switch city {
		case "boston":
			p.offset, p.region = -5, "us-east-1"
		case "dublin":
			p.offset, p.region = 0, "eu-west-1"
		}
		p.addresses = []string{c.pools[office].at(2), c.pools[home].at(1 + n[home])}
		if name == "sean.murphy" {
			p.addresses = append(p.addresses, c.pools["hotel-lisbon"].at(5), c.pools["hotel-tokyo"].at(7))
		}
		out = append(out, p)
	}
	const admin, power, reader, audit = "AWSReservedSSO_AdministratorAccess_1a2b3c4d5e6f7081", "AWSReservedSSO_PowerUserAccess_8091a2b3c4d5e6f7",
		"AWSReservedSSO_ReadOnlyAccess_a0b1c2d3e4f50617", "AWSReservedSSO_SecurityAudit_0f1e2d3c4b5a6978"
	add("anna.weber", admin, "berlin", agentFirefox, true, production, staging, development)
	add("jonas.keller", power, "berlin", agentChrome, true, production, staging)
	add("lena.hoffmann", power, "berlin", agentChrome, false, development, staging)
	add("mia.braun", power, "berlin", agentChrome, false, development, staging)
	add("felix.vogt", reader, "berlin", agentFirefox, true, production, development)
	add("sara.lindqvist", audit, "berlin", agentFirefox, false, security, production)
	add("tim.schuster", "", "berlin", agentChrome, false, production)
	add("sean.murphy", power, "dublin", agentChrome, true, production, staging)
	add("aoife.byrne", power, "dublin", agentEdge, false, development, staging)
	add("emily.carter", reader, "boston", agentEdge, false, production)
	add("jake.morris", power, "boston", agentChrome, true, production, staging)
	add("maria.santos", reader, "boston", agentChrome, false, production, development)
	add("omar.haddad", "", "berlin", agentEdge, false, production)
	add("pavel.novak", "", "prague", agentFirefox, true, production)
	return out
}

// instance returns a session of an instance's role.
func instance(account, region, roleName string, n int) identity {
	return role(account, roleName, fmt.Sprintf("i-0%s", fixed(fmt.Sprint(account, region, roleName, n), hexDigits, 16)))
}
