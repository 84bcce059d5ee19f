// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Configuration commands of a probe; see frrd_cli.c.  The options of http are in
 * frrd_cli_probe_http.c, the commands of who uses probes in frrd_cli_track.c.
 *
 * A probe is of one kind.  A line of another kind takes the place of the first one,
 * with all its options.  An option of a kind that the probe is not of is refused
 * here: in the model it would silently turn the probe into one of that kind.
 */

#include <zebra.h>

#include "command.h"
#include "northbound_cli.h"

#include "frrd_cli_nodes.h"
#include "frrd/frrd_cli.h"
#include "frrd/frrd_nb.h"
#include "frrd/frrd_nb_check.h"
#include "frrd/frrd_nb_probe.h"
#ifndef VTYSH_EXTRACT_PL
#include "frrd/frrd_cli_probe_clippy.c"
#endif

#define PROBE_PATH FRRD_NB_ROOT "/probe"

#define PROBE_STR    "A check that runs again and again\n"
#define SM_ICMP_STR  "Echo request and reply, ICMP or ICMPv6\n"
#define SM_TCP_STR   "A TCP connection can be opened\n"
#define SM_HTTP_STR  "A web server gives the expected answer\n"
#define SM_EXEC_STR  "A program ends with exit status 0\n"
#define SM_BFD_STR   "A BFD session of bfdd is up\n"
#define SM_IF_STR    "An interface is operational\n"
#define SM_ROUTE_STR "A route is present\n"
#define SM_HOST_STR  "Address or name\n"
#define SM_ADDRESS_STR                                                                             \
	"IPv4 address\n"                                                                           \
	"IPv6 address\n"
#define SM_PREFIX_STR                                                                              \
	"IPv4 prefix\n"                                                                            \
	"IPv6 prefix\n"

/* --- helpers -------------------------------------------------------------- */

/* The leaf that the vty's object has in the candidate; NULL: none, or a default. */
static const struct lyd_node *present(struct vty *vty, const char *path)
{
	const struct lyd_node *leaf = yang_dnode_getf(vty->candidate_config->dnode, "%s/%s",
						      VTY_CURR_XPATH, path + 2);

	return leaf && !lyd_is_default(leaf) ? leaf : NULL;
}

void frrd_cli_probe_change(struct vty *vty, const char *path, const char *value)
{
	if (value)
		nb_cli_enqueue_change(vty, path, NB_OP_MODIFY, value);
	else if (present(vty, path))
		nb_cli_enqueue_change(vty, path, NB_OP_DESTROY, NULL);
}

bool frrd_cli_probe_value_ok(struct vty *vty, const char *path, const char *value)
{
	char xpath[XPATH_MAXLEN];

	snprintf(xpath, sizeof(xpath), "%s/%s", PROBE_PATH, path + 2);
	return frrd_cli_value_ok(vty, xpath, value);
}

/* Take away what somebody has set at or below a node of the vty's object. */
static void clear(struct vty *vty, const struct lyd_node *dnode, const char *path)
{
	const struct lyd_node *child;
	char below[XPATH_MAXLEN];

	if (dnode->schema->nodetype == LYS_LEAF) {
		frrd_cli_probe_change(vty, path, NULL);
		return;
	}
	LY_LIST_FOR (lyd_child(dnode), child) {
		snprintf(below, sizeof(below), "%s/%s", path, child->schema->name);
		clear(vty, child, below);
	}
}

/* The probe becomes one of this kind: the others go. */
static void set_kind(struct vty *vty, const char *kind)
{
	for (const struct frrd_nb_probe_kind *k = frrd_nb_probe_kinds; k->name; k++) {
		const struct lyd_node *dnode = yang_dnode_getf(vty->candidate_config->dnode,
							       "%s/%s", VTY_CURR_XPATH, k->name);
		char path[32];

		snprintf(path, sizeof(path), "./%s", k->name);
		if (dnode && !strmatch(k->name, kind))
			clear(vty, dnode, path);
	}
}

/* Is the vty's probe of this kind, so that it may have this option? */
static bool kind_ok(struct vty *vty, const char *kind, const char *option)
{
	const struct lyd_node *probe = yang_dnode_get(vty->candidate_config->dnode,
						      VTY_CURR_XPATH);
	const struct frrd_nb_probe_kind *is = probe ? frrd_nb_probe_kind_of(probe) : NULL;

	/* that there is no such probe is said by those who commit */
	if (!probe || (is && strmatch(is->name, kind)))
		return true;
	if (is)
		(void)frrd_cli_refuse(vty, "probe %s: `%s` is for %s probes, and this one is `%s`",
				      lyd_get_value(lyd_child(probe)), option, kind, is->name);
	else
		(void)frrd_cli_refuse(vty, "probe %s: `%s` is for %s probes; configure `%s` first",
				      lyd_get_value(lyd_child(probe)), option, kind, kind);
	return false;
}

/* The command behind the path of an option, for people; those of TLS have one word more. */
static const char *option_name(const char *path)
{
	return strstr(path, "/tls/") ? "tls" : strrchr(path, '/') + 1;
}

int frrd_cli_probe_option(struct vty *vty, const char *kind, const char *path, const char *value)
{
	if (value &&
	    (!kind_ok(vty, kind, option_name(path)) || !frrd_cli_probe_value_ok(vty, path, value)))
		return CMD_WARNING_CONFIG_FAILED;
	if (!value && !present(vty, path))
		return CMD_SUCCESS;
	return frrd_cli_set_leaf(vty, path, value);
}

/* --- probe: what it checks ------------------------------------------------ */

DEFPY_YANG_NOSH (probe,
	probe_cmd,
	"probe NAME$name",
	PROBE_STR
	"Name of the probe\n")
{
	return frrd_cli_enter_entry(vty, SUBNET_MOVER_PROBE_NODE, FRRD_NB_ROOT,
				    FRRD_NB_ROOT "/probe/name", name);
}

DEFPY_YANG (no_probe,
	no_probe_cmd,
	"no probe NAME$name",
	NO_STR
	PROBE_STR
	"Name of the probe\n")
{
	char xpath[XPATH_MAXLEN];

	if (!frrd_cli_value_ok(vty, FRRD_NB_ROOT "/probe/name", name))
		return CMD_WARNING_CONFIG_FAILED;
	snprintf(xpath, sizeof(xpath), "./probe[name='%s']", name);
	return frrd_cli_set_leaf(vty, xpath, NULL);
}

DEFPY_YANG (probe_icmp,
	probe_icmp_cmd,
	"icmp HOST$host [size (0-4294967295)$size]",
	SM_ICMP_STR
	SM_HOST_STR
	"Data in the request\n"
	"Bytes, 0 to 9000 (default 56)\n")
{
	if (!frrd_cli_probe_value_ok(vty, "./icmp/target", host) ||
	    (size_str && !frrd_cli_number_ok(vty, "icmp size", size, 0, 9000)))
		return CMD_WARNING_CONFIG_FAILED;
	set_kind(vty, "icmp");
	frrd_cli_probe_change(vty, "./icmp/size", size_str);
	return frrd_cli_set_leaf(vty, "./icmp/target", host);
}

DEFPY_YANG (probe_tcp,
	probe_tcp_cmd,
	"tcp HOST$host port (0-4294967295)$port",
	SM_TCP_STR
	SM_HOST_STR
	"Port to connect to\n"
	"Port, 1 to 65535\n")
{
	if (!frrd_cli_probe_value_ok(vty, "./tcp/target", host) ||
	    !frrd_cli_number_ok(vty, "tcp port", port, 1, 65535))
		return CMD_WARNING_CONFIG_FAILED;
	set_kind(vty, "tcp");
	frrd_cli_probe_change(vty, "./tcp/port", port_str);
	return frrd_cli_set_leaf(vty, "./tcp/target", host);
}

DEFPY_YANG (probe_http,
	probe_http_cmd,
	"http URL$url",
	SM_HTTP_STR
	"URL that starts with http:// or https://\n")
{
	if (!frrd_cli_probe_value_ok(vty, "./http/url", url))
		return CMD_WARNING_CONFIG_FAILED;
	set_kind(vty, "http");
	return frrd_cli_set_leaf(vty, "./http/url", url);
}

DEFPY_YANG (probe_exec,
	probe_exec_cmd,
	"exec LINE...",
	SM_EXEC_STR
	"Absolute path of a program, and arguments; split at blanks, no shell\n")
{
	char *command = argv_concat(argv, argc, 1);
	int ret = CMD_WARNING_CONFIG_FAILED;

	if (frrd_cli_probe_value_ok(vty, "./exec/command", command)) {
		set_kind(vty, "exec");
		ret = frrd_cli_set_leaf(vty, "./exec/command", command);
	}
	XFREE(MTYPE_TMP, command);
	return ret;
}

DEFPY_YANG (probe_bfd,
	probe_bfd_cmd,
	"bfd <A.B.C.D|X:X::X:X>$peer [multihop$multihop]",
	SM_BFD_STR
	SM_ADDRESS_STR
	"The peer is more than one hop away; needs a source-address\n")
{
	char value[INET6_ADDRSTRLEN];

	sockunion2str(peer, value, sizeof(value));
	set_kind(vty, "bfd");
	frrd_cli_probe_change(vty, "./bfd/multihop", multihop ? "true" : NULL);
	return frrd_cli_set_leaf(vty, "./bfd/peer", value);
}

DEFPY_YANG (probe_interface,
	probe_interface_cmd,
	"interface IFNAME$ifname [address <A.B.C.D|X:X::X:X>$address]",
	SM_IF_STR
	"Name of the interface; it may appear later\n"
	"The interface also has this address\n"
	SM_ADDRESS_STR)
{
	char value[INET6_ADDRSTRLEN];

	if (!frrd_cli_probe_value_ok(vty, "./interface/name", ifname))
		return CMD_WARNING_CONFIG_FAILED;
	if (address_str)
		sockunion2str(address, value, sizeof(value));
	set_kind(vty, "interface");
	frrd_cli_probe_change(vty, "./interface/address", address_str ? value : NULL);
	return frrd_cli_set_leaf(vty, "./interface/name", ifname);
}

DEFPY_YANG (probe_route,
	probe_route_cmd,
	"route <A.B.C.D/M|X:X::X:X/M>$prefix [covering$covering] [via <A.B.C.D|X:X::X:X>$via]",
	SM_ROUTE_STR
	SM_PREFIX_STR
	"A route for a prefix that contains this one will do\n"
	"The route has this next-hop\n"
	SM_ADDRESS_STR)
{
	char value[PREFIX_STRLEN], next_hop[INET6_ADDRSTRLEN], error[256];

	if (!frrd_check_host_bits("route", prefix, error, sizeof(error)))
		return frrd_cli_refuse(vty, "%s", error);
	prefix2str(prefix, value, sizeof(value));
	if (via_str)
		sockunion2str(via, next_hop, sizeof(next_hop));
	set_kind(vty, "route");
	frrd_cli_probe_change(vty, "./route/match", covering ? "covering" : NULL);
	frrd_cli_probe_change(vty, "./route/via", via_str ? next_hop : NULL);
	return frrd_cli_set_leaf(vty, "./route/prefix", value);
}

#define SM_KINDS_STR                                                                               \
	SM_ICMP_STR SM_TCP_STR SM_HTTP_STR SM_EXEC_STR SM_BFD_STR SM_IF_STR SM_ROUTE_STR

/* The options of the kind go along. */
DEFPY_YANG (no_probe_kind,
	no_probe_kind_cmd,
	"no <icmp|tcp|http|exec|bfd|interface|route>$kind",
	NO_STR
	SM_KINDS_STR)
{
	char path[32];

	snprintf(path, sizeof(path), "./%s", kind);
	return frrd_cli_set_leaf(vty, path, NULL);
}

ALIAS_YANG (no_probe_kind,
	no_probe_kind_line_cmd,
	"no <icmp|tcp|http|exec|bfd|interface|route>$kind LINE...",
	NO_STR
	SM_KINDS_STR
	"What it was configured with\n")

/* --- probe: options of a kind --------------------------------------------- */

/* Numbers, by the names of their leaves. */
static const struct {
	const char *name;
	const char *kind; /* NULL: every kind */
	long min, max;
} numbers[] = {
	{ "interval", NULL, 50, 86400000 },
	{ "retry-interval", NULL, 50, 86400000 },
	{ "timeout", NULL, 10, 600000 },
	{ "rise", NULL, 1, 255 },
	{ "fall", NULL, 1, 255 },
	{ "jitter", NULL, 0, 50 },
	{ "detect-multiplier", "bfd", 2, 255 },
	{ "receive-interval", "bfd", 10, 60000 },
	{ "transmit-interval", "bfd", 10, 60000 },
};

static int set_number(struct vty *vty, const char *what, long value, const char *text)
{
	char path[64];

	for (size_t i = 0; i < array_size(numbers); i++) {
		const char *kind = numbers[i].kind;

		if (!strmatch(numbers[i].name, what))
			continue;
		snprintf(path, sizeof(path), "./%s%s%s", kind ? kind : "", kind ? "/" : "", what);
		if (text && ((kind && !kind_ok(vty, kind, what)) ||
			     !frrd_cli_number_ok(vty, what, value, numbers[i].min,
						 numbers[i].max)))
			return CMD_WARNING_CONFIG_FAILED;
		if (!text && !present(vty, path))
			return CMD_SUCCESS;
		return frrd_cli_set_leaf(vty, path, text);
	}
	return CMD_WARNING_CONFIG_FAILED;
}

#define SM_NUMBERS_STR                                                                             \
	"Milliseconds from one run to the next, 50 to 86400000 (default 1000)\n"                   \
	"Milliseconds until the next run while the state is not settled, 50 to the interval\n"     \
	"Milliseconds that a run may take, 10 to 600000 (default 500)\n"                           \
	"Good results in a row that make the probe up, 1 to 255 (default 2)\n"                     \
	"Bad results in a row that make the probe down, 1 to 255 (default 3)\n"                    \
	"By how many percent of the interval the runs vary, 0 to 50 (default 10)\n"                \
	"BFD: lost packets until the session is down, 2 to 255 (default 3)\n"                      \
	"BFD: least milliseconds between packets received, 10 to 60000 (default 300)\n"            \
	"BFD: least milliseconds between packets sent, 10 to 60000 (default 300)\n"

DEFPY_YANG (probe_number,
	probe_number_cmd,
	"<interval|retry-interval|timeout|rise|fall|jitter|detect-multiplier|receive-interval|transmit-interval>$what (0-4294967295)$value",
	SM_NUMBERS_STR
	"Number\n")
{
	return set_number(vty, what, value, value_str);
}

DEFPY_YANG (no_probe_number,
	no_probe_number_cmd,
	"no <interval|retry-interval|timeout|rise|fall|jitter|detect-multiplier|receive-interval|transmit-interval>$what [(0-4294967295)]",
	NO_STR
	SM_NUMBERS_STR
	"Number\n")
{
	return set_number(vty, what, 0, NULL);
}

/* --- probe: options of every kind ----------------------------------------- */

DEFPY_YANG (probe_source_address,
	probe_source_address_cmd,
	"source-address <A.B.C.D|X:X::X:X>$address",
	"Address to send from\n"
	SM_ADDRESS_STR)
{
	char value[INET6_ADDRSTRLEN];

	sockunion2str(address, value, sizeof(value));
	return frrd_cli_set_leaf(vty, "./source-address", value);
}

DEFPY_YANG (probe_source_interface,
	probe_source_interface_cmd,
	"source-interface IFNAME$ifname",
	"Interface to send from\n"
	"Name of the interface\n")
{
	if (!frrd_cli_probe_value_ok(vty, "./source-interface", ifname))
		return CMD_WARNING_CONFIG_FAILED;
	return frrd_cli_set_leaf(vty, "./source-interface", ifname);
}

DEFPY_YANG (probe_vrf,
	probe_vrf_cmd,
	"vrf NAME$name",
	"VRF in which the probe runs\n"
	"Name of the VRF\n")
{
	if (!frrd_cli_probe_value_ok(vty, "./vrf", name))
		return CMD_WARNING_CONFIG_FAILED;
	return frrd_cli_set_leaf(vty, "./vrf", name);
}

DEFPY_YANG (probe_when_unknown,
	probe_when_unknown_cmd,
	"when-unknown <no-move|up|down>$what",
	"What an unknown state counts as\n"
	"What the probe said last; no move (default)\n"
	"Up\n"
	"Down\n")
{
	return frrd_cli_set_leaf(vty, "./when-unknown", what);
}

DEFPY_YANG (no_probe_option,
	no_probe_option_cmd,
	"no <source-address|source-interface|vrf|when-unknown>$what [VALUE]",
	NO_STR
	"Address to send from\n"
	"Interface to send from\n"
	"VRF in which the probe runs\n"
	"What an unknown state counts as\n"
	"What was configured\n")
{
	char path[32];

	snprintf(path, sizeof(path), "./%s", what);
	return frrd_cli_set_leaf(vty, path, NULL);
}

/* --- node ----------------------------------------------------------------- */

static struct cmd_node probe_node = {
	.name = "subnet-mover probe",
	.node = SUBNET_MOVER_PROBE_NODE,
	.parent_node = SUBNET_MOVER_NODE,
	.prompt = SUBNET_MOVER_PROBE_PROMPT,
};

void frrd_cli_probe_init(void)
{
	install_node(&probe_node);
	install_default(SUBNET_MOVER_PROBE_NODE);

	install_element(SUBNET_MOVER_NODE, &probe_cmd);
	install_element(SUBNET_MOVER_NODE, &no_probe_cmd);

	install_element(SUBNET_MOVER_PROBE_NODE, &probe_icmp_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &probe_tcp_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &probe_http_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &probe_exec_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &probe_bfd_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &probe_interface_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &probe_route_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &no_probe_kind_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &no_probe_kind_line_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &probe_number_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &no_probe_number_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &probe_source_address_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &probe_source_interface_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &probe_vrf_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &probe_when_unknown_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &no_probe_option_cmd);

	frrd_cli_probe_http_init();
}
