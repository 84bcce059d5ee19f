// SPDX-License-Identifier: GPL-2.0-or-later
/* The facts behind the show commands as JSON; see frrd_vty.h. */

#include <zebra.h>

#include "if.h"
#include "json.h"
#include "vrf.h"

#include "frrd_compat.h"
#include "frrd/frrd_address.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_map_show.h"
#include "frrd/frrd_probe_use.h"
#include "frrd/frrd_sites.h"
#include "frrd/frrd_statefile.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_vty.h"

const char *frrd_time_str(const struct timeval *when, char *buf, size_t size)
{
	char day[24];
	struct tm tm;

	gmtime_r(&when->tv_sec, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buf, size, "%s.%03ldZ", day, (long)when->tv_usec / 1000);
	return buf;
}

int64_t frrd_state_ms(const struct frrd_grp *grp)
{
	return frrd_now_ms() - grp->fsm.since_ms;
}

void frrd_time_ago(int64_t ms, struct timeval *ret_when)
{
	int64_t us = (int64_t)-ms * 1000;
	struct timeval now;

	gettimeofday(&now, NULL);
	us += now.tv_sec * INT64_C(1000000) + now.tv_usec;
	ret_when->tv_sec = us / 1000000;
	ret_when->tv_usec = us % 1000000;
}

void frrd_state_since(const struct frrd_grp *grp, struct timeval *ret_when)
{
	frrd_time_ago(frrd_state_ms(grp), ret_when);
}

const char *frrd_route_source(uint8_t sources)
{
	return sources & (FRRD_SOURCE_PREFIX | FRRD_SOURCE_OTHER(FRRD_SOURCE_PREFIX)) ? "prefix" : "prefix-list";
}

const char *frrd_arbiter_name(void)
{
	switch (frrd_config.arbiter) {
	case FRRD_ARBITER_NONE:
		return "none";
	case FRRD_ARBITER_MANUAL:
		return "manual";
	case FRRD_ARBITER_BGP:
		return "bgp";
	}
	return "?";
}

void frrd_json_add_reason(struct json_object *json, enum frrd_reason reason)
{
	json_object_string_add(json, "reason", frrd_reason_code(reason));
	json_object_string_add(json, "reasonText", frrd_reason_text(reason));
}

void frrd_json_add_time(struct json_object *json, const char *name, int64_t ms)
{
	struct timeval when;
	char buf[64];

	frrd_time_ago(ms, &when);
	json_object_string_add(json, name, frrd_time_str(&when, buf, sizeof(buf)));
}

struct json_object *frrd_json_sites_of(uint16_t set)
{
	struct json_object *list = json_object_new_array();
	char name[FRRD_NAME_SIZE];

	for (uint8_t id = 1; id <= FRRD_SITE_MAX; id++)
		if (set & FRRD_SITE_BIT(id))
			json_object_array_add(list, json_object_new_string(frrd_site_label(
							    id, name, sizeof(name))));
	return list;
}

static struct json_object *json_counters(struct frrd_grp *grp)
{
	struct json_object *json = json_object_new_object();
	struct frrd_elsewhere elsewhere;
	struct frrd_routes routes;

	frrd_route_snapshot(grp, &routes);
	frrd_watch_snapshot(grp, &elsewhere);
	json_object_int_add(json, "total", routes.total);
	json_object_int_add(json, "announced", routes.announced);
	json_object_int_add(json, "installed", routes.installed);
	json_object_int_add(json, "pending", routes.pending);
	json_object_int_add(json, "failed", routes.failed);
	json_object_int_add(json, "lost", routes.lost);
	json_object_int_add(json, "elsewhere", elsewhere.announced);
	json_object_int_add(json, "untracked", routes.announced ? 0 : elsewhere.unknown);
	return json;
}

static struct json_object *json_nexthop(const struct frrd_nexthop *nexthop)
{
	struct json_object *json = json_object_new_object();

	if (nexthop->has_ipv4)
		json_object_string_addf(json, "ipv4", "%pI4", &nexthop->ipv4);
	if (nexthop->has_ipv6)
		json_object_string_addf(json, "ipv6", "%pI6", &nexthop->ipv6);
	if (nexthop->ifname[0])
		json_object_string_add(json, "interface", nexthop->ifname);
	if (nexthop->blackhole)
		json_object_boolean_true_add(json, "blackhole");
	return json;
}

static struct json_object *json_members(struct frrd_grp *grp)
{
	struct json_object *json = json_object_new_object();
	struct frrd_member *member;

	frr_each (frrd_members, &grp->members, member) {
		struct json_object *entry = json_object_new_object();

		json_object_int_add(entry, "preference", member->preference);
		json_object_int_add(entry, "metric", member->metric);
		json_object_object_add(entry, "nextHop", json_nexthop(&member->nexthop));
		if (frrd_maps_count(&member->maps))
			json_object_object_add(entry, "maps", frrd_map_json(member));
		json_object_object_add(json, member->site, entry);
	}
	return json;
}

static struct json_object *json_plists(struct frrd_grp *grp)
{
	struct json_object *json = json_object_new_object();
	struct frrd_plist_ref *ref;

	frr_each (frrd_plists, &grp->plists, ref) {
		struct json_object *entry = json_object_new_object();

		json_object_int_add(entry, "used", ref->used);
		json_object_int_add(entry, "ranges", ref->ranges);
		json_object_int_add(entry, "conflicts", ref->conflicts);
		json_object_object_add(json, ref->name, entry);
	}
	return json;
}

static void add_handover(struct json_object *json, const struct frrd_grp *grp)
{
	struct json_object *handover = json_object_new_object();
	char name[FRRD_NAME_SIZE];

	if (grp->fsm.request_for)
		json_object_string_add(handover, "requestFor",
				       frrd_site_label(grp->fsm.request_for, name, sizeof(name)));
	if (grp->fsm.grant_to)
		json_object_string_add(handover, "grantTo",
				       frrd_site_label(grp->fsm.grant_to, name, sizeof(name)));
	json_object_int_add(handover, "leftMs", frrd_handover_left_ms(grp));
	json_object_object_add(json, "handover", handover);
}

static struct json_object *json_policy(const struct frrd_grp *grp)
{
	struct json_object *json = json_object_new_object();

	json_object_boolean_add(json, "autoFailover", grp->auto_failover);
	json_object_string_add(json, "failback", grp->failback ? "automatic" : "manual");
	json_object_int_add(json, "waitToRestoreMs", grp->wait_to_restore_ms);
	json_object_string_add(json, "handover",
			       grp->make_before_break ? "make-before-break" : "break-before-make");
	json_object_string_add(json, "whenNoSuccessor", grp->withdraw_alone ? "withdraw" : "keep");
	json_object_int_add(json, "dampingMaxMoves", grp->damping_max_moves);
	json_object_int_add(json, "dampingWindowMs", grp->damping_window_ms);
	return json;
}

/* Who owns it, who could, and what moves: arbiter bgp. */
static void add_move_state(struct json_object *json, struct frrd_grp *grp)
{
	const struct frrd_site *owner = frrd_grp_owner(grp);
	int64_t damped = frrd_damped_left_ms(grp);
	struct frrd_said said;
	char name[FRRD_NAME_SIZE], health[FRRD_HEALTH_TEXT];

	frrd_grp_said(grp, &said);
	if (owner)
		json_object_string_add(json, "owner", owner->name);
	if (grp->fsm.last_owner)
		json_object_string_add(json, "lastOwner",
				       frrd_site_label(grp->fsm.last_owner, name, sizeof(name)));
	json_object_object_add(json, "claims", frrd_json_sites_of(said.claims));
	json_object_object_add(json, "requests", frrd_json_sites_of(said.requests));
	json_object_object_add(json, "grants", frrd_json_sites_of(said.grants));
	json_object_object_add(json, "ready", frrd_json_sites_of(said.readies));
	json_object_boolean_add(json, "conflict", grp->fsm.conflict);
	json_object_boolean_add(json, "healthy", !grp->fsm.unhealthy);
	if (frrd_describe_health(grp, health, sizeof(health))[0])
		json_object_string_add(json, "health", health);
	json_object_boolean_add(json, "quorum", grp->fsm.quorum_since_ms != FRRD_NEVER);
	json_object_boolean_add(json, "settled", grp->fsm.settled);
	json_object_boolean_add(json, "barred", grp->fsm.barred);
	if (damped)
		frrd_json_add_time(json, "dampedUntil", -damped);
	if (grp->fsm.request_for || grp->fsm.grant_to)
		add_handover(json, grp);
	json_object_object_add(json, "policy", json_policy(grp));
}

struct json_object *frrd_json_group(struct frrd_grp *grp)
{
	struct json_object *json = json_object_new_object();
	struct json_object *timing = json_object_new_object();
	struct timeval since;
	char buf[64];

	frrd_state_since(grp, &since);
	json_object_int_add(json, "id", grp->id);
	if (grp->description)
		json_object_string_add(json, "description", grp->description);
	json_object_string_add(json, "state", frrd_state_name(grp->fsm.state));
	frrd_json_add_reason(json, grp->fsm.reason);
	json_object_string_add(json, "since", frrd_time_str(&since, buf, sizeof(buf)));
	json_object_int_add(json, "stateMs", frrd_state_ms(grp));
	json_object_string_add(json, "step", frrd_step_name(grp->seq.step));
	if (grp->seq.aborted)
		json_object_boolean_true_add(json, "forbiddenByHook");
	json_object_boolean_add(json, "held", grp->fsm.held);
	if (grp->fsm.held && grp->note[0])
		json_object_string_add(json, "holdReason", grp->note);
	json_object_boolean_add(json, "member", grp->policy.member);
	if (grp->policy.arbiter == FRRD_ARBITER_BGP)
		add_move_state(json, grp);
	frrd_json_add_probes(json, grp);
	json_object_object_add(json, "prefixes", json_counters(grp));
	if (frrd_plists_count(&grp->plists))
		json_object_object_add(json, "prefixLists", json_plists(grp));
	json_object_object_add(json, "members", json_members(grp));
	if (frrd_attach_count(grp))
		json_object_object_add(json, "attachments", frrd_attach_json(grp));
	if (grp->address)
		json_object_object_add(json, "addressChange", frrd_address_json(grp));
	if (grp->command_us && grp->announce_us > grp->command_us)
		json_object_int_add(timing, "commandToZapiUs", grp->announce_us - grp->command_us);
	json_object_object_add(json, "timing", timing);
	return json;
}

struct json_object *frrd_json_summary(void)
{
	struct json_object *json = json_object_new_object();
	struct json_object *groups = json_object_new_object();
	struct frrd_grp *grp;

	json_object_string_add(json, "localSite", frrd_config.local_site);
	json_object_string_add(json, "arbiter", frrd_arbiter_name());
	json_object_int_add(json, "routeTable", frrd_config.route_table);
	json_object_int_add(json, "distance", frrd_config.distance);
	json_object_int_add(json, "routeTag", frrd_config.route_tag);
	json_object_string_add(json, "zebra",
			       frrd_engine_zebra_connected() ? "connected" : "disconnected");
	if (frrd_config.arbiter == FRRD_ARBITER_BGP)
		json_object_object_add(json, "quorum", frrd_json_quorum());
	json_object_string_add(json, "stateFileProblem", frrd_statefile_problem());
	frr_each (frrd_groups, &frrd_config.groups, grp)
		json_object_object_add(groups, grp->name, frrd_json_group(grp));
	json_object_object_add(json, "groups", groups);
	return json;
}

struct json_object *frrd_json_history_entry(const struct frrd_history_entry *h)
{
	struct json_object *entry = json_object_new_object();
	char buf[64];

	json_object_string_add(entry, "time", frrd_time_str(&h->when, buf, sizeof(buf)));
	json_object_string_add(entry, "event", frrd_event_name(h->event));
	json_object_string_add(entry, "from", frrd_state_name(h->from));
	json_object_string_add(entry, "to", frrd_state_name(h->to));
	frrd_json_add_reason(entry, h->reason);
	json_object_boolean_add(entry, "refused", h->refused);
	if (h->note[0])
		json_object_string_add(entry, "note", h->note);
	return entry;
}

struct json_object *frrd_json_history(struct frrd_grp *grp)
{
	struct json_object *json = json_object_new_object();
	struct json_object *list = json_object_new_array();
	const struct frrd_history_entry *h;

	json_object_string_add(json, "group", grp->name);
	for (uint32_t i = 0; (h = frrd_history_get(&grp->history, i)); i++)
		json_object_array_add(list, frrd_json_history_entry(h));
	json_object_object_add(json, "history", list);
	return json;
}

static struct json_object *json_origin(const struct frrd_origin *origin)
{
	struct json_object *json = json_object_new_object();
	struct json_object *via = json_object_new_array();
	char buf[INET6_ADDRSTRLEN];

	json_object_string_add(json, "protocol", frrd_origin_protocol(origin));
	if (origin->via.family)
		json_object_array_add(
			via, json_object_new_string(inet_ntop(origin->via.family,
							      &origin->via.u.prefix, buf,
							      sizeof(buf))));
	else if (origin->via_ifindex)
		json_object_array_add(via, json_object_new_string(ifindex2ifname(
						   origin->via_ifindex, VRF_DEFAULT)));
	json_object_object_add(json, "via", via);
	json_object_int_add(json, "distance", origin->distance);
	json_object_int_add(json, "metric", origin->metric);
	return json;
}

static struct json_object *json_route(const struct frrd_route *route)
{
	struct json_object *json = json_object_new_object();
	struct prefix p;

	frrd_route_prefix(route, &p);
	json_object_string_addf(json, "prefix", "%pFX", &p);
	json_object_string_add(json, "group", route->grp->name);
	json_object_string_add(json, "source", frrd_route_source(route->sources));
	if (frrd_map_used(route->grp))
		frrd_map_route_json(json, route);
	json_object_string_add(json, "status", frrd_route_status_name(route->status));
	if (route->cause != FRRD_CAUSE_NONE)
		json_object_string_add(json, "cause", frrd_route_cause_text(route->cause));
	json_object_object_add(json, "elsewhere",
			       route->origin ? json_origin(route->origin) : NULL);
	return json;
}

struct json_object *frrd_json_routes(struct frrd_grp *grp)
{
	struct json_object *json = json_object_new_object();
	struct json_object *list = json_object_new_array();
	struct frrd_route **routes;
	size_t count;

	routes = frrd_route_array(grp, &count);
	for (size_t i = 0; i < count; i++)
		json_object_array_add(list, json_route(routes[i]));
	frrd_route_array_free(routes);
	json_object_object_add(json, "routes", list);
	return json;
}
