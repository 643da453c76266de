package main

import (
	"net/http"

	"github.com/vedette-siem/vedette/engine/esapi"
)

func (a *app) dashboard(api *esapi.Server) (http.Handler, error) {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}), nil
}
