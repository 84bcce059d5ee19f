// SPDX-License-Identifier: GPL-2.0-or-later
/* Preflight: does bgpd take frrd's routes up, and does nothing in it stand against moves? */

#include <zebra.h>

#include "printfrr.h"

#include "frrd/frrd_bgpconfig.h"
#include "frrd/frrd_marker.h"
#include "frrd/frrd_preflight.h"
#include "frrd/frrd_preflight_filter.h"

static const int families[FRRD_PF_FAMILIES] = { AF_INET, AF_INET6 };
static const char *const names[FRRD_PF_FAMILIES] = { "IPv4", "IPv6" };
static const char *const words[FRRD_PF_FAMILIES] = { "ipv4", "ipv6" };

/* --- is it there --- */

static bool check_bgpd(struct frrd_preflight *pf)
{
	const struct frrd_pf_facts *facts = pf->facts;

	if (!facts->bgpd_config) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "bgpd", "bgpd",
			    "%s; without it nothing is announced, and nothing about it was checked",
			    facts->bgpd_error[0] ? facts->bgpd_error
						 : "its configuration is too large to be read");
		if (strstr(facts->bgpd_error, "does not run")) {
			frrd_pf_type(pf, "sed -i s/^bgpd=no/bgpd=yes/ /etc/frr/daemons");
			frrd_pf_type(pf, "systemctl restart frr");
		} else {
			frrd_pf_type(pf, "systemctl status frr");
		}
		frrd_pf_type_at(pf, "a shell");
		return false;
	}
	if (!facts->as[0]) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "bgpd", "bgpd",
			    "there is no `router bgp` in the default VRF");
		frrd_pf_type(pf, "do show subnet-mover bgp-config");
		return false;
	}
	if (facts->bgpd_error[0])
		frrd_pf_add(pf, FRRD_PF_WARNING, "bgpd", "bgpd",
			    "%s; not everything was checked", facts->bgpd_error);
	else
		frrd_pf_add(pf, FRRD_PF_OK, "bgpd", "bgpd", "answers, AS %s", facts->as);
	return true;
}

/* --- redistribution --- */

static void type_redistribute(struct frrd_preflight *pf, enum frrd_pf_family i, const char *rmap)
{
	char number[8] = "";

	if (families[i] == AF_INET)
		snprintf(number, sizeof(number), " %u", frrd_config.route_table);
	frrd_pf_type(pf, "router bgp %s", pf->facts->as);
	frrd_pf_type(pf, " address-family %s unicast", words[i]);
	frrd_pf_type(pf, "  redistribute table%s route-map %s", number, rmap);
	frrd_pf_type(pf, " exit-address-family");
	frrd_pf_type(pf, "exit");
}

/* The whole route-map; written first, since a late one takes effect late. */
static void type_route_map(struct frrd_preflight *pf, const char *rmap)
{
	frrd_pf_type(pf, "route-map %s permit 10", rmap);
	frrd_pf_type(pf, " match tag %u", frrd_config.route_tag);
	frrd_pf_type(pf, "exit");
	if (!frrd_pf_markers())
		return;
	frrd_pf_type(pf, "route-map %s permit 20", rmap);
	frrd_pf_type(pf, " match tag %u", frrd_config.marker_tag);
	frrd_pf_type(pf, "exit");
}

static void check_tag(struct frrd_preflight *pf, enum frrd_pf_family i, const char *what,
		      const struct prefix *p, uint32_t tag)
{
	const char *rmap = pf->facts->redistribute[i].rmap;
	struct frrd_pf_route route = { .prefix = *p, .tag = tag };
	enum frrd_verdict verdict = frrd_rmap_verdict(pf->facts, rmap, &route);
	int64_t number = frrd_rmap_number_before(pf->facts, rmap);
	char object[160];

	snprintfrr(object, sizeof(object), "route-map %s, %s", rmap, names[i]);
	if (verdict == FRRD_PASSES)
		return;
	frrd_pf_add(pf, verdict == FRRD_DENIES ? FRRD_PF_ERROR : FRRD_PF_WARNING,
		    "route-map", object,
		    verdict == FRRD_DENIES
			    ? "it denies %s (%pFX, tag %u), which bgpd therefore does not announce"
			    : "whether it lets %s pass (%pFX, tag %u) depends on clauses that are not evaluated",
		    what, p, tag);
	if (number <= 0)
		return;
	frrd_pf_type(pf, "route-map %s permit %" PRId64, rmap, number);
	frrd_pf_type(pf, " match tag %u", tag);
	frrd_pf_type(pf, "exit");
}

static void check_tags(struct frrd_preflight *pf, enum frrd_pf_family i)
{
	struct frrd_grp *grp;
	struct prefix p;

	frr_each (frrd_groups, &frrd_config.groups, grp) {
		char what[64];

		if (!frrd_member_local(grp) || !frrd_pf_example(grp, families[i], &p))
			continue;
		snprintf(what, sizeof(what), "prefixes of group %s", grp->name);
		check_tag(pf, i, what, &p, frrd_config.route_tag);
	}
	if (frrd_pf_own_beacon(pf->facts, &p) && p.family == families[i])
		check_tag(pf, i, "this site's markers", &p, frrd_config.marker_tag);
}

static void check_redistribution(struct frrd_preflight *pf, enum frrd_pf_family i)
{
	const struct frrd_pf_redistribute *redistribute = &pf->facts->redistribute[i];
	char object[64];

	snprintf(object, sizeof(object), "bgpd, address-family %s unicast", words[i]);
	if (!frrd_pf_family_needed(families[i]))
		return;
	if (!redistribute->present) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "redistribute", object,
			    "frrd's %s routes are not redistributed, so nobody else hears of them",
			    names[i]);
		if (!frrd_rmap_exists(pf->facts, FRRD_BGP_RMAP))
			type_route_map(pf, FRRD_BGP_RMAP);
		type_redistribute(pf, i, FRRD_BGP_RMAP);
		return;
	}
	if (redistribute->rmap[0] && !pf->facts->route_maps) {
		frrd_pf_add(pf, FRRD_PF_WARNING, "route-map", object,
			    "bgpd's route-maps could not be read");
		return;
	}
	if (redistribute->rmap[0] && !frrd_rmap_exists(pf->facts, redistribute->rmap)) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "route-map", object,
			    "route-map %s does not exist: everything is denied",
			    redistribute->rmap);
		type_route_map(pf, redistribute->rmap);
		return;
	}
	frrd_pf_add(pf, FRRD_PF_OK, "redistribute", object, "frrd's routes are redistributed%s%s",
		    redistribute->rmap[0] ? " through route-map " : "", redistribute->rmap);
	if (redistribute->rmap[0])
		check_tags(pf, i);
}

/* --- lines that stand against moves --- */

static void type_no(struct frrd_preflight *pf, int family, const char *line)
{
	frrd_pf_type(pf, "router bgp %s", pf->facts->as);
	if (family > 0)
		frrd_pf_type(pf, " address-family %s unicast", words[frrd_pf_family(family)]);
	frrd_pf_type(pf, "%s no %s", family > 0 ? " " : "", line);
	if (family > 0)
		frrd_pf_type(pf, " exit-address-family");
	frrd_pf_type(pf, "exit");
}

/* The group that has exactly this prefix. */
static bool ours(const struct prefix *p, char *ret_what, size_t size)
{
	const struct frrd_route *route = frrd_route_find(p);

	if (!route)
		return false;
	snprintfrr(ret_what, size, "%pFX of group %s", p, route->grp->name);
	return true;
}

/* The first prefix of a group, or the marker-range, that lies within p. */
static bool ours_within(const struct prefix *p, char *ret_what, size_t size)
{
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp) {
		struct frrd_route *route;
		struct prefix own;

		frr_each (frrd_route_list, &grp->routes.list, route) {
			frrd_route_prefix(route, &own);
			if (own.family == p->family && prefix_match(p, &own))
				return ours(&own, ret_what, size);
		}
	}
	if (!frrd_pf_markers() || p->family != frrd_config.marker_range.family ||
	    !prefix_match(p, &frrd_config.marker_range))
		return false;
	snprintfrr(ret_what, size, "the marker-range %pFX", &frrd_config.marker_range);
	return true;
}

static void check_prefix_line(struct frrd_preflight *pf, const char *text, int family)
{
	bool aggregate = strncmp(text, "aggregate-address ", 18) == 0;
	bool network = strncmp(text, "network ", 8) == 0;
	char what[128], word[64];
	struct prefix p;

	if ((!aggregate && !network) || sscanf(text, "%*s %63s", word) != 1 ||
	    !str2prefix(word, &p))
		return;
	if (aggregate && strstr(text, "summary-only") && ours_within(&p, what, sizeof(what))) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "aggregate", text,
			    "the aggregate is announced in the place of %s, so others do not see a move",
			    what);
		type_no(pf, family, text);
	}
	if (network && ours(&p, what, sizeof(what))) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "network", text,
			    "bgpd announces %s by itself, also when this site does not own it", what);
		type_no(pf, family, text);
	}
}

static void check_line(const char *text, int family, void *arg)
{
	struct frrd_preflight *pf = arg;

	if (family > 0 && frrd_pf_family_needed(family) &&
	    strncmp(text, "bgp dampening", 13) == 0) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "dampening", text,
			    "a moved prefix changes its path, is taken for a flapping one and is suppressed");
		type_no(pf, family, "bgp dampening");
	} else if (family == AF_UNSPEC && strncmp(text, "bgp suppress-fib-pending", 24) == 0) {
		frrd_pf_add(pf, FRRD_PF_WARNING, "suppress-fib", text,
			    "routes of other sites are passed on only when they are in this router's FIB, which delays every move that is seen through it");
		type_no(pf, family, text);
	} else if (family > 0) {
		check_prefix_line(pf, text, family);
	}
}

static void check_global_lines(struct frrd_preflight *pf)
{
	if (frrd_config_has(pf->facts->bgpd_config, NULL, "bgp suppress-fib-pending")) {
		frrd_pf_add(pf, FRRD_PF_WARNING, "suppress-fib", "bgp suppress-fib-pending",
			    "routes of other sites are passed on only when they are in this router's FIB, which delays every move that is seen through it");
		frrd_pf_type(pf, "no bgp suppress-fib-pending");
	}
}

void frrd_pf_check_bgp(struct frrd_preflight *pf)
{
	if (!check_bgpd(pf))
		return;
	for (size_t i = 0; i < FRRD_PF_FAMILIES; i++)
		check_redistribution(pf, i);
	frrd_bgp_lines(pf->facts->bgpd_config, check_line, pf);
	check_global_lines(pf);
}
