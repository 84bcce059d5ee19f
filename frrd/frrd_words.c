// SPDX-License-Identifier: GPL-2.0-or-later
/* What is in the way, in words; see frrd_words.h. */

#include <zebra.h>

#include "if.h"
#include "vrf.h"

#include "frrd/frrd_engine.h"
#include "frrd/frrd_probe_use.h"
#include "frrd/frrd_sites.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_words.h"

const char *frrd_ms_str(int64_t ms, char *buf, size_t size)
{
	if (ms < 1000)
		snprintf(buf, size, "%" PRId64 " ms", ms);
	else if (ms < 60000)
		snprintf(buf, size, "%" PRId64 ".%" PRId64 " s", ms / 1000, ms % 1000 / 100);
	else
		snprintf(buf, size, "%" PRId64 " min %02" PRId64 " s", ms / 60000,
			 ms % 60000 / 1000);
	return buf;
}

static void describe_origin(const struct frrd_route *route, char *buf, size_t size)
{
	const struct frrd_origin *origin = route->origin;
	char via[64] = "", place[PREFIX_STRLEN + 16] = "";
	struct prefix p;

	frrd_route_prefix(route, &p);
	if (route->original)
		snprintfrr(place, sizeof(place), " (in place of %pFX)", route->original);
	if (origin->via.family == AF_INET)
		snprintfrr(via, sizeof(via), " via %pI4", &origin->via.u.prefix4);
	else if (origin->via.family == AF_INET6)
		snprintfrr(via, sizeof(via), " via %pI6", &origin->via.u.prefix6);
	else if (origin->via_ifindex)
		snprintfrr(via, sizeof(via), " on %s",
			   ifindex2ifname(origin->via_ifindex, VRF_DEFAULT));
	if (frrd_origin_is_local(origin))
		snprintfrr(buf, size,
			   "%pFX%s is a %s route of this site%s, which would shadow frrd's route",
			   &p, place, frrd_origin_protocol(origin), via);
	else
		snprintfrr(buf, size, "%pFX%s is announced elsewhere (%s%s, distance %u)", &p, place,
			   frrd_origin_protocol(origin), via, origin->distance);
}

void frrd_engine_describe_elsewhere(struct frrd_grp *grp, char *buf, size_t size)
{
	struct frrd_route *route;

	buf[0] = '\0';
	frr_each (frrd_route_list, &grp->routes.list, route)
		if (route->track == FRRD_TRACK_ELSEWHERE) {
			describe_origin(route, buf, size);
			return;
		}
}

static void describe_claims(const struct frrd_grp *grp, char *buf, size_t size)
{
	const struct frrd_view *view = &grp->fsm.view;
	char names[256];

	if (view->claims)
		snprintf(buf, size, "claimed by %s",
			 frrd_site_labels(view->claims, names, sizeof(names)));
	else if (view->grants)
		snprintf(buf, size, "its owner has granted it to %s",
			 frrd_site_labels(view->grants, names, sizeof(names)));
}

static void describe_quorum(char *buf, size_t size)
{
	struct frrd_quorum q;
	char names[256];

	frrd_sites_quorum(&q);
	if (!q.reached)
		snprintf(buf, size, "no quorum: %d of %d voting sites are alive, missing: %s",
			 __builtin_popcount(q.present), __builtin_popcount(q.voters),
			 frrd_site_labels(q.voters & ~q.present, names, sizeof(names)));
}

static void describe_settling(const struct frrd_grp *grp, char *buf, size_t size)
{
	char left[32], whole[32];
	int64_t until = grp->fsm.quorum_since_ms;

	if (until == FRRD_NEVER)
		return;
	until += grp->policy.settle_time_ms;
	snprintf(buf, size, "quorum is too young: settle-time (%s) ends in %s",
		 frrd_ms_str(grp->policy.settle_time_ms, whole, sizeof(whole)),
		 frrd_ms_str(MAX(until - frrd_now_ms(), 0), left, sizeof(left)));
}

static void describe_successor(const struct frrd_site *to, char *buf, size_t size)
{
	int64_t age;

	if (!to)
		return;
	if (!frrd_site_alive(to, &age))
		snprintf(buf, size, "site %s cannot take over: its beacon is missing", to->name);
	else if (to->maintenance)
		snprintf(buf, size, "site %s cannot take over: it is under maintenance", to->name);
	else
		snprintf(buf, size, "site %s is alive and not ready", to->name);
}

static void describe_owner(const struct frrd_grp *grp, const char *verb, char *buf, size_t size)
{
	const struct frrd_site *owner = frrd_grp_owner(grp);

	if (owner)
		snprintf(buf, size, "site %s %s", owner->name, verb);
}

static void describe_busy(const struct frrd_grp *grp, enum frrd_reason reason, char *buf,
			  size_t size)
{
	uint8_t to = reason == FRRD_REASON_BUSY_REQUESTING ? grp->fsm.request_for
							   : grp->fsm.grant_to;
	char name[FRRD_NAME_SIZE], left[32] = "";
	int64_t until = reason == FRRD_REASON_BUSY_REQUESTING ? grp->fsm.wait_until_ms
								: grp->fsm.grant_until_ms;

	if (!to)
		return;
	if (until != FRRD_NEVER)
		frrd_ms_str(MAX(until - frrd_now_ms(), 0), left, sizeof(left));
	snprintf(buf, size, "a handover to %s is under way%s%s%s",
		 frrd_site_label(to, name, sizeof(name)), left[0] ? " (at most " : "", left,
		 left[0] ? ")" : "");
}

const char *frrd_describe_obstacle(struct frrd_grp *grp, enum frrd_reason reason,
				   const struct frrd_site *to, char *buf, size_t size)
{
	buf[0] = '\0';
	if (reason == FRRD_REASON_ELSEWHERE)
		frrd_engine_describe_elsewhere(grp, buf, size);
	else if (reason == FRRD_REASON_CLAIMED)
		describe_claims(grp, buf, size);
	else if (reason == FRRD_REASON_NO_QUORUM)
		describe_quorum(buf, size);
	else if (reason == FRRD_REASON_SETTLING)
		describe_settling(grp, buf, size);
	else if (reason == FRRD_REASON_SUCCESSOR_NOT_READY)
		describe_successor(to, buf, size);
	else if (reason == FRRD_REASON_OWNER_ALIVE)
		describe_owner(grp, "owns it and is alive", buf, size);
	else if (reason == FRRD_REASON_NOT_OWNER)
		describe_owner(grp, "announces it", buf, size);
	else if (reason == FRRD_REASON_BUSY_REQUESTING || reason == FRRD_REASON_BUSY_DRAINING ||
		 reason == FRRD_REASON_BUSY_RELEASING)
		describe_busy(grp, reason, buf, size);
	else if (reason == FRRD_REASON_UNHEALTHY)
		frrd_describe_health(grp, buf, size);
	else if (reason == FRRD_REASON_HELD && grp->note[0])
		snprintf(buf, size, "the group is on hold: %s", grp->note);
	return buf;
}
