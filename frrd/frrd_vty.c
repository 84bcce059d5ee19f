// SPDX-License-Identifier: GPL-2.0-or-later
/* show subnet-mover, group, routes for people; JSON is in frrd_vty_json.c. */

#include <zebra.h>

#include "command.h"
#include "frrstr.h"
#include "if.h"
#include "json.h"
#include "memory.h"
#include "termtable.h"

#include "frrd/frrd_address.h"
#include "frrd/frrd_convergence.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_map_show.h"
#include "frrd/frrd_preflight.h"
#include "frrd/frrd_probe_use.h"
#include "frrd/frrd_sites.h"
#include "frrd/frrd_statefile.h"
#include "frrd/frrd_vty.h"
#include "frrd/frrd_words.h"

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

const char *frrd_age_str(int64_t ms, char *buf, size_t size)
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

void frrd_vty_table(struct vty *vty, struct ttable *table)
{
	char *text;

	ttable_restyle(table);
	text = ttable_dump(table, "\n");
	vty_out(vty, "%s", text);
	XFREE(MTYPE_TMP, text);
	ttable_del(table);
}

void frrd_vty_warnings(struct vty *vty)
{
	struct prefix hidden;
	const char *name;

	if (!frrd_config.local_site[0])
		vty_out(vty, "%% local-site is not configured: this router owns nothing\n");
	else if (!frrd_site_find(frrd_config.local_site))
		vty_out(vty, "%% local-site %s is not one of the configured sites\n",
			frrd_config.local_site);
	if (!frrd_engine_zebra_connected())
		vty_out(vty, "%% zebra is not connected: nothing can be announced or withdrawn\n");
	else if (frrd_sites_hidden_markers(&hidden, &name))
		vty_out(vty,
			"%% the %s %pFX of this site is not selected by zebra: the other sites do not hear it\n",
			name, &hidden);
}

/* --- show subnet-mover --- */

/* With the arbiter bgp the owner is known everywhere, and has a column. */
static void add_group_row(struct ttable *table, struct frrd_grp *grp)
{
	const struct frrd_site *owner = frrd_grp_owner(grp);
	char age[32], state[32], installed[32];
	struct frrd_routes routes;

	frrd_route_snapshot(grp, &routes);
	frrd_age_str(frrd_state_ms(grp), age, sizeof(age));
	snprintf(state, sizeof(state), "%s%s", frrd_state_name(grp->fsm.state),
		 grp->fsm.held && grp->fsm.state != FRRD_STATE_HELD ? " (held)" : "");
	snprintf(installed, sizeof(installed), "%u/%u", routes.installed, routes.total);
	if (frrd_config.arbiter == FRRD_ARBITER_BGP)
		ttable_add_row(table, "%s|%s|%s|%s|%s|%s", grp->name, owner ? owner->name : "-",
			       state, age, installed, frrd_reason_text(grp->fsm.reason));
	else
		ttable_add_row(table, "%s|%s|%s|%s|%s", grp->name, state, age, installed,
			       frrd_reason_text(grp->fsm.reason));
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
		frrd_config.arbiter == FRRD_ARBITER_NONE ? "(none)" : frrd_arbiter_name(),
		frrd_engine_zebra_connected() ? "connected" : "disconnected");
	vty_out(vty, "Routes: table %u, distance %u, tag %u\n", frrd_config.route_table,
		frrd_config.distance, frrd_config.route_tag);
	if (frrd_config.arbiter == FRRD_ARBITER_BGP)
		frrd_vty_quorum(vty);
	frrd_vty_warnings(vty);
	if (frrd_statefile_problem()[0])
		vty_out(vty, "%% %s\n", frrd_statefile_problem());
	vty_out(vty, "\n");
	if (!frrd_groups_count(&frrd_config.groups)) {
		vty_out(vty, "No groups are configured\n");
		return CMD_SUCCESS;
	}
	table = ttable_new(&ttable_styles[TTSTYLE_BLANK]);
	ttable_add_row(table, frrd_config.arbiter == FRRD_ARBITER_BGP
				      ? "Group|Owner|State|Since|Installed|Reason"
				      : "Group|State|Since|Installed|Reason");
	frr_each (frrd_groups, &frrd_config.groups, grp)
		add_group_row(table, grp);
	frrd_vty_table(vty, table);
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

void frrd_vty_counters(struct vty *vty, struct frrd_grp *grp)
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
			"  Prefix-list %s: %u prefixes used, %u ranges and %u prefixes of other groups or tracks left out\n",
			ref->name, ref->used, ref->ranges, ref->conflicts);
}

static void print_policy(struct vty *vty, const struct frrd_grp *grp)
{
	vty_out(vty, "  Policy: %s, failback %s, %s%s\n",
		grp->auto_failover ? "auto-failover" : "no auto-failover",
		grp->failback ? "automatic" : "manual",
		grp->make_before_break ? "make-before-break" : "break-before-make",
		grp->withdraw_alone ? ", withdrawn when unhealthy without a successor" : "");
}

static void print_handover(struct vty *vty, const struct frrd_grp *grp)
{
	char name[FRRD_NAME_SIZE], left[32];
	int64_t ms = frrd_handover_left_ms(grp);

	frrd_ms_str(ms, left, sizeof(left));
	if (grp->fsm.request_for)
		vty_out(vty, "  Handover: requested for %s, at most %s more\n",
			frrd_site_label(grp->fsm.request_for, name, sizeof(name)), left);
	if (grp->fsm.grant_to)
		vty_out(vty, "  Handover: granted to %s, at most %s more\n",
			frrd_site_label(grp->fsm.grant_to, name, sizeof(name)), left);
}

/* Who owns it, who could, and what moves: arbiter bgp. */
static void print_move_state(struct vty *vty, struct frrd_grp *grp)
{
	const struct frrd_site *owner = frrd_grp_owner(grp);
	struct frrd_said said;
	char names[256], left[32], detail[FRRD_HEALTH_TEXT];
	int64_t damped = frrd_damped_left_ms(grp);

	frrd_grp_said(grp, &said);
	print_policy(vty, grp);
	vty_out(vty, "  Owner: %s", owner ? owner->name : "none is seen");
	if (!owner && grp->fsm.last_owner)
		vty_out(vty, " (last: %s)",
			frrd_site_label(grp->fsm.last_owner, names, sizeof(names)));
	if (said.claims & (said.claims - 1))
		vty_out(vty, " (claimed by %s)",
			frrd_site_labels(said.claims, names, sizeof(names)));
	vty_out(vty, "\n  Ready to take over: %s\n",
		frrd_site_labels(said.readies, names, sizeof(names)));
	if (grp->policy.member)
		vty_out(vty, "  This site: %s, %s%s\n", grp->fsm.unhealthy ? "unhealthy" : "healthy",
			grp->fsm.quorum_since_ms == FRRD_NEVER
				? "no quorum"
				: (grp->fsm.settled ? "quorum" : "quorum, not settled yet"),
			grp->fsm.barred ? ", takes over by command only: it was released here" : "");
	if (frrd_describe_health(grp, detail, sizeof(detail))[0])
		vty_out(vty, "  Health: %s\n", detail);
	print_handover(vty, grp);
	if (damped)
		vty_out(vty, "  Damped: does not leave a living owner by itself for another %s\n",
			frrd_ms_str(damped, left, sizeof(left)));
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
		frrd_age_str(frrd_state_ms(grp), age, sizeof(age)),
		frrd_reason_text(grp->fsm.reason));
	if (frrd_reason_hint(grp->fsm.reason)[0] && grp->policy.member)
		vty_out(vty, "  What to do: %s\n", frrd_reason_hint(grp->fsm.reason));
	if (grp->fsm.held)
		vty_out(vty, "  Held by an operator%s%s\n", grp->note[0] ? ": " : "", grp->note);
	if (!grp->policy.member)
		vty_out(vty, "  This site is not a member of the group\n");
	if (grp->policy.arbiter == FRRD_ARBITER_BGP)
		print_move_state(vty, grp);
	frrd_vty_group_probes(vty, grp);
	frrd_vty_counters(vty, grp);
	frrd_engine_describe_elsewhere(grp, detail, sizeof(detail));
	if (detail[0])
		vty_out(vty, "  %s\n", detail);
	print_members(vty, grp);
	frrd_map_show(vty, grp);
	frrd_attach_show(vty, grp);
	frrd_address_show(vty, grp);
}

void frrd_vty_history_entry(struct vty *vty, const struct frrd_history_entry *h)
{
	char when[64];

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

static void print_history(struct vty *vty, struct frrd_grp *grp)
{
	const struct frrd_history_entry *h;

	for (uint32_t i = 0; (h = frrd_history_get(&grp->history, i)); i++)
		frrd_vty_history_entry(vty, h);
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
		frrd_vty_why(vty, grp);
	else if (history)
		print_history(vty, grp);
	else
		print_group(vty, grp);
	return CMD_SUCCESS;
}

/* --- show subnet-mover routes --- */

static bool any_map(struct frrd_grp *only)
{
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		if ((!only || grp == only) && frrd_map_used(grp))
			return true;
	return false;
}

/* With address change there is a column that says what a prefix stands for. */
static void add_route_row(struct ttable *table, const struct frrd_route *route, bool maps)
{
	bool watched = !frrd_route_is_here(route) && route->status == FRRD_ROUTE_IDLE &&
		       route->grp->policy.member;
	const struct frrd_origin *origin = route->origin;
	char elsewhere[80] = "-";
	struct prefix p;
	char text[PREFIX_STRLEN], words[160];

	frrd_route_prefix(route, &p);
	if (origin)
		snprintf(elsewhere, sizeof(elsewhere), "%s, distance %u",
			 frrd_origin_protocol(origin), origin->distance);
	if (maps)
		ttable_add_row(table, "%s|%s|%s|%s|%s|%s|%s", prefix2str(&p, text, sizeof(text)),
			       route->grp->name, frrd_route_source(route->sources),
			       frrd_map_route_words(route, words, sizeof(words)),
			       watched ? "watched" : frrd_route_status_name(route->status),
			       elsewhere, frrd_route_cause_text(route->cause));
	else
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
	bool maps;

	if (name) {
		grp = find_group(vty, name);
		if (!grp)
			return CMD_WARNING;
	}
	if (json)
		return vty_json(vty, frrd_json_routes(grp));
	maps = any_map(grp);
	table = ttable_new(&ttable_styles[TTSTYLE_BLANK]);
	if (maps)
		ttable_add_row(table, "Prefix|Group|Source|Announced|Status|Elsewhere|Cause");
	else
		ttable_add_row(table, "Prefix|Group|Source|Status|Elsewhere|Cause");
	routes = frrd_route_array(grp, &count);
	for (size_t i = 0; i < count; i++)
		add_route_row(table, routes[i], maps);
	frrd_route_array_free(routes);
	frrd_vty_table(vty, table);
	return CMD_SUCCESS;
}

void frrd_vty_init(void)
{
	frrd_convergence_vty_init();
	install_element(VIEW_NODE, &show_subnet_mover_cmd);
	install_element(VIEW_NODE, &show_subnet_mover_group_cmd);
	install_element(VIEW_NODE, &show_subnet_mover_routes_cmd);
	frrd_vty_sites_init();
	frrd_vty_budget_init();
	frrd_vty_journal_init();
	frrd_vty_probe_init();
	frrd_vty_command_init();
	frrd_preflight_vty_init();
}
