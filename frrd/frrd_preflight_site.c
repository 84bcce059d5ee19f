// SPDX-License-Identifier: GPL-2.0-or-later
/* Preflight: this site's own configuration, its next-hops, its zebra and its clock. */

#include <zebra.h>

#include <sys/timex.h>

#include "if.h"
#include "libfrr.h"
#include "vrf.h"

#include "frrd/core/budget.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_gateway.h"
#include "frrd/frrd_marker.h"
#include "frrd/frrd_policy.h"
#include "frrd/frrd_preflight.h"

/* bgpd gives routes of eBGP this distance unless told otherwise. */
#define EBGP_DISTANCE 20
/* With this many routes a new zebra may not have read its predecessor's from the kernel in time. */
#define MANY_PREFIXES 1000
#define LEAST_VOTERS 3

/* --- the whole --- */

static void check_basics(struct frrd_preflight *pf)
{
	if (!frrd_site_local()) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "site", "local-site",
			    "it is not configured, or not one of the sites: this router owns nothing");
		frrd_pf_type(pf, "subnet-mover");
		frrd_pf_type(pf, " local-site SITE");
		frrd_pf_type(pf, "exit");
	}
	if (!frrd_engine_zebra_connected())
		frrd_pf_add(pf, FRRD_PF_ERROR, "zebra", "zebra",
			    "frrd is not connected: nothing can be announced or withdrawn");
	if (pf->facts->zebra_error[0])
		frrd_pf_add(pf, FRRD_PF_WARNING, "zebra", "zebra", "%s; not everything was checked",
			    pf->facts->zebra_error);
	if (frrd_config.distance >= EBGP_DISTANCE) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "distance", "distance",
			    "with distance %u frrd's routes lose to the eBGP routes (%u) of another site, and are not announced while these are there",
			    frrd_config.distance, EBGP_DISTANCE);
		frrd_pf_type(pf, "subnet-mover");
		frrd_pf_type(pf, " distance %u", FRRD_DEFAULT_DISTANCE);
		frrd_pf_type(pf, "exit");
	}
}

static void check_votes(struct frrd_preflight *pf)
{
	unsigned int voters = 0;
	struct frrd_site *site;

	if (frrd_config.arbiter != FRRD_ARBITER_BGP)
		return;
	if (!frrd_config.marker_range.family) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "marker-range", "marker-range",
			    "it is not configured: the sites do not see each other");
		frrd_pf_type(pf, "subnet-mover");
		frrd_pf_type(pf, " marker-range 100.64.0.0/16");
		frrd_pf_type(pf, "exit");
	}
	frr_each (frrd_sites, &frrd_config.sites, site)
		voters += site->id > 0;
	if (voters >= LEAST_VOTERS) {
		frrd_pf_add(pf, FRRD_PF_OK, "voters", "sites", "%u sites vote", voters);
		return;
	}
	frrd_pf_add(pf, FRRD_PF_ERROR, "voters", "sites",
		    "%u sites vote, and a majority needs all of them: when one fails, no other may take over. A third one is missing, a witness is enough",
		    voters);
	frrd_pf_type(pf, "subnet-mover");
	frrd_pf_type(pf, " site NAME");
	frrd_pf_type(pf, "  id %u", voters + 1);
	frrd_pf_type(pf, "  witness");
	frrd_pf_type(pf, " exit");
	frrd_pf_type(pf, "exit");
	frrd_pf_type_at(pf, "every site, in vtysh");
}

static void check_own_markers(struct frrd_preflight *pf)
{
	struct prefix hidden;
	const char *name;
	size_t count;

	if (frrd_config.arbiter != FRRD_ARBITER_BGP || !frrd_engine_zebra_connected())
		return;
	count = frrd_marker_hidden(&hidden, &name);
	if (!count)
		return;
	frrd_pf_add(pf, FRRD_PF_ERROR, "own-markers", "markers",
		    "zebra does not select the %s %pFX of this site%s: the other sites do not hear it. When what stands before it is a kernel route that a crashed zebra has left, restart all of FRR",
		    name, &hidden, count > 1 ? ", nor others of its markers" : "");
	frrd_pf_type(pf, "show %s route %pFX", hidden.family == AF_INET ? "ip" : "ipv6", &hidden);
}

static void check_budget(struct frrd_preflight *pf)
{
	struct frrd_budget budget;
	char errmsg[512];

	if (frrd_config.arbiter != FRRD_ARBITER_BGP)
		return;
	frrd_policy_budget(NULL, &budget);
	if (frrd_budget_check(&budget, errmsg, sizeof(errmsg)))
		frrd_pf_add(pf, FRRD_PF_OK, "budget", "timers",
			    "the timers fit together; see show subnet-mover budget");
	else
		frrd_pf_add(pf, FRRD_PF_ERROR, "budget", "timers", "%s", errmsg);
}

/* Nothing is decided by the wall clock; people compare the journals of the sites by it. */
static void check_clock(struct frrd_preflight *pf)
{
	struct timex timex = { .modes = 0 };

	if (adjtimex(&timex) < 0)
		return;
	if (timex.status & STA_UNSYNC)
		frrd_pf_add(pf, FRRD_PF_OK, "clock", "clock",
			    "not synchronised as far as the kernel knows; no decision depends on it, but journals of different sites are hard to compare");
	else
		frrd_pf_add(pf, FRRD_PF_OK, "clock", "clock", "synchronised");
}

/* --- zebra --- */

static void check_forwarding(struct frrd_preflight *pf, int family)
{
	const char *key = family == AF_INET ? "v4 Forwarding" : "v6 Forwarding";
	const char *status = pf->facts->zebra_status;
	const char *at = status ? strstr(status, key) : NULL;
	char value[8];

	if (!at || !frrd_pf_family_needed(family) ||
	    sscanf(at + strlen(key), " %7s", value) != 1 || strmatch(value, "On"))
		return;
	frrd_pf_add(pf, FRRD_PF_ERROR, "forwarding", family == AF_INET ? "IPv4" : "IPv6",
		    "this router does not forward packets");
	frrd_pf_type(pf, "%s forwarding", family == AF_INET ? "ip" : "ipv6");
}

/* Does zebra run with -K, so that it gives itself time after a crash? */
static bool zebra_keeps_routes(bool *ret_known)
{
	char path[300], args[4096];
	bool found = false;
	size_t length;
	int pid = 0;
	FILE *file;

	*ret_known = false;
	snprintf(path, sizeof(path), "%s/zebra.pid", frr_vtydir);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (fscanf(file, "%d", &pid) != 1)
		pid = 0;
	fclose(file);
	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	file = pid ? fopen(path, "re") : NULL;
	if (!file)
		return false;
	length = fread(args, 1, sizeof(args) - 1, file);
	fclose(file);
	args[length] = '\0';
	*ret_known = length > 0;
	for (const char *arg = args; arg < args + length; arg += strlen(arg) + 1)
		found |= strncmp(arg, "-K", 2) == 0 || strncmp(arg, "--graceful_restart", 18) == 0;
	return found;
}

static void check_many(struct frrd_preflight *pf)
{
	struct frrd_routes routes;
	struct frrd_grp *grp;
	size_t total = 0;
	bool known;

	frr_each (frrd_groups, &frrd_config.groups, grp) {
		frrd_route_snapshot(grp, &routes);
		total += routes.total;
	}
	if (total < MANY_PREFIXES || zebra_keeps_routes(&known) || !known)
		return;
	frrd_pf_add(pf, FRRD_PF_WARNING, "zebra-restart", "zebra",
		    "the groups have %zu prefixes: after a crash a new zebra may take those that its predecessor left in the kernel for kernel routes, which win over frrd's. Let it wait",
		    total);
	frrd_pf_type(pf, "sed -i 's/^zebra_options=\"/&-K 3 /' /etc/frr/daemons");
	frrd_pf_type(pf, "systemctl restart frr");
	frrd_pf_type_at(pf, "a shell");
}

/* --- groups --- */

static void type_group(struct frrd_preflight *pf, const struct frrd_grp *grp, const char *line)
{
	frrd_pf_type(pf, "subnet-mover");
	frrd_pf_type(pf, " group %s", grp->name);
	frrd_pf_type(pf, "  %s", line);
	frrd_pf_type(pf, " exit");
	frrd_pf_type(pf, "exit");
}

static void type_member(struct frrd_preflight *pf, const struct frrd_grp *grp, const char *line)
{
	frrd_pf_type(pf, "subnet-mover");
	frrd_pf_type(pf, " group %s", grp->name);
	frrd_pf_type(pf, "  site %s", frrd_config.local_site);
	frrd_pf_type(pf, "   %s", line);
	frrd_pf_type(pf, "  exit");
	frrd_pf_type(pf, " exit");
	frrd_pf_type(pf, "exit");
}

static void check_interface(struct frrd_preflight *pf, const char *object, const char *name)
{
	struct interface *ifp = if_lookup_by_name(name, VRF_DEFAULT);

	if (!ifp || ifp->ifindex == IFINDEX_INTERNAL) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "next-hop", object,
			    "the next-hop interface %s does not exist", name);
		frrd_pf_type(pf, "ip link show %s", name);
		frrd_pf_type_at(pf, "a shell");
	} else if (!if_is_operative(ifp)) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "next-hop", object,
			    "the next-hop interface %s is down", name);
		frrd_pf_type(pf, "interface %s", name);
		frrd_pf_type(pf, " no shutdown");
		frrd_pf_type(pf, "exit");
	}
}

static void check_next_hop(struct frrd_preflight *pf, const struct frrd_grp *grp,
			   const struct frrd_member *member, const char *object)
{
	const struct frrd_nexthop *nexthop = &member->nexthop;
	const int families[] = { AF_INET, AF_INET6 };
	struct prefix p;

	if (nexthop->ifname[0])
		check_interface(pf, object, nexthop->ifname);
	for (size_t i = 0; i < array_size(families); i++) {
		const char *word = families[i] == AF_INET ? "IPv4" : "IPv6";

		if (!frrd_pf_example(grp, families[i], &p))
			continue;
		if (!frrd_nexthop_serves(nexthop, families[i])) {
			frrd_pf_add(pf, FRRD_PF_ERROR, "next-hop", object,
				    "it has no next-hop for the %s prefixes", word);
			type_member(pf, grp, "next-hop interface NAME");
		} else if (!frrd_gateway_usable(nexthop, families[i])) {
			frrd_pf_add(pf, FRRD_PF_ERROR, "next-hop", object,
				    "zebra knows no way to the %s next-hop", word);
			if (families[i] == AF_INET)
				frrd_pf_type(pf, "do show ip route %pI4", &nexthop->ipv4);
			else
				frrd_pf_type(pf, "do show ipv6 route %pI6", &nexthop->ipv6);
		}
	}
}

static void check_lists(struct frrd_preflight *pf, struct frrd_grp *grp, const char *object)
{
	struct frrd_plist_ref *ref;

	frr_each (frrd_plists, &grp->plists, ref)
		if (ref->conflicts)
			frrd_pf_add(pf, FRRD_PF_WARNING, "prefixes", object,
				    "%u entries of prefix-list %s are prefixes of other groups or of tracks, and are left out",
				    ref->conflicts, ref->name);
}

static void check_group(struct frrd_preflight *pf, struct frrd_grp *grp)
{
	struct frrd_member *local = frrd_member_local(grp);
	char object[80];
	struct prefix p;

	snprintf(object, sizeof(object), "group %s", grp->name);
	if (!frrd_pf_example(grp, AF_INET, &p) && !frrd_pf_example(grp, AF_INET6, &p)) {
		frrd_pf_add(pf, FRRD_PF_WARNING, "prefixes", object, "it has no prefix");
		type_group(pf, grp, "prefix PREFIX");
	}
	check_lists(pf, grp, object);
	if (frrd_members_count(&grp->members) < 2) {
		frrd_pf_add(pf, FRRD_PF_WARNING, "members", object,
			    "it has %zu members: there is no site to move to",
			    frrd_members_count(&grp->members));
		type_group(pf, grp, "site NAME");
	}
	if (frrd_config.arbiter == FRRD_ARBITER_BGP && !grp->auto_failover) {
		frrd_pf_add(pf, FRRD_PF_WARNING, "auto-failover", object,
			    "it moves on command only: when its owner dies, it stays dead");
		type_group(pf, grp, "auto-failover");
	}
	if (!local)
		return;
	snprintf(object, sizeof(object), "group %s, site %s", grp->name, local->site);
	check_next_hop(pf, grp, local, object);
}

void frrd_pf_check_site(struct frrd_preflight *pf)
{
	struct frrd_grp *grp;

	check_basics(pf);
	check_votes(pf);
	check_own_markers(pf);
	check_budget(pf);
	check_clock(pf);
	check_forwarding(pf, AF_INET);
	check_forwarding(pf, AF_INET6);
	check_many(pf);
	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (!grp->removed)
			check_group(pf, grp);
}
