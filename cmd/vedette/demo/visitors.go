package demo

import (
	"fmt"
	"strconv"
	"strings"
)

// probes are the paths that scanners ask everywhere, a few each.
func probes() []string {
	return []string{"/.env", "/wp-login.php", "/.git/config", "/phpmyadmin/", "/actuator/health", "/xmlrpc.php"}
}

// visitor draws who comes, with which agent, and what the client asks next (by its number in the session).
func (v *visits) visitor(d dice) (client, agent string, next func(i int) (method, path string)) {
	c, p := v.company, d.Float64()
	get := func(paths func(int) string) func(int) (string, string) {
		return func(i int) (string, string) { return "GET", paths(i) }
	}
	switch {
	case p < 0.012:
		from := c.pools[pick(d, []string{"scanner-1", "scanner-2", "scanner-3"})]
		return from.host(d), pick(d, []string{"Mozilla/5.0 zgrab/0.x", "python-requests/2.32.3", "-"}),
			get(func(int) string { return pick(d, probes()) })
	case v.balancer.account == staging:
		return c.pools["office-berlin"].at(2), pick(d, []string{agentChrome, agentFirefox}), v.shopper(d)
	case v.balancer.classic:
		return c.pools[pick(d, []string{"partner-de", "partner-us"})].host(d), "Apache-HttpClient/4.5.14 (Java/17.0.12)", v.partner(d)
	case strings.Contains(v.balancer.name, "api"):
		from := pick(d, c.visitors)
		if d.chance(0.15) {
			return c.pools["partner-us"].at(uint64(10 + d.IntN(8))), "okhttp/4.12.0", v.app(d)
		}
		return from.host(d), fmt.Sprintf("LarkspurApp/6.%d (iOS 19.%d)", d.IntN(4), d.IntN(3)), v.app(d)
	case p < 0.06:
		return c.pools["crawler"].host(d), "Mozilla/5.0 (compatible; ExampleBot/2.1; +https://search.example.com/bot)", get(func(i int) string {
			if i == 0 {
				return "/robots.txt"
			}
			return product(d)
		})
	}
	return v.customer(d).host(d), browser(d), v.shopper(d)
}

// customer draws a network of visitors; home is where most of them are.
func (v *visits) customer(d dice) pool {
	return v.company.visitors[min(d.IntN(len(v.company.visitors)), d.IntN(len(v.company.visitors)+4))]
}

func browser(d dice) string {
	switch d.IntN(5) {
	case 0:
		return fmt.Sprintf("Mozilla/5.0 (iPhone; CPU iPhone OS 18_%d like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.%d Mobile/15E148 Safari/604.1", d.IntN(6), d.IntN(6))
	case 1:
		return fmt.Sprintf("Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Mobile Safari/537.36", 134+d.IntN(5))
	case 2:
		return agentFirefox
	case 3:
		return agentEdge
	}
	return agentChrome
}

func product(d dice) string {
	return pick(d, []string{"/p/tent-4p", "/p/jacket-red", "/p/boots-alpine", "/p/stove-gas", "/p/rope-60m", "/p/map-set"}) + "-" + strconv.Itoa(100+d.IntN(60))
}

// shopper walks from the start page to products, sometimes to the checkout.
func (v *visits) shopper(d dice) func(int) (string, string) {
	return func(i int) (string, string) {
		switch p := d.Float64(); {
		case i == 0 && p < 0.6:
			return "GET", "/"
		case p < 0.42:
			return "GET", "/static/" + pick(d, []string{"app.7c1e.js", "app.7c1e.css", "logo.svg", "img/hero.webp", "img/tent-4p.webp"})
		case p < 0.72:
			return "GET", product(d)
		case p < 0.82:
			return "GET", "/search?q=" + pick(d, []string{"tent", "rain+jacket", "boots", "map", "stove", "rope+60"})
		case p < 0.90:
			return "POST", "/cart"
		case p < 0.93:
			return "POST", "/login"
		case p < 0.95:
			return "POST", "/checkout"
		case p < 0.952:
			return "GET", "/old-catalog/2019.pdf"
		}
		return "GET", "/c/" + pick(d, []string{"tents", "clothing", "climbing", "sale"}) + "?page=" + strconv.Itoa(1+d.IntN(8))
	}
}

// app is the phone's and the partners' use of the API.
func (v *visits) app(d dice) func(int) (string, string) {
	return func(i int) (string, string) {
		switch p := d.Float64(); {
		case i == 0:
			return "POST", "/v1/session"
		case p < 0.45:
			return "GET", "/v1/products/" + strconv.Itoa(1000+d.IntN(400))
		case p < 0.65:
			return "GET", "/v1/search?q=" + pick(d, []string{"tent", "jacket", "boots"})
		case p < 0.8:
			return "GET", "/v1/orders/" + strconv.Itoa(50000+d.IntN(9000))
		case p < 0.9:
			return "POST", "/v1/events"
		}
		return "GET", "/v1/stock?sku=" + strconv.Itoa(1000+d.IntN(400))
	}
}

// partner is the nightly and daily exchange over the old portal.
func (v *visits) partner(d dice) func(int) (string, string) {
	return func(i int) (string, string) {
		switch p := d.Float64(); {
		case i == 0:
			return "POST", "/partner/login"
		case p < 0.5:
			return "GET", "/partner/shipments/" + strconv.Itoa(70000+d.IntN(5000))
		case p < 0.8:
			return "POST", "/partner/shipments"
		}
		return "GET", "/partner/labels.pdf"
	}
}
