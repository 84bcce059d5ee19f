// SPDX-License-Identifier: GPL-2.0-or-later
/* The facts behind the show commands as JSON; see frrd_vty.h. */

#include <zebra.h>

#include "if.h"
#include "json.h"
#include "vrf.h"

#include "frrd_compat.h"
#include "frrd/core/decide.h"
#include "frrd/frrd_engine.h"
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

void frrd_state_since(const struct frrd_grp *grp, struct timeval *ret_when)
{
	int64_t ms = frrd_state_ms(grp);
	struct timeval age = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
	struct timeval now;

	gettimeofday(&now, NULL);
	timersub(&now, &age, ret_when);
}

const char *frrd_route_source(uint8_t sources)
{
	return CHECK_FLAG(sources, FRRD_SOURCE_PREFIX) ? "prefix" : "prefix-list";
}

bool frrd_family_used(int family)
{
	struct frrd_route *route;
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		frr_each (frrd_route_list, &grp->routes.list, route)
			if (route->family == family)
				return true;
	return false;
}

static const char *arbiter_name(void)
{
	switch (frrd_config.arbiter) {
	case FRRD_ARBITER_NONE:
		return "none";
	case FRRD_ARBITER_MANUAL:
		return "manual";
	}
	return "?";
}

static void add_reason(struct json_object *json, enum frrd_reason reason)
{
	json_object_string_add(json, "reason", frrd_reason_code(reason));
	json_object_string_add(json, "reasonText", frrd_reason_text(reason));
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
	add_reason(json, grp->fsm.reason);
	json_object_string_add(json, "since", frrd_time_str(&since, buf, sizeof(buf)));
	json_object_int_add(json, "stateMs", frrd_state_ms(grp));
	json_object_boolean_add(json, "held", grp->fsm.held);
	if (grp->fsm.held && grp->note[0])
		json_object_string_add(json, "holdReason", grp->note);
	json_object_boolean_add(json, "member", grp->policy.member);
	json_object_object_add(json, "prefixes", json_counters(grp));
	if (frrd_plists_count(&grp->plists))
		json_object_object_add(json, "prefixLists", json_plists(grp));
	json_object_object_add(json, "members", json_members(grp));
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
	json_object_string_add(json, "arbiter", arbiter_name());
	json_object_int_add(json, "routeTable", frrd_config.route_table);
	json_object_int_add(json, "distance", frrd_config.distance);
	json_object_int_add(json, "routeTag", frrd_config.route_tag);
	json_object_string_add(json, "zebra",
			       frrd_engine_zebra_connected() ? "connected" : "disconnected");
	frr_each (frrd_groups, &frrd_config.groups, grp)
		json_object_object_add(groups, grp->name, frrd_json_group(grp));
	json_object_object_add(json, "groups", groups);
	return json;
}

struct json_object *frrd_json_why(struct frrd_grp *grp)
{
	struct json_object *json = json_object_new_object();
	struct json_object *list = json_object_new_array();
	struct frrd_check checks[FRRD_GUARD_COUNT];
	char detail[256];

	frrd_takeover_checks(&grp->fsm, &grp->policy, checks);
	json_object_string_add(json, "group", grp->name);
	json_object_string_add(json, "state", frrd_state_name(grp->fsm.state));
	add_reason(json, grp->fsm.reason);
	json_object_string_add(json, "hint", frrd_reason_hint(grp->fsm.reason));
	for (int i = 0; i < FRRD_GUARD_COUNT; i++) {
		struct json_object *entry = json_object_new_object();

		json_object_string_add(entry, "check", frrd_guard_code(i));
		json_object_boolean_add(entry, "ok", checks[i].ok);
		json_object_string_add(entry, "text",
				       checks[i].ok ? frrd_guard_text(i)
						    : frrd_reason_text(checks[i].reason));
		json_object_string_add(entry, "hint",
				       checks[i].ok ? "" : frrd_reason_hint(checks[i].reason));
		json_object_array_add(list, entry);
	}
	json_object_object_add(json, "checks", list);
	frrd_engine_describe_elsewhere(grp, detail, sizeof(detail));
	if (detail[0])
		json_object_string_add(json, "elsewhere", detail);
	return json;
}

struct json_object *frrd_json_history(struct frrd_grp *grp)
{
	struct json_object *json = json_object_new_object();
	struct json_object *list = json_object_new_array();
	const struct frrd_history_entry *h;
	char buf[64];

	json_object_string_add(json, "group", grp->name);
	for (uint32_t i = 0; (h = frrd_history_get(&grp->history, i)); i++) {
		struct json_object *entry = json_object_new_object();

		json_object_string_add(entry, "time", frrd_time_str(&h->when, buf, sizeof(buf)));
		json_object_string_add(entry, "event", frrd_event_name(h->event));
		json_object_string_add(entry, "from", frrd_state_name(h->from));
		json_object_string_add(entry, "to", frrd_state_name(h->to));
		add_reason(entry, h->reason);
		json_object_boolean_add(entry, "refused", h->refused);
		if (h->note[0])
			json_object_string_add(entry, "note", h->note);
		json_object_array_add(list, entry);
	}
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

struct json_object *frrd_json_sites(void)
{
	struct json_object *json = json_object_new_object();
	struct json_object *sites = json_object_new_object();
	struct frrd_site *site;

	json_object_string_add(json, "localSite", frrd_config.local_site);
	frr_each (frrd_sites, &frrd_config.sites, site) {
		struct json_object *entry = json_object_new_object();

		json_object_int_add(entry, "id", site->id);
		json_object_boolean_add(entry, "local",
					strmatch(site->name, frrd_config.local_site));
		json_object_boolean_add(entry, "witness", site->witness);
		json_object_object_add(sites, site->name, entry);
	}
	json_object_object_add(json, "sites", sites);
	return json;
}

const char *frrd_redistribute_line(int family, char *buf, size_t size)
{
	uint8_t instance = family == AF_INET ? frrd_config.route_table
					     : FRRD_IPV6_INSTANCE(frrd_config.route_table);

	if (instance)
		snprintf(buf, size, "redistribute table %u", instance);
	else
		snprintf(buf, size, "redistribute table");
	return buf;
}

struct json_object *frrd_json_bgp_config(void)
{
	static const struct {
		int family;
		const char *name;
	} families[] = { { AF_INET, "ipv4 unicast" }, { AF_INET6, "ipv6 unicast" } };
	struct json_object *json = json_object_new_object();
	struct json_object *list = json_object_new_array();
	char line[64];

	for (size_t i = 0; i < array_size(families); i++) {
		struct json_object *entry;

		if (!frrd_family_used(families[i].family))
			continue;
		entry = json_object_new_object();
		json_object_string_add(entry, "addressFamily", families[i].name);
		json_object_string_add(entry, "command",
				       frrd_redistribute_line(families[i].family, line,
							      sizeof(line)));
		json_object_array_add(list, entry);
	}
	json_object_object_add(json, "addressFamilies", list);
	return json;
}
