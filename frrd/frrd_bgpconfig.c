// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines that bgpd needs; see frrd_bgpconfig.h. */

#include <zebra.h>

#include "printfrr.h"

#include "frrd/frrd_bgpconfig.h"
#include "frrd/frrd_preflight.h"
#include "frrd/frrd_preflight_filter.h"
#include "frrd/frrd_vtyreply.h"

/* libfrr reads a prefix-list in quadratic time, so no long ones are proposed. */
#define LISTED_PREFIXES_MAX 100

static const int families[FRRD_PF_FAMILIES] = { AF_INET, AF_INET6 };
static const char *const family_names[FRRD_PF_FAMILIES] = { "ipv4 unicast", "ipv6 unicast" };

static void add(struct json_object *lines, const char *format, ...) PRINTFRR(2, 3);
static void add(struct json_object *lines, const char *format, ...)
{
	char buf[256];
	va_list args;

	va_start(args, format);
	vsnprintfrr(buf, sizeof(buf), format, args);
	va_end(args);
	json_object_array_add(lines, json_object_new_string(buf));
}

/* --- which neighbors need what --- */

static bool no_policy(struct json_object *neighbor, int family)
{
	struct json_object *af = frrd_neighbor_family(neighbor, family);

	return frrd_js(af, "inboundEbgpRequiresPolicy") ||
	       frrd_js(af, "outboundEbgpRequiresPolicy");
}

static bool any_without_policy(const struct frrd_pf_facts *facts)
{
	struct json_object_iterator it, end;

	if (!facts->neighbors)
		return false;
	it = json_object_iter_begin(facts->neighbors);
	end = json_object_iter_end(facts->neighbors);
	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it))
		for (size_t i = 0; i < FRRD_PF_FAMILIES; i++)
			if (frrd_pf_family_needed(families[i]) &&
			    no_policy(json_object_iter_peek_value(&it), families[i]))
				return true;
	return false;
}

/* --- parts --- */

/* The prefixes that sites say to each other, as a prefix-list of one family. */
static void add_prefix_list(struct json_object *lines, int family)
{
	const char *word = family == AF_INET ? "ip" : "ipv6";
	struct frrd_site *site;
	struct frrd_grp *grp;
	unsigned int listed = 0;
	struct prefix p;

	if (frrd_pf_markers() && frrd_config.marker_range.family == family)
		add(lines, "%s prefix-list " FRRD_BGP_PLIST " permit %pFX ge %u", word,
		    &frrd_config.marker_range, family == AF_INET ? 32 : 128);
	frr_each (frrd_sites, &frrd_config.sites, site)
		if (frrd_pf_markers() && site->beacon.family == family)
			add(lines, "%s prefix-list " FRRD_BGP_PLIST " permit %pFX", word,
			    &site->beacon);
	frr_each (frrd_groups, &frrd_config.groups, grp) {
		struct frrd_route *route;

		frr_each (frrd_route_list, &grp->routes.list, route) {
			if (route->family != family || listed > LISTED_PREFIXES_MAX)
				continue;
			if (++listed > LISTED_PREFIXES_MAX) {
				add(lines,
				    "! more than %u prefixes: permit the rest by what covers them, with `le`",
				    LISTED_PREFIXES_MAX);
				continue;
			}
			frrd_route_prefix(route, &p);
			add(lines, "%s prefix-list " FRRD_BGP_PLIST " permit %pFX", word, &p);
		}
	}
}

static void add_peer_policy(struct json_object *lines)
{
	add(lines, "! Some neighbors have no policy, and bgp ebgp-requires-policy is on: nothing is");
	add(lines, "! exchanged with them. This policy lets pass what moves, and no more.");
	for (size_t i = 0; i < FRRD_PF_FAMILIES; i++) {
		if (!frrd_pf_family_needed(families[i]))
			continue;
		add_prefix_list(lines, families[i]);
		add(lines, "route-map " FRRD_BGP_PEER_RMAP " permit %u", i ? 20 : 10);
		add(lines, " match %s address prefix-list " FRRD_BGP_PLIST,
		    families[i] == AF_INET ? "ip" : "ipv6");
		add(lines, "exit");
	}
}

/* Filters that exist belong to the operator; they are told, not changed. */
static void add_filter_notes(struct json_object *lines)
{
	add(lines, "! Filters of neighbors, here and there, in and out, have to let these pass:");
	if (frrd_pf_markers())
		add(lines, "!  the markers of the sites: %pFX ge %u", &frrd_config.marker_range,
		    frrd_config.marker_range.family == AF_INET ? 32 : 128);
	add(lines, "!  the prefixes of the groups");
}

static bool redistributed(const struct frrd_pf_facts *facts, enum frrd_pf_family i)
{
	const struct frrd_pf_redistribute *redistribute = &facts->redistribute[i];

	return redistribute->present &&
	       (!redistribute->rmap[0] || frrd_rmap_exists(facts, redistribute->rmap));
}

static bool rmap_needed(const struct frrd_pf_facts *facts)
{
	for (size_t i = 0; i < FRRD_PF_FAMILIES; i++)
		if (frrd_pf_family_needed(families[i]) && !redistributed(facts, i))
			return true;
	return false;
}

static void add_route_map(struct json_object *lines)
{
	add(lines, "! A member's metric becomes the MED. In the first entry is also the place for");
	add(lines, "! `set community`, `set as-path prepend` and the like.");
	add(lines, "route-map " FRRD_BGP_RMAP " permit 10");
	add(lines, " match tag %u", frrd_config.route_tag);
	add(lines, "exit");
	if (!frrd_pf_markers())
		return;
	add(lines, "route-map " FRRD_BGP_RMAP " permit 20");
	add(lines, " match tag %u", frrd_config.marker_tag);
	add(lines, "exit");
}

/* Entries for a route-map of the operator's that denies what frrd announces. */
static void add_missing_entry(struct json_object *lines, const struct frrd_pf_facts *facts,
			      enum frrd_pf_family i, const struct prefix *p, uint32_t tag)
{
	const char *rmap = facts->redistribute[i].rmap;
	int64_t number = frrd_rmap_number_before(facts, rmap);
	struct frrd_pf_route route = { .prefix = *p, .tag = tag };

	if (number <= 0 || frrd_rmap_verdict(facts, rmap, &route) != FRRD_DENIES)
		return;
	/* Markers go in front of that, if they need an entry, too. */
	if (tag != frrd_config.route_tag && number > 1)
		number--;
	add(lines, "route-map %s permit %" PRId64, rmap, number);
	add(lines, " match tag %u", tag);
	add(lines, "exit");
}

static void add_missing_entries(struct json_object *lines, const struct frrd_pf_facts *facts,
				enum frrd_pf_family i)
{
	struct frrd_grp *grp;
	struct prefix p;

	if (!redistributed(facts, i) || !facts->redistribute[i].rmap[0])
		return;
	frr_each (frrd_groups, &frrd_config.groups, grp) {
		if (!frrd_member_local(grp) || !frrd_pf_example(grp, families[i], &p))
			continue;
		add_missing_entry(lines, facts, i, &p, frrd_config.route_tag);
		break; /* all groups have the same tag */
	}
	if (frrd_pf_own_beacon(facts, &p) && p.family == families[i])
		add_missing_entry(lines, facts, i, &p, frrd_config.marker_tag);
}

/* Has bgpd nothing yet by which it would notice in time that the neighbor is dead? */
static bool lacks_detection(struct json_object *neighbor)
{
	if (frrd_config.arbiter != FRRD_ARBITER_BGP)
		return false;
	if (frrd_config.hold_time_s)
		return frrd_ji(neighbor, "bgpTimerConfiguredHoldTimeMsecs") >
		       (int64_t)frrd_config.hold_time_s * 1000;
	return !frrd_jo(neighbor, "peerBfdInfo");
}

static void add_detection(struct json_object *lines, const char *name)
{
	unsigned int hold = frrd_config.hold_time_s;

	if (hold) {
		add(lines, " neighbor %s timers %u %u", name, hold / 3, hold);
		return;
	}
	add(lines, " neighbor %s bfd", name);
	add(lines, " neighbor %s bfd profile " FRRD_BFD_PROFILE, name);
}

/* Is there a neighbor that lacks detection?  Adds the lines for all, unless lines is NULL. */
static bool each_without_detection(const struct frrd_pf_facts *facts, struct json_object *lines)
{
	struct json_object_iterator it, end;
	bool any = false;

	if (!facts->neighbors)
		return false;
	it = json_object_iter_begin(facts->neighbors);
	end = json_object_iter_end(facts->neighbors);
	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
		if (!lacks_detection(json_object_iter_peek_value(&it)))
			continue;
		any = true;
		if (lines)
			add_detection(lines, json_object_iter_peek_name(&it));
	}
	return any;
}

static void add_bfd_profile(struct json_object *lines)
{
	add(lines, "bfd");
	add(lines, " profile " FRRD_BFD_PROFILE);
	add(lines, "  detect-multiplier %u", frrd_config.bfd_multiplier);
	add(lines, "  receive-interval %u", frrd_config.bfd_interval_ms);
	add(lines, "  transmit-interval %u", frrd_config.bfd_interval_ms);
	add(lines, " exit");
	add(lines, "exit");
}

static void redistribute_line(const struct frrd_pf_facts *facts, enum frrd_pf_family i, char *buf,
			      size_t size)
{
	const char *rmap = redistributed(facts, i) ? facts->redistribute[i].rmap : FRRD_BGP_RMAP;
	char number[8] = "";

	/* bgpd takes the number in IPv4 only, see frrd_compat.h. */
	if (families[i] == AF_INET)
		snprintf(number, sizeof(number), " %u", frrd_config.route_table);
	snprintf(buf, size, "redistribute table%s%s%s", number, rmap[0] ? " route-map " : "", rmap);
}

static void add_family(struct json_object *lines, const struct frrd_pf_facts *facts,
		       enum frrd_pf_family i)
{
	struct json_object_iterator it, end;
	char line[192];

	add(lines, " address-family %s", family_names[i]);
	redistribute_line(facts, i, line, sizeof(line));
	add(lines, "  %s", line);
	if (facts->neighbors) {
		it = json_object_iter_begin(facts->neighbors);
		end = json_object_iter_end(facts->neighbors);
		for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
			const char *name = json_object_iter_peek_name(&it);

			if (!no_policy(json_object_iter_peek_value(&it), families[i]))
				continue;
			add(lines, "  neighbor %s route-map " FRRD_BGP_PEER_RMAP " in", name);
			add(lines, "  neighbor %s route-map " FRRD_BGP_PEER_RMAP " out", name);
		}
	}
	add(lines, " exit-address-family");
}

static struct json_object *make_lines(const struct frrd_pf_facts *facts)
{
	struct json_object *lines = json_object_new_array();

	if (!frrd_pf_family_needed(AF_INET) && !frrd_pf_family_needed(AF_INET6)) {
		add(lines, "! Nothing: this site is member of no group that has a prefix, and there are no markers");
		return lines;
	}
	if (facts->bgpd_error[0])
		add(lines, "! %s: what it has already is not known", facts->bgpd_error);
	if (rmap_needed(facts))
		add_route_map(lines);
	for (size_t i = 0; i < FRRD_PF_FAMILIES; i++)
		if (frrd_pf_family_needed(families[i]))
			add_missing_entries(lines, facts, i);
	if (any_without_policy(facts))
		add_peer_policy(lines);
	add_filter_notes(lines);
	if (!frrd_config.hold_time_s && each_without_detection(facts, NULL))
		add_bfd_profile(lines);
	if (!facts->as[0])
		add(lines, "! bgpd has no `router bgp` yet: put the AS number in, and add the neighbors");
	add(lines, "router bgp %s", facts->as[0] ? facts->as : "<ASN>");
	each_without_detection(facts, lines);
	for (size_t i = 0; i < FRRD_PF_FAMILIES; i++)
		if (frrd_pf_family_needed(families[i]))
			add_family(lines, facts, i);
	add(lines, "exit");
	return lines;
}

void frrd_bgpconfig_print(struct frrd_vtyreply *reply, const struct frrd_pf_facts *facts)
{
	struct json_object *lines = make_lines(facts);

	for (size_t i = 0; i < json_object_array_length(lines); i++)
		frrd_vtyreply_out(reply, "%s\n",
				  json_object_get_string(json_object_array_get_idx(lines, i)));
	json_object_put(lines);
}

struct json_object *frrd_bgpconfig_json(const struct frrd_pf_facts *facts)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *lines = make_lines(facts);
	struct json_object *list = json_object_new_array();
	struct json_object *config = json_object_new_array();
	struct json_object *notes = json_object_new_array();

	for (size_t i = 0; i < FRRD_PF_FAMILIES; i++) {
		struct json_object *entry;
		char line[192];

		if (!frrd_pf_family_needed(families[i]))
			continue;
		entry = json_object_new_object();
		redistribute_line(facts, i, line, sizeof(line));
		json_object_string_add(entry, "addressFamily", family_names[i]);
		json_object_string_add(entry, "command", line);
		json_object_array_add(list, entry);
	}
	for (size_t i = 0; i < json_object_array_length(lines); i++) {
		struct json_object *line = json_object_array_get_idx(lines, i);
		bool note = json_object_get_string(line)[0] == '!';

		json_object_array_add(note ? notes : config, json_object_get(line));
	}
	json_object_put(lines);
	json_object_object_add(obj, "addressFamilies", list);
	json_object_object_add(obj, "lines", config);
	json_object_object_add(obj, "notes", notes);
	return obj;
}
