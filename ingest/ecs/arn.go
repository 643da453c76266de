package ecs

import "bytes"

// ARNPlace reads region and account of `arn:partition:service:region:account:…`. ok is false where it has not both.
func ARNPlace(arn []byte) (region, account []byte, ok bool) {
	if !bytes.HasPrefix(arn, []byte("arn:")) {
		return nil, nil, false
	}
	var parts [5][]byte
	for i := range parts {
		part, rest, found := bytes.Cut(arn, []byte(":"))
		if !found {
			return nil, nil, false
		}
		parts[i], arn = part, rest
	}
	return parts[3], parts[4], len(parts[3]) > 0 && len(parts[4]) > 0
}
