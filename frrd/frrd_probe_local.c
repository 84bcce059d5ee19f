// SPDX-License-Identifier: GPL-2.0-or-later
/* Probes on interfaces and routes, and what they share with those on BFD; see frrd_probe_local.h. */

#include <zebra.h>

#include "if.h"
#include "linklist.h"
#include "vrf.h"
#include "zclient.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_gateway.h"
#include "frrd/frrd_marker.h"
#include "frrd/frrd_probe_local.h"
#include "frrd/frrd_probe_run.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_zebra.h"

static bool is_local(const struct frrd_probe *probe)
{
	return probe->running != FRRD_PROBE_NONE && !frrd_probe_kind_is_io(probe->running);
}

/* --- interface ------------------------------------------------------------------ */

static bool has_address(const struct interface *ifp, const struct prefix *address)
{
	struct connected *c;
	struct listnode *node;

	for (ALL_LIST_ELEMENTS_RO(ifp->connected, node, c))
		if (c->address->family == address->family &&
		    !memcmp(&c->address->u, &address->u,
			    address->family == AF_INET ? IPV4_MAX_BYTELEN : IPV6_MAX_BYTELEN))
			return true;
	return false;
}

static enum frrd_health look_at_interface(const struct frrd_probe *probe, char *text, size_t size)
{
	const struct frrd_probe_interface *want = &probe->interface;
	struct interface *ifp = if_lookup_by_name(want->name, VRF_DEFAULT);
	char address[INET6_ADDRSTRLEN] = "";

	if (want->address.family)
		inet_ntop(want->address.family, &want->address.u, address, sizeof(address));
	if (!ifp || ifp->ifindex == IFINDEX_INTERNAL || !probe->seen)
		snprintf(text, size, "interface %s does not exist", want->name);
	else if (!if_is_operative(ifp))
		snprintf(text, size, "interface %s is down", want->name);
	else if (want->address.family && !has_address(ifp, &want->address))
		snprintf(text, size, "interface %s does not have the address %s", want->name,
			 address);
	else {
		snprintf(text, size, "interface %s is up%s%s", want->name,
			 address[0] ? " and has the address " : "", address);
		return FRRD_HEALTH_UP;
	}
	return FRRD_HEALTH_DOWN;
}

void frrd_probe_local_interface(const char *ifname)
{
	struct frrd_probe *probe;

	frr_each (frrd_probes, &frrd_config.probes, probe)
		if (probe->running == FRRD_PROBE_INTERFACE &&
		    strmatch(probe->interface.name, ifname)) {
			probe->seen = true;
			frrd_probe_local_changed(probe);
		}
}

/* --- route ---------------------------------------------------------------------- */

static bool is_via(const struct zapi_nexthop *nexthop, const struct prefix *via)
{
	switch (nexthop->type) {
	case NEXTHOP_TYPE_IPV4:
	case NEXTHOP_TYPE_IPV4_IFINDEX:
		return via->family == AF_INET && nexthop->gate.ipv4.s_addr == via->u.prefix4.s_addr;
	case NEXTHOP_TYPE_IPV6:
	case NEXTHOP_TYPE_IPV6_IFINDEX:
		return via->family == AF_INET6 &&
		       IPV6_ADDR_SAME(&nexthop->gate.ipv6, &via->u.prefix6);
	case NEXTHOP_TYPE_IFINDEX:
	case NEXTHOP_TYPE_BLACKHOLE:
		break;
	}
	return false;
}

static void take_answer(struct frrd_probe *probe, const struct zapi_route *nhr)
{
	struct frrd_probe_found *found = &probe->found;

	memset(found, 0, sizeof(*found));
	found->answered = true;
	found->present = nhr->nexthop_num > 0;
	prefix_copy(&found->prefix, &nhr->prefix);
	for (size_t i = 0; i < nhr->nexthop_num && probe->route.via.family; i++)
		found->via |= is_via(&nhr->nexthops[i], &probe->route.via);
	frrd_probe_local_changed(probe);
}

void frrd_probe_local_answer(const struct prefix *match, const struct zapi_route *nhr)
{
	struct frrd_probe *probe;

	frr_each (frrd_probes, &frrd_config.probes, probe)
		if (probe->tracked.family && prefix_same(&probe->tracked, match))
			take_answer(probe, nhr);
}

bool frrd_probe_local_tracks(const struct prefix *p)
{
	struct frrd_probe *probe;

	frr_each (frrd_probes, &frrd_config.probes, probe)
		if (probe->tracked.family && prefix_same(&probe->tracked, p))
			return true;
	return false;
}

static enum frrd_health look_at_route(const struct frrd_probe *probe, char *text, size_t size)
{
	const struct frrd_probe_route *want = &probe->route;
	const struct frrd_probe_found *found = &probe->found;
	bool exact = prefix_same(&found->prefix, &want->prefix);
	char via[INET6_ADDRSTRLEN] = "";

	if (want->via.family)
		inet_ntop(want->via.family, &want->via.u, via, sizeof(via));
	if (!found->answered) {
		strlcpy(text, "zebra has not answered yet", size);
		return FRRD_HEALTH_UNKNOWN;
	}
	if (!found->present || (!exact && !want->covering)) {
		snprintfrr(text, size, "there is no route for %pFX", &want->prefix);
		return FRRD_HEALTH_DOWN;
	}
	if (want->via.family && !found->via) {
		snprintfrr(text, size, "the route %pFX is not via %s", &found->prefix, via);
		return FRRD_HEALTH_DOWN;
	}
	snprintfrr(text, size, "the route %pFX is present%s%s", &found->prefix,
		   via[0] ? " via " : "", via);
	return FRRD_HEALTH_UP;
}

static void route_ask(struct frrd_probe *probe)
{
	memset(&probe->found, 0, sizeof(probe->found));
	prefix_copy(&probe->tracked, &probe->route.prefix);
	frrd_zebra_track(&probe->tracked, 1, true);
}

/*
 * zebra keeps one registration a prefix, whoever asked for it: what another part of
 * frrd may have asked for stays registered, and costs nothing that counts.
 */
static void route_forget(struct frrd_probe *probe)
{
	struct prefix p = probe->tracked;

	memset(&probe->tracked, 0, sizeof(probe->tracked));
	if (p.family && !frrd_probe_local_tracks(&p) && !frrd_route_find(&p) &&
	    !frrd_gateway_tracks(&p) && !frrd_marker_tracks(&p))
		frrd_zebra_track(&p, 1, false);
}

/* --- all of them ------------------------------------------------------------------ */

static enum frrd_health look(struct frrd_probe *probe, char *text, size_t size)
{
	enum frrd_health word;
	const char *said;

	switch (probe->running) {
	case FRRD_PROBE_INTERFACE:
		return look_at_interface(probe, text, size);
	case FRRD_PROBE_ROUTE:
		return look_at_route(probe, text, size);
	case FRRD_PROBE_BFD:
		word = frrd_probe_bfd_state(probe, &said);
		strlcpy(text, said, size);
		return word;
	case FRRD_PROBE_NONE:
	case FRRD_PROBE_ICMP:
	case FRRD_PROBE_TCP:
	case FRRD_PROBE_HTTP:
	case FRRD_PROBE_EXEC:
		break;
	}
	return FRRD_HEALTH_UNKNOWN;
}

static void look_event(struct event *event)
{
	struct frrd_probe *probe = EVENT_ARG(event);
	int64_t settles_ms = probe->settle_ms - frrd_now_ms();
	char text[FRRD_IPC_TEXT] = "";
	enum frrd_health word;

	if (!frrd_zebra_connected())
		return; /* it is unknown already, and looked at when zebra is back */
	word = look(probe, text, sizeof(text));
	if (word != FRRD_HEALTH_UP && settles_ms > 0) {
		event_add_timer_msec(frrd_loop, look_event, probe, settles_ms, &probe->t_look);
		return;
	}
	/* zebra repeats itself; only what is new is a result. */
	if (word == probe->health.state && strmatch(text, probe->text))
		return;
	if (word == FRRD_HEALTH_UNKNOWN)
		frrd_probe_run_unknown(probe, text);
	else
		frrd_probe_run_event(probe, word == FRRD_HEALTH_UP, text);
}

/*
 * Later, not now: libfrr calls its hooks before it has carried the change of an
 * interface out.
 */
void frrd_probe_local_changed(struct frrd_probe *probe)
{
	EVENT_OFF(probe->t_look);
	event_add_event(frrd_loop, look_event, probe, 0, &probe->t_look);
}

static void settle(struct frrd_probe *probe)
{
	probe->settle_ms = frrd_now_ms() + (probe->running == FRRD_PROBE_BFD
						    ? FRRD_PROBE_BFD_SETTLE_MS
						    : FRRD_PROBE_SETTLE_MS);
}

/* There is a session with zebra: ask it, and look when it has had time to answer. */
static void ask(struct frrd_probe *probe)
{
	settle(probe);
	if (probe->running == FRRD_PROBE_ROUTE)
		route_ask(probe);
	else if (probe->running == FRRD_PROBE_BFD)
		frrd_probe_bfd_start(probe);
	frrd_probe_local_changed(probe);
}

void frrd_probe_local_start(struct frrd_probe *probe)
{
	probe->seen = true; /* libfrr knows the interfaces of this session already */
	if (frrd_zebra_connected())
		ask(probe);
	else
		frrd_probe_run_unknown(probe, "zebra is not connected");
}

void frrd_probe_local_stop(struct frrd_probe *probe)
{
	EVENT_OFF(probe->t_look);
	route_forget(probe);
	frrd_probe_bfd_stop(probe);
}

void frrd_probe_local_zebra_up(void)
{
	struct frrd_probe *probe;

	frrd_probe_bfd_zebra_up();
	frr_each (frrd_probes, &frrd_config.probes, probe) {
		if (!is_local(probe))
			continue;
		probe->seen = false;
		ask(probe);
	}
}

void frrd_probe_local_zebra_down(void)
{
	struct frrd_probe *probe;

	frr_each (frrd_probes, &frrd_config.probes, probe) {
		if (!is_local(probe))
			continue;
		EVENT_OFF(probe->t_look);
		frrd_probe_run_unknown(probe, "zebra is not connected");
	}
	frrd_probe_bfd_zebra_down();
}
