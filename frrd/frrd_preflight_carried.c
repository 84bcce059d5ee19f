// SPDX-License-Identifier: GPL-2.0-or-later
/* Preflight: do routes of this site reach the neighbors, and markers of others this site? */

#include <zebra.h>

#include "printfrr.h"

#include "frrd/frrd_bgpconfig.h"
#include "frrd/frrd_preflight.h"
#include "frrd/frrd_preflight_filter.h"

/* --- what bgpd has, asked prefix by prefix --- */

static size_t count_paths(struct json_object *table)
{
	struct json_object *paths = frrd_jo(table, "paths");

	return paths ? json_object_array_length(paths) : 0;
}

static bool advertised(struct json_object *table)
{
	struct json_object *to = frrd_jo(table, "advertisedTo");

	return to && json_object_object_length(to);
}

static void check_announced(struct frrd_preflight *pf, const char *check, const char *object,
			    const struct frrd_pf_asked *asked)
{
	const char *family = asked->prefix.family == AF_INET ? "ipv4" : "ipv6";

	if (!asked->table)
		return;
	if (!count_paths(asked->table)) {
		frrd_pf_add(pf, FRRD_PF_ERROR, check, object,
			    "bgpd does not have %pFX, although frrd announces it (after a restart of zebra alone: restart bgpd, too)",
			    &asked->prefix);
		frrd_pf_type(pf, "do show bgp %s unicast %pFX", family, &asked->prefix);
		frrd_pf_type(pf, "do show subnet-mover bgp-config");
	} else if (!advertised(asked->table)) {
		frrd_pf_add(pf, FRRD_PF_ERROR, check, object,
			    "bgpd has %pFX and advertises it to nobody", &asked->prefix);
		frrd_pf_type(pf, "do show bgp %s unicast %pFX", family, &asked->prefix);
		frrd_pf_type(pf, "do show bgp %s unicast summary", family);
	} else {
		frrd_pf_add(pf, FRRD_PF_OK, check, object, "%pFX is advertised to %d neighbors",
			    &asked->prefix,
			    json_object_object_length(frrd_jo(asked->table, "advertisedTo")));
	}
}

static void check_beacons(struct frrd_preflight *pf)
{
	const struct frrd_pf_facts *facts = pf->facts;
	struct frrd_site *site;

	frr_each (frrd_sites, &frrd_config.sites, site) {
		const struct frrd_pf_asked *asked = &facts->beacons[site->id];
		char object[80];

		if (!site->id || !asked->prefix.family)
			continue;
		snprintf(object, sizeof(object), "beacon of site %s", site->name);
		if (site == frrd_site_local()) {
			/* With a `beacon PREFIX` of its own it is announced by somebody else. */
			if (!site->beacon.family)
				check_announced(pf, "beacon", object, asked);
		} else if (!asked->table) {
			continue;
		} else if (count_paths(asked->table)) {
			frrd_pf_add(pf, FRRD_PF_OK, "beacon", object, "%pFX is there",
				    &asked->prefix);
		} else {
			frrd_pf_add(pf, FRRD_PF_WARNING, "beacon", object,
				    "%pFX is not in bgpd: the site is down, does not announce it, a filter on the way drops it, or its path contains this AS (%s)",
				    &asked->prefix, facts->as);
			frrd_pf_type(pf, "do show bgp %s unicast %pFX",
				     asked->prefix.family == AF_INET ? "ipv4" : "ipv6",
				     &asked->prefix);
		}
	}
}

static void check_owned(struct frrd_preflight *pf)
{
	for (size_t i = 0; i < pf->facts->owned_count; i++) {
		const struct frrd_pf_asked *asked = &pf->facts->owned[i];
		char object[80];

		snprintfrr(object, sizeof(object), "prefix %pFX", &asked->prefix);
		check_announced(pf, "announced", object, asked);
	}
}

/* --- what the filters of the neighbors would do --- */

struct question {
	const char *what;
	bool out;
	bool every; /* each neighbor counts; else it is enough that one lets it pass */
	struct frrd_pf_route route;
};

static void type_filter(struct frrd_preflight *pf, const struct question *question,
			const char *neighbor, const char *filter)
{
	const struct prefix *p = &question->route.prefix;
	const char *word = p->family == AF_INET ? "ip" : "ipv6";
	char name[128];

	if (sscanf(filter, "prefix-list %127s", name) == 1) {
		frrd_pf_type(pf, "%s prefix-list %s seq 1 permit %pFX", word, name, p);
		return;
	}
	if (sscanf(filter, "route-map %127s", name) != 1) {
		frrd_pf_type(pf, "do show subnet-mover bgp-config");
		return;
	}
	frrd_pf_type(pf, "%s prefix-list " FRRD_BGP_PLIST " permit %pFX", word, p);
	frrd_pf_type(pf, "route-map %s permit %u", name, p->family == AF_INET ? 1 : 2);
	frrd_pf_type(pf, " match %s address prefix-list " FRRD_BGP_PLIST, word);
	frrd_pf_type(pf, "exit");
	frrd_pf_type(pf, "do clear bgp %s soft", neighbor);
}

/* Of all neighbors with an established session: who would deny it? */
static void check_question(struct frrd_preflight *pf, const struct question *question)
{
	unsigned int sessions = 0, passing = 0;
	struct json_object_iterator it = json_object_iter_begin(pf->facts->neighbors);
	struct json_object_iterator end = json_object_iter_end(pf->facts->neighbors);
	char denied_by[160] = "", filter[160], object[200];
	const char *denier = NULL;

	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
		struct json_object *neighbor = json_object_iter_peek_value(&it);
		const char *state = frrd_js(neighbor, "bgpState");

		if (!state || !strmatch(state, "Established") ||
		    !frrd_neighbor_family(neighbor, question->route.prefix.family))
			continue;
		sessions++;
		if (frrd_neighbor_verdict(pf->facts, neighbor, question->out, &question->route,
					  filter, sizeof(filter)) != FRRD_DENIES) {
			passing++;
		} else if (!denier) {
			denier = json_object_iter_peek_name(&it);
			strlcpy(denied_by, filter, sizeof(denied_by));
		}
	}
	if (!sessions || !denier || (passing && !question->every))
		return;
	snprintf(object, sizeof(object), "neighbor %s, %s, %s", denier, denied_by,
		 question->out ? "out" : "in");
	frrd_pf_add(pf, passing ? FRRD_PF_WARNING : FRRD_PF_ERROR, "filter", object,
		    "it denies %s (%pFX)%s", question->what, &question->route.prefix,
		    passing ? ", others let it pass" : ", and no other neighbor lets it pass");
	type_filter(pf, question, denier, denied_by);
}

/* Sessions there are, but none that carries the family. */
static void check_family(struct frrd_preflight *pf, int family)
{
	struct json_object_iterator it = json_object_iter_begin(pf->facts->neighbors);
	struct json_object_iterator end = json_object_iter_end(pf->facts->neighbors);
	const char *word = family == AF_INET ? "ipv4" : "ipv6";
	char object[64];

	if (json_object_iter_equal(&it, &end) || !frrd_pf_family_needed(family))
		return;
	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it))
		if (frrd_neighbor_family(json_object_iter_peek_value(&it), family))
			return;
	it = json_object_iter_begin(pf->facts->neighbors);
	snprintf(object, sizeof(object), "bgpd, address-family %s unicast", word);
	frrd_pf_add(pf, FRRD_PF_ERROR, "family", object, "it is active with no neighbor");
	frrd_pf_type(pf, "router bgp %s", pf->facts->as);
	frrd_pf_type(pf, " address-family %s unicast", word);
	frrd_pf_type(pf, "  neighbor %s activate", json_object_iter_peek_name(&it));
	frrd_pf_type(pf, " exit-address-family");
	frrd_pf_type(pf, "exit");
}

static void check_filters(struct frrd_preflight *pf)
{
	const int families[] = { AF_INET, AF_INET6 };
	struct frrd_site *local = frrd_site_local();
	struct frrd_grp *grp;
	char what[96];
	struct prefix p;

	if (frrd_pf_own_beacon(pf->facts, &p))
		check_question(pf, &(struct question){
					   .what = "this site's markers",
					   .out = true,
					   .route = { .prefix = p, .tag = frrd_config.marker_tag },
				   });
	for (size_t i = 1; frrd_pf_markers() && i < array_size(pf->facts->beacons); i++) {
		if ((local && local->id == i) || !pf->facts->beacons[i].prefix.family)
			continue;
		check_question(pf, &(struct question){
					   .what = "markers of another site",
					   .route = { .prefix = pf->facts->beacons[i].prefix },
				   });
		break; /* the others are as good or bad */
	}
	frr_each (frrd_groups, &frrd_config.groups, grp) {
		for (size_t i = 0; i < array_size(families); i++) {
			struct question question = { .what = what, .every = true };

			if (!frrd_pf_example_of_others(grp, families[i], &question.route.prefix))
				continue;
			snprintf(what, sizeof(what), "prefixes of group %s", grp->name);
			check_question(pf, &question);
			question.out = true;
			question.route.tag = frrd_config.route_tag;
			if (frrd_member_local(grp) &&
			    frrd_pf_example(grp, families[i], &question.route.prefix))
				check_question(pf, &question);
		}
	}
}

void frrd_pf_check_carried(struct frrd_preflight *pf)
{
	if (!pf->facts->as[0])
		return;
	check_beacons(pf);
	check_owned(pf);
	if (!json_object_is_type(pf->facts->neighbors, json_type_object))
		return;
	check_family(pf, AF_INET);
	check_family(pf, AF_INET6);
	check_filters(pf);
}
