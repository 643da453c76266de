package esapi

import (
	"net/http"
)

func rootRoutes() []route {
	return []route{
		{"GET HEAD", "/", nil, (*call).info},
		{"GET", "/_license", []string{"accept_enterprise", "local"}, (*call).license},
		{"GET", "/_xpack", []string{"accept_enterprise", "categories"}, (*call).xpack},
	}
}

func (c *call) info() error {
	info, err := c.about()
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, info)
}

// A license as Beats and Logstash ask for it: they refuse to write to a server without an active one. It grants what is there anyway.
type license struct {
	Status       string `json:"status"`
	UID          string `json:"uid"`
	Type         string `json:"type"`
	IssuedTo     string `json:"issued_to"`
	Issuer       string `json:"issuer"`
	MaxNodes     int    `json:"max_nodes"`
	ExpiryMillis int64  `json:"expiry_date_in_millis"` // the end of 2099: a basic license does not expire
}

const expiryMillis = 4102444799000

func (c *call) license() error {
	info, err := c.s.backend.Info(c.ctx(), c.p)
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, map[string]license{"license": {Status: "active", UID: info.ClusterUUID, Type: "basic",
		IssuedTo: info.ClusterName, Issuer: "vedette", MaxNodes: 1, ExpiryMillis: expiryMillis}})
}

// xpack says that there is a basic license and none of the features that clients ask about here.
func (c *call) xpack() error {
	info, err := c.s.backend.Info(c.ctx(), c.p)
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, map[string]any{
		"build":    map[string]any{"hash": info.Version["build_hash"], "date": info.Version["build_date"]},
		"license":  map[string]any{"uid": info.ClusterUUID, "type": "basic", "mode": "basic", "status": "active", "expiry_date_in_millis": int64(expiryMillis)},
		"features": map[string]any{},
		"tagline":  "You know, for X",
	})
}
