//go:build !linux

package moto

import "syscall"

// dieWithParent is of Linux only.
func dieWithParent() *syscall.SysProcAttr { return nil }
