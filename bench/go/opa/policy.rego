package authz

default allow := false

key := data.keys[input.token_sha256]

allow if {
	key.state == "active"
	input.now < key.expires
	data.owners[key.owner].state == "active"
	in_network
	some module, action in routed
	action in key.grants[module]
}

in_network if {
	some network in key.networks
	net.cidr_contains(network, input.client)
}

routed[module] := action if {
	module := input.path[1]
	action := data.routes[input.method][input.path[0]][module]
}
