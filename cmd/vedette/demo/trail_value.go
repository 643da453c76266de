package demo

import (
	"strconv"
	"time"
)

// awsDate is how IAM and STS write times inside responseElements.
const awsDate = "Jan 2, 2006, 3:04:05 PM"

// drawn is a value that a record has used: the same placeholder stands for the same thing within one record.
type drawn struct{ name, value string }

// appendValue appends what a placeholder stands for.
func (c *call) appendValue(b []byte, d dice, name string) []byte {
	if v, ok := c.values[name]; ok {
		return append(b, v...)
	}
	for _, v := range c.drawn {
		if v.name == name {
			return append(b, v.value...)
		}
	}
	from := len(b)
	if b = c.draw(b, d, name); name != "uuid" && name != "hex" {
		c.drawn = append(c.drawn, drawn{name, string(b[from:])})
	}
	return b
}

// draw appends a new value. An unknown name is a mistake in a template.
func (c *call) draw(b []byte, d dice, name string) []byte {
	if from := things(name); from != nil {
		return append(append(b, pick(d, from)...), c.suffix(name)...)
	}
	switch name {
	case "acct":
		return append(b, c.account...)
	case "region":
		return append(b, c.region...)
	case "arn":
		return append(b, c.who.arn()...)
	case "self":
		return append(b, c.who.name...)
	case "action":
		return append(b, c.source+":"+c.name...)
	case "uuid":
		return d.appendUUID(b)
	case "num":
		return strconv.AppendInt(b, int64(1000+d.IntN(9000)), 10)
	case "hex":
		return d.appendFrom(b, hexDigits, 16)
	case "token":
		return d.appendFrom(append(b, "IQoJb3JpZ2luX2VjEXAMPLE"...), alnumDigits, 40)
	case "asia":
		return append(d.appendFrom(append(b, "ASIA"...), base32Digits, 9), "EXAMPLE"...)
	case "akia":
		return append(d.appendFrom(append(b, "AKIA"...), base32Digits, 9), "EXAMPLE"...)
	case "date":
		return c.at.AppendFormat(b, awsDate)
	case "earlier":
		return c.at.Add(-10*time.Minute).AppendFormat(b, awsDate)
	case "later":
		return c.at.Add(time.Hour).AppendFormat(b, awsDate)
	case "ms":
		return strconv.AppendInt(b, c.at.UnixMilli(), 10)
	case "ip":
		return strconv.AppendInt(append(b, "10.10.11."...), int64(20+d.IntN(30)), 10)
	}
	return c.appendResource(b, d, name)
}

// appendResource appends ids of EC2 and ARNs. Ids are drawn from a few, so that the same things occur again.
func (c *call) appendResource(b []byte, d dice, name string) []byte {
	few := func(prefix string, of int) []byte {
		id := fixed(name+c.account+c.region+strconv.Itoa(d.IntN(of)), hexDigits, 16)
		return append(append(b, prefix...), id...)
	}
	switch name {
	case "inst":
		return few("i-0", 24)
	case "sg":
		return few("sg-0", 9)
	case "subnet":
		return few("subnet-0", 6)
	case "vpc":
		return few("vpc-0", 1)
	case "vol":
		return few("vol-0", 30)
	case "eni":
		return few("eni-0", 20)
	case "ami":
		return few("ami-0", 4)
	case "role":
		return c.appendValue(append(b, "arn:aws:iam::"+c.account+":role/"...), d, "rolename")
	case "kms":
		key := fixed("kms"+c.account+c.region+strconv.Itoa(d.IntN(3)), hexDigits, 12)
		return append(b, "arn:aws:kms:"+c.region+":"+c.account+":key/8d3f1a20-5b6c-4e7d-9a1b-"+key...)
	}
	panic("BUG: template of " + c.name + " has an unknown placeholder " + strconv.Quote(name))
}

// suffix tells the buckets of accounts and regions apart, as all the world's buckets share their names.
func (c *call) suffix(name string) string {
	if name != "bucket" {
		return ""
	}
	out := map[string]string{staging: "-staging", development: "-dev", security: "-security"}[c.account]
	if c.region != "eu-central-1" {
		out += "-" + c.region
	}
	return out
}

// things returns the company's named things of a kind, nil if the placeholder is no such kind. Their order is part
// of the data.
func things(kind string) []string {
	switch kind {
	case "bucket":
		return []string{"larkspur-orders", "larkspur-images", "larkspur-invoices", "larkspur-datalake", "larkspur-logs"}
	case "key":
		return []string{
			"2026/orders.parquet", "img/jacket-red.webp", "img/tent-4p.webp", "invoices/latest.pdf",
			"exports/stock.csv", "models/ranking.bin",
		}
	case "rolename":
		return []string{"shop-web-task", "order-worker", "thumbnail-lambda", "github-deploy", "backup-service", "data-etl"}
	case "fn":
		return []string{"thumbnail", "order-mail", "stock-sync", "invoice-render"}
	case "cluster":
		return []string{"shop", "api", "jobs"}
	case "secret":
		return []string{"prod/shop/db", "prod/api/db", "prod/payments/token", "prod/mail/smtp"}
	case "param":
		return []string{"/shop/prod/feature-flags", "/shop/prod/cache-url", "/api/prod/rate-limit", "/jobs/prod/schedule"}
	case "table":
		return []string{"carts", "sessions", "stock", "locks"}
	case "queue":
		return []string{"orders", "mails", "thumbnails"}
	case "lg":
		return []string{"/aws/lambda/thumbnail", "/aws/lambda/order-mail", "/ecs/shop", "/ecs/api"}
	case "repo":
		return []string{"shop-web", "public-api", "order-worker"}
	}
	return nil
}
