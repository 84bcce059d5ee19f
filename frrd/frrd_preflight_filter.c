// SPDX-License-Identifier: GPL-2.0-or-later
/* Route-maps and prefix-lists of bgpd, evaluated; see frrd_preflight_filter.h. */

#include <zebra.h>

#include "frrd/frrd_config.h"
#include "frrd/frrd_preflight_filter.h"

#define CALL_DEPTH_MAX 8

/* --- prefix-lists --- */

static bool entry_matches(struct json_object *entry, const struct prefix *p)
{
	const char *text = frrd_js(entry, "prefix");
	int64_t least = frrd_ji(entry, "minimumPrefixLength");
	int64_t most = frrd_ji(entry, "maximumPrefixLength");
	struct prefix covering;

	if (!text || !str2prefix(text, &covering) || covering.family != p->family ||
	    !prefix_match(&covering, p))
		return false;
	if (!least && !most)
		return p->prefixlen == covering.prefixlen;
	return p->prefixlen >= least && (!most || p->prefixlen <= most);
}

enum frrd_verdict frrd_plist_verdict(const struct frrd_pf_facts *facts, const char *name,
				     const struct prefix *p)
{
	struct json_object *lists = facts->prefix_lists[frrd_pf_family(p->family)];
	struct json_object *entries = frrd_jo(frrd_jo(lists, name), "entries");
	size_t count;

	if (!lists)
		return FRRD_UNSURE;
	if (!entries)
		return FRRD_DENIES;
	count = json_object_array_length(entries);
	for (size_t i = 0; i < count; i++) {
		struct json_object *entry = json_object_array_get_idx(entries, i);
		const char *type = frrd_js(entry, "type");

		if (type && entry_matches(entry, p))
			return strmatch(type, "permit") ? FRRD_PASSES : FRRD_DENIES;
	}
	return count ? FRRD_DENIES : FRRD_PASSES;
}

/* --- route-maps --- */

/* PASSES: the clause matches; DENIES: it does not. */
static enum frrd_verdict clause_verdict(const struct frrd_pf_facts *facts, const char *clause,
					const struct frrd_pf_route *route)
{
	const char *family = route->prefix.family == AF_INET ? "ip" : "ipv6";
	unsigned int number;
	char name[128], word[8];

	if (sscanf(clause, "tag %u", &number) == 1)
		return number == route->tag ? FRRD_PASSES : FRRD_DENIES;
	if (sscanf(clause, "%7s address prefix-list %127s", word, name) == 2)
		return strmatch(word, family)
			       ? frrd_plist_verdict(facts, name, &route->prefix)
			       : FRRD_DENIES;
	if (sscanf(clause, "%7s address prefix-len %u", word, &number) == 2)
		return strmatch(word, family) && number == route->prefix.prefixlen ? FRRD_PASSES
										   : FRRD_DENIES;
	return FRRD_UNSURE;
}

static enum frrd_verdict rule_matches(const struct frrd_pf_facts *facts, struct json_object *rule,
				      const struct frrd_pf_route *route)
{
	struct json_object *clauses = frrd_jo(rule, "matchClauses");
	enum frrd_verdict all = FRRD_PASSES;

	for (size_t i = 0; clauses && i < json_object_array_length(clauses); i++) {
		const char *clause =
			json_object_get_string(json_object_array_get_idx(clauses, i));
		enum frrd_verdict one = clause_verdict(facts, clause, route);

		if (one == FRRD_DENIES)
			return FRRD_DENIES;
		if (one == FRRD_UNSURE)
			all = FRRD_UNSURE;
	}
	return all;
}

static enum frrd_verdict rmap_verdict(const struct frrd_pf_facts *facts, const char *name,
				      const struct frrd_pf_route *route, int depth);

/* What a rule that matches says: PASSES, DENIES, or UNSURE because of what it calls. */
static enum frrd_verdict rule_says(const struct frrd_pf_facts *facts, struct json_object *rule,
				   const struct frrd_pf_route *route, int depth)
{
	const char *type = frrd_js(rule, "type");
	const char *call = frrd_js(rule, "callClause");

	if (!type || !strmatch(type, "permit"))
		return FRRD_DENIES;
	return call ? rmap_verdict(facts, call, route, depth + 1) : FRRD_PASSES;
}

/* Where to go on after a rule that permitted: its number, 0: the next one, -1: nowhere. */
static int64_t rule_next(struct json_object *rule)
{
	const char *action = frrd_js(rule, "action");
	unsigned int number;

	if (!action || strmatch(action, "Exit routemap"))
		return -1;
	return sscanf(action, "Goto %u", &number) == 1 ? number : 0;
}

static enum frrd_verdict rmap_verdict(const struct frrd_pf_facts *facts, const char *name,
				      const struct frrd_pf_route *route, int depth)
{
	struct json_object *rules = frrd_jo(frrd_jo(facts->route_maps, name), "rules");
	bool may_pass = false, may_deny = false; /* rules whose match is unsure */
	enum frrd_verdict end = FRRD_DENIES;
	int64_t from = 0;

	if (!facts->route_maps || depth > CALL_DEPTH_MAX)
		return FRRD_UNSURE;
	for (size_t i = 0; rules && i < json_object_array_length(rules); i++) {
		struct json_object *rule = json_object_array_get_idx(rules, i);
		enum frrd_verdict match, says;

		if (frrd_ji(rule, "sequenceNumber") < from)
			continue;
		match = rule_matches(facts, rule, route);
		if (match == FRRD_DENIES)
			continue;
		says = rule_says(facts, rule, route, depth);
		if (says == FRRD_UNSURE)
			return FRRD_UNSURE;
		if (match == FRRD_UNSURE) {
			may_pass |= says == FRRD_PASSES;
			may_deny |= says == FRRD_DENIES;
			continue;
		}
		end = says;
		from = rule_next(rule);
		if (says == FRRD_DENIES || from < 0)
			break;
	}
	if ((end == FRRD_DENIES && may_pass) || (end == FRRD_PASSES && may_deny))
		return FRRD_UNSURE;
	return end;
}

enum frrd_verdict frrd_rmap_verdict(const struct frrd_pf_facts *facts, const char *name,
				    const struct frrd_pf_route *route)
{
	return rmap_verdict(facts, name, route, 0);
}

bool frrd_rmap_exists(const struct frrd_pf_facts *facts, const char *name)
{
	return frrd_jo(facts->route_maps, name) != NULL;
}

int64_t frrd_rmap_number_before(const struct frrd_pf_facts *facts, const char *name)
{
	struct json_object *rules = frrd_jo(frrd_jo(facts->route_maps, name), "rules");

	if (!rules || !json_object_array_length(rules))
		return 10;
	return frrd_ji(json_object_array_get_idx(rules, 0), "sequenceNumber") - 1;
}

/* --- the filters of a neighbor --- */

struct json_object *frrd_neighbor_family(struct json_object *neighbor, int family)
{
	return frrd_jo(frrd_jo(neighbor, "addressFamilyInfo"),
		       family == AF_INET ? "ipv4Unicast" : "ipv6Unicast");
}

enum frrd_verdict frrd_neighbor_verdict(const struct frrd_pf_facts *facts,
					struct json_object *neighbor, bool out,
					const struct frrd_pf_route *route, char *ret_filter,
					size_t size)
{
	struct json_object *af = frrd_neighbor_family(neighbor, route->prefix.family);
	const char *plist = frrd_js(af, out ? "outgoingUpdatePrefixFilterList"
					    : "incomingUpdatePrefixFilterList");
	const char *rmap = frrd_js(af, out ? "routeMapForOutgoingAdvertisements"
					   : "routeMapForIncomingAdvertisements");
	enum frrd_verdict verdict = FRRD_PASSES;

	ret_filter[0] = '\0';
	if (frrd_js(af, out ? "outboundEbgpRequiresPolicy" : "inboundEbgpRequiresPolicy")) {
		snprintf(ret_filter, size, "bgp ebgp-requires-policy (there is no policy)");
		return FRRD_DENIES;
	}
	if (plist) {
		snprintf(ret_filter, size, "prefix-list %s", plist);
		verdict = frrd_plist_verdict(facts, plist, &route->prefix);
	}
	if (verdict != FRRD_DENIES && rmap) {
		enum frrd_verdict map = frrd_rmap_verdict(facts, rmap, route);

		snprintf(ret_filter, size, "route-map %s", rmap);
		verdict = map == FRRD_PASSES ? verdict : map;
	}
	/* Lists of addresses and AS paths are not looked into. */
	if (verdict == FRRD_PASSES &&
	    (frrd_js(af, out ? "outgoingUpdateNetworkFilterList"
			     : "incomingUpdateNetworkFilterList") ||
	     frrd_js(af, out ? "outgoingUpdateAsPathFilterList" : "incomingUpdateAsPathFilterList")))
		return FRRD_UNSURE;
	return verdict;
}
