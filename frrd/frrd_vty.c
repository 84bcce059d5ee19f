// SPDX-License-Identifier: GPL-2.0-or-later
/* Show and operational commands, for people; JSON is in frrd_vty_json.c. */

#include <zebra.h>

#include "command.h"
#include "frrstr.h"
#include "if.h"
#include "json.h"
#include "memory.h"
#include "termtable.h"

#include "frrd/core/decide.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_vty.h"

#include "frrd/frrd_vty_clippy.c"

#define SUBNET_MOVER_STR "Subnet mover\n"
#define GROUP_STR "A group of prefixes that move together\n"
#define GROUP_NAME_STR "Name of the group\n"

/* --- helpers --- */

static struct frrd_grp *find_group(struct vty *vty, const char *name)
{
	struct frrd_grp *grp = frrd_grp_find(name);

	if (!grp)
		vty_out(vty, "%% There is no group %s\n", name);
	return grp;
}

/* How long, for people: 12.3s, 4m05s, 3h07m, 2d04h. */
static const char *age_str(int64_t ms, char *buf, size_t size)
{
	int64_t s = ms / 1000;

	if (s < 60)
		snprintf(buf, size, "%" PRId64 ".%" PRId64 "s", s, ms % 1000 / 100);
	else if (s < 3600)
		snprintf(buf, size, "%" PRId64 "m%02" PRId64 "s", s / 60, s % 60);
	else if (s < 86400)
		snprintf(buf, size, "%" PRId64 "h%02" PRId64 "m", s / 3600, s % 3600 / 60);
	else
		snprintf(buf, size, "%" PRId64 "d%02" PRId64 "h", s / 86400, s % 86400 / 3600);
	return buf;
}

static void print_table(struct vty *vty, struct ttable *table)
{
	char *text;

	ttable_restyle(table);
	text = ttable_dump(table, "\n");
	vty_out(vty, "%s", text);
	XFREE(MTYPE_TMP, text);
	ttable_del(table);
}

/* What keeps this site from working at all, first of all. */
static void print_warnings(struct vty *vty)
{
	if (!frrd_config.local_site[0])
		vty_out(vty, "%% local-site is not configured: this router owns nothing\n");
	else if (!frrd_site_find(frrd_config.local_site))
		vty_out(vty, "%% local-site %s is not one of the configured sites\n",
			frrd_config.local_site);
	if (!frrd_engine_zebra_connected())
		vty_out(vty, "%% zebra is not connected: nothing can be announced or withdrawn\n");
}

/* --- show subnet-mover --- */

static void add_group_row(struct ttable *table, struct frrd_grp *grp)
{
	struct frrd_routes routes;
	char age[32];

	frrd_route_snapshot(grp, &routes);
	ttable_add_row(table, "%s|%s%s|%s|%u/%u|%s", grp->name, frrd_state_name(grp->fsm.state),
		       grp->fsm.held ? " (held)" : "",
		       age_str(frrd_state_ms(grp), age, sizeof(age)), routes.installed,
		       routes.total, frrd_reason_text(grp->fsm.reason));
}

DEFPY(show_subnet_mover, show_subnet_mover_cmd,
      "show subnet-mover [json$json]",
      SHOW_STR
      SUBNET_MOVER_STR
      JSON_STR)
{
	struct ttable *table;
	struct frrd_grp *grp;

	if (json)
		return vty_json(vty, frrd_json_summary());
	vty_out(vty, "Local site %s, arbiter %s, zebra %s\n",
		frrd_config.local_site[0] ? frrd_config.local_site : "(none)",
		frrd_config.arbiter == FRRD_ARBITER_MANUAL ? "manual" : "(none)",
		frrd_engine_zebra_connected() ? "connected" : "disconnected");
	vty_out(vty, "Routes: table %u, distance %u, tag %u\n", frrd_config.route_table,
		frrd_config.distance, frrd_config.route_tag);
	print_warnings(vty);
	vty_out(vty, "\n");
	if (!frrd_groups_count(&frrd_config.groups)) {
		vty_out(vty, "No groups are configured\n");
		return CMD_SUCCESS;
	}
	table = ttable_new(&ttable_styles[TTSTYLE_BLANK]);
	ttable_add_row(table, "Group|State|Since|Installed|Reason");
	frr_each (frrd_groups, &frrd_config.groups, grp)
		add_group_row(table, grp);
	print_table(vty, table);
	return CMD_SUCCESS;
}

/* --- show subnet-mover group --- */

static void print_nexthop(struct vty *vty, const struct frrd_nexthop *nexthop)
{
	if (nexthop->has_ipv4)
		vty_out(vty, " %pI4", &nexthop->ipv4);
	if (nexthop->has_ipv6)
		vty_out(vty, " %pI6", &nexthop->ipv6);
	if (nexthop->ifname[0])
		vty_out(vty, " interface %s", nexthop->ifname);
	if (nexthop->blackhole)
		vty_out(vty, " blackhole");
	if (!nexthop->has_ipv4 && !nexthop->has_ipv6 && !nexthop->ifname[0] &&
	    !nexthop->blackhole)
		vty_out(vty, " none");
}

static void print_members(struct vty *vty, struct frrd_grp *grp)
{
	struct frrd_member *member;

	frr_each (frrd_members, &grp->members, member) {
		vty_out(vty, "  Site %s%s: preference %u, metric %u, next-hop", member->site,
			strmatch(member->site, frrd_config.local_site) ? " (local)" : "",
			member->preference, member->metric);
		print_nexthop(vty, &member->nexthop);
		vty_out(vty, "\n");
	}
}

static void print_counters(struct vty *vty, struct frrd_grp *grp)
{
	struct frrd_elsewhere elsewhere;
	struct frrd_plist_ref *ref;
	struct frrd_routes routes;

	frrd_route_snapshot(grp, &routes);
	frrd_watch_snapshot(grp, &elsewhere);
	vty_out(vty, "  Prefixes: %u, announced %u, installed %u, pending %u, failed %u, lost %u\n",
		routes.total, routes.announced, routes.installed, routes.pending, routes.failed,
		routes.lost);
	if (!routes.announced)
		vty_out(vty, "  Elsewhere: %u announced by others, %u not asked for now\n",
			elsewhere.announced, elsewhere.unknown);
	frr_each (frrd_plists, &grp->plists, ref)
		vty_out(vty,
			"  Prefix-list %s: %u prefixes used, %u ranges and %u prefixes of other groups left out\n",
			ref->name, ref->used, ref->ranges, ref->conflicts);
}

static void print_group(struct vty *vty, struct frrd_grp *grp)
{
	char age[32], detail[256];

	vty_out(vty, "Group %s", grp->name);
	if (grp->id)
		vty_out(vty, " (id %u)", grp->id);
	vty_out(vty, "\n");
	if (grp->description)
		vty_out(vty, "  Description: %s\n", grp->description);
	vty_out(vty, "  State: %s for %s: %s\n", frrd_state_name(grp->fsm.state),
		age_str(frrd_state_ms(grp), age, sizeof(age)),
		frrd_reason_text(grp->fsm.reason));
	if (frrd_reason_hint(grp->fsm.reason)[0])
		vty_out(vty, "  What to do: %s\n", frrd_reason_hint(grp->fsm.reason));
	if (grp->fsm.held)
		vty_out(vty, "  Held by an operator%s%s\n", grp->note[0] ? ": " : "", grp->note);
	if (!grp->policy.member)
		vty_out(vty, "  This site is not a member of the group\n");
	print_counters(vty, grp);
	frrd_engine_describe_elsewhere(grp, detail, sizeof(detail));
	if (detail[0])
		vty_out(vty, "  %s\n", detail);
	print_members(vty, grp);
}

static void print_why(struct vty *vty, struct frrd_grp *grp)
{
	struct frrd_check checks[FRRD_GUARD_COUNT];
	char detail[256];

	vty_out(vty, "Group %s is %s: %s\n", grp->name, frrd_state_name(grp->fsm.state),
		frrd_reason_text(grp->fsm.reason));
	if (frrd_reason_hint(grp->fsm.reason)[0])
		vty_out(vty, "What to do: %s\n", frrd_reason_hint(grp->fsm.reason));
	if (frrd_grp_owned(grp)) {
		print_counters(vty, grp);
		return;
	}
	vty_out(vty, "\nCould this site take the group over now?\n");
	frrd_takeover_checks(&grp->fsm, &grp->policy, checks);
	for (int i = 0; i < FRRD_GUARD_COUNT; i++) {
		if (checks[i].ok) {
			vty_out(vty, "  ok  %s\n", frrd_guard_text(i));
			continue;
		}
		vty_out(vty, "  NO  %s\n", frrd_reason_text(checks[i].reason));
		if (frrd_reason_hint(checks[i].reason)[0])
			vty_out(vty, "      -> %s\n", frrd_reason_hint(checks[i].reason));
	}
	frrd_engine_describe_elsewhere(grp, detail, sizeof(detail));
	if (detail[0])
		vty_out(vty, "  %s\n", detail);
}

static void print_history(struct vty *vty, struct frrd_grp *grp)
{
	const struct frrd_history_entry *h;
	char when[64];

	for (uint32_t i = 0; (h = frrd_history_get(&grp->history, i)); i++) {
		vty_out(vty, "%s %-15s ", frrd_time_str(&h->when, when, sizeof(when)),
			frrd_event_name(h->event));
		if (h->refused)
			vty_out(vty, "refused in %s", frrd_state_name(h->from));
		else if (h->from == h->to)
			vty_out(vty, "%s", frrd_state_name(h->to));
		else
			vty_out(vty, "%s -> %s", frrd_state_name(h->from), frrd_state_name(h->to));
		vty_out(vty, ": %s", frrd_reason_text(h->reason));
		if (h->note[0])
			vty_out(vty, " [%s]", h->note);
		vty_out(vty, "\n");
	}
	if (!frrd_history_get(&grp->history, 0))
		vty_out(vty, "Nothing has happened to group %s yet\n", grp->name);
}

DEFPY(show_subnet_mover_group, show_subnet_mover_group_cmd,
      "show subnet-mover group WORD$name [<why$why|history$history>] [json$json]",
      SHOW_STR
      SUBNET_MOVER_STR
      GROUP_STR
      GROUP_NAME_STR
      "Why it is in its state, and what would keep this site from taking over\n"
      "What happened to it\n"
      JSON_STR)
{
	struct frrd_grp *grp = find_group(vty, name);

	if (!grp)
		return CMD_WARNING;
	if (why && json)
		return vty_json(vty, frrd_json_why(grp));
	if (history && json)
		return vty_json(vty, frrd_json_history(grp));
	if (json)
		return vty_json(vty, frrd_json_group(grp));
	if (why)
		print_why(vty, grp);
	else if (history)
		print_history(vty, grp);
	else
		print_group(vty, grp);
	return CMD_SUCCESS;
}

/* --- show subnet-mover routes, sites, bgp-config --- */

static void add_route_row(struct ttable *table, const struct frrd_route *route)
{
	const struct frrd_origin *origin = route->origin;
	char elsewhere[80] = "-";
	struct prefix p;
	char text[PREFIX_STRLEN];

	frrd_route_prefix(route, &p);
	if (origin)
		snprintf(elsewhere, sizeof(elsewhere), "%s, distance %u",
			 frrd_origin_protocol(origin), origin->distance);
	ttable_add_row(table, "%s|%s|%s|%s|%s|%s", prefix2str(&p, text, sizeof(text)),
		       route->grp->name, frrd_route_source(route->sources),
		       frrd_route_status_name(route->status), elsewhere,
		       frrd_route_cause_text(route->cause));
}

DEFPY(show_subnet_mover_routes, show_subnet_mover_routes_cmd,
      "show subnet-mover routes [group WORD$name] [json$json]",
      SHOW_STR
      SUBNET_MOVER_STR
      "Every prefix and what zebra said about it\n"
      GROUP_STR
      GROUP_NAME_STR
      JSON_STR)
{
	struct frrd_grp *grp = NULL;
	struct frrd_route **routes;
	struct ttable *table;
	size_t count;

	if (name) {
		grp = find_group(vty, name);
		if (!grp)
			return CMD_WARNING;
	}
	if (json)
		return vty_json(vty, frrd_json_routes(grp));
	table = ttable_new(&ttable_styles[TTSTYLE_BLANK]);
	ttable_add_row(table, "Prefix|Group|Source|Status|Elsewhere|Cause");
	routes = frrd_route_array(grp, &count);
	for (size_t i = 0; i < count; i++)
		add_route_row(table, routes[i]);
	frrd_route_array_free(routes);
	print_table(vty, table);
	return CMD_SUCCESS;
}

DEFPY(show_subnet_mover_sites, show_subnet_mover_sites_cmd,
      "show subnet-mover sites [json$json]",
      SHOW_STR
      SUBNET_MOVER_STR
      "The configured sites\n"
      JSON_STR)
{
	struct ttable *table;
	struct frrd_site *site;

	if (json)
		return vty_json(vty, frrd_json_sites());
	print_warnings(vty);
	table = ttable_new(&ttable_styles[TTSTYLE_BLANK]);
	ttable_add_row(table, "Site|Id|Role");
	frr_each (frrd_sites, &frrd_config.sites, site)
		ttable_add_row(table, "%s|%u|%s%s", site->name, site->id,
			       site->witness ? "witness" : "member",
			       strmatch(site->name, frrd_config.local_site) ? ", local" : "");
	print_table(vty, table);
	return CMD_SUCCESS;
}

static void print_bgp_family(struct vty *vty, int family, const char *name)
{
	char line[64];

	vty_out(vty, " address-family %s\n", name);
	vty_out(vty, "  %s\n", frrd_redistribute_line(family, line, sizeof(line)));
	vty_out(vty, " exit-address-family\n");
}

DEFPY(show_subnet_mover_bgp_config, show_subnet_mover_bgp_config_cmd,
      "show subnet-mover bgp-config [json$json]",
      SHOW_STR
      SUBNET_MOVER_STR
      "The lines that bgpd needs for this configuration\n"
      JSON_STR)
{
	if (json)
		return vty_json(vty, frrd_json_bgp_config());
	if (!frrd_family_used(AF_INET) && !frrd_family_used(AF_INET6)) {
		vty_out(vty, "%% No group has a prefix yet: bgpd needs nothing\n");
		return CMD_SUCCESS;
	}
	vty_out(vty, "router bgp <ASN>\n");
	if (frrd_family_used(AF_INET))
		print_bgp_family(vty, AF_INET, "ipv4 unicast");
	if (frrd_family_used(AF_INET6))
		print_bgp_family(vty, AF_INET6, "ipv6 unicast");
	vty_out(vty, "exit\n");
	return CMD_SUCCESS;
}

/* --- operational commands --- */

#define FAILOVER_STR "Take a group over at this site, unless another site announces it\n"
#define HOLD_STR "Refuse every move of a group at this site until resume\n"

static int run_command(struct vty *vty, const struct frrd_command_args *args)
{
	struct frrd_command_result result;

	frrd_engine_command(args, &result);
	vty_out(vty, "%s%s\n", result.accepted || result.done ? "" : "% ", result.text);
	/* The one answer that makes `vtysh -c` end with an error, which scripts need. */
	return result.accepted || result.done ? CMD_SUCCESS : CMD_WARNING_CONFIG_FAILED;
}

DEFPY(subnet_mover_failover, subnet_mover_failover_cmd,
      "subnet-mover failover WORD$name",
      SUBNET_MOVER_STR
      FAILOVER_STR
      GROUP_NAME_STR)
{
	struct frrd_command_args args = { .command = FRRD_COMMAND_FAILOVER, .group = name };

	return run_command(vty, &args);
}

DEFPY(subnet_mover_failover_force, subnet_mover_failover_force_cmd,
      "subnet-mover failover WORD$name force reason LINE...",
      SUBNET_MOVER_STR
      FAILOVER_STR
      GROUP_NAME_STR
      "Take over even if another site seems to announce it\n"
      "Why; kept in the history\n"
      "Words\n")
{
	char *reason = argv_concat(argv, argc, 5);
	struct frrd_command_args args = {
		.command = FRRD_COMMAND_FAILOVER,
		.group = name,
		.force = true,
		.reason = reason,
	};
	int ret = run_command(vty, &args);

	XFREE(MTYPE_TMP, reason);
	return ret;
}

DEFPY(subnet_mover_switchover, subnet_mover_switchover_cmd,
      "subnet-mover switchover WORD$name to WORD$to",
      SUBNET_MOVER_STR
      "Planned move of a group; run it at the successor, then at the owner\n"
      GROUP_NAME_STR
      "The site that takes over\n"
      "Name of the site\n")
{
	struct frrd_command_args args = {
		.command = FRRD_COMMAND_SWITCHOVER,
		.group = name,
		.to = to,
	};

	return run_command(vty, &args);
}

DEFPY(subnet_mover_release, subnet_mover_release_cmd,
      "subnet-mover release WORD$name",
      SUBNET_MOVER_STR
      "Withdraw a group at this site, or cancel its takeover\n"
      GROUP_NAME_STR)
{
	struct frrd_command_args args = { .command = FRRD_COMMAND_RELEASE, .group = name };

	return run_command(vty, &args);
}

DEFPY(subnet_mover_hold, subnet_mover_hold_cmd,
      "subnet-mover hold WORD$name",
      SUBNET_MOVER_STR
      HOLD_STR
      GROUP_NAME_STR)
{
	struct frrd_command_args args = { .command = FRRD_COMMAND_HOLD, .group = name };

	return run_command(vty, &args);
}

DEFPY(subnet_mover_hold_reason, subnet_mover_hold_reason_cmd,
      "subnet-mover hold WORD$name reason LINE...",
      SUBNET_MOVER_STR
      HOLD_STR
      GROUP_NAME_STR
      "Why; shown until resume\n"
      "Words\n")
{
	char *reason = argv_concat(argv, argc, 4);
	struct frrd_command_args args = {
		.command = FRRD_COMMAND_HOLD,
		.group = name,
		.reason = reason,
	};
	int ret = run_command(vty, &args);

	XFREE(MTYPE_TMP, reason);
	return ret;
}

DEFPY(subnet_mover_resume, subnet_mover_resume_cmd,
      "subnet-mover resume WORD$name",
      SUBNET_MOVER_STR
      "Allow moves of a group again\n"
      GROUP_NAME_STR)
{
	struct frrd_command_args args = { .command = FRRD_COMMAND_RESUME, .group = name };

	return run_command(vty, &args);
}

void frrd_vty_init(void)
{
	install_element(VIEW_NODE, &show_subnet_mover_cmd);
	install_element(VIEW_NODE, &show_subnet_mover_group_cmd);
	install_element(VIEW_NODE, &show_subnet_mover_routes_cmd);
	install_element(VIEW_NODE, &show_subnet_mover_sites_cmd);
	install_element(VIEW_NODE, &show_subnet_mover_bgp_config_cmd);
	install_element(ENABLE_NODE, &subnet_mover_failover_cmd);
	install_element(ENABLE_NODE, &subnet_mover_failover_force_cmd);
	install_element(ENABLE_NODE, &subnet_mover_switchover_cmd);
	install_element(ENABLE_NODE, &subnet_mover_release_cmd);
	install_element(ENABLE_NODE, &subnet_mover_hold_cmd);
	install_element(ENABLE_NODE, &subnet_mover_hold_reason_cmd);
	install_element(ENABLE_NODE, &subnet_mover_resume_cmd);
}
