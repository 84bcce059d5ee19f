// SPDX-License-Identifier: GPL-2.0-or-later
/* When routes followed a move; see frrd_convergence.h. */

#include <zebra.h>

#include "if.h"
#include "jhash.h"
#include "json.h"
#include "memory.h"
#include "vrf.h"
#include "zclient.h"

#include "frrd/frrd_config.h"
#include "frrd/frrd_convergence.h"
#include "frrd/frrd_drain.h"
#include "frrd/frrd_journal.h"
#include "frrd/frrd_map_route.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_sites.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_zebra.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_CONVERGENCE, "Convergence");

/*
 * A group that this site stops being a member of is unregistered by frrd_watch,
 * a moment later and for the whole session: so registrations come after that.
 */
#define REGISTER_DELAY_MS 50

static struct event *t_register;

/* --- which prefixes --- */

static size_t per_family_limit(void)
{
	size_t groups = frrd_groups_count(&frrd_config.groups);
	size_t limit = FRRD_CONVERGENCE_TOTAL / 2 / MAX(groups, 1);

	return MAX(MIN(limit, FRRD_CONVERGENCE_PER_FAMILY), 1);
}

/*
 * The first few of each family.  At a member they have to be among those that
 * frrd_watch has registered.
 */
static size_t choose(struct frrd_grp *grp, struct prefix *ret_prefixes)
{
	size_t limit = per_family_limit(), ipv4 = 0, ipv6 = 0, count = 0, seen = 0;
	struct frrd_route *route;

	frr_each (frrd_route_list, &grp->routes.list, route) {
		size_t *used = route->family == AF_INET ? &ipv4 : &ipv6;

		if (seen++ == FRRD_SENTINELS || (ipv4 == limit && ipv6 == limit))
			break;
		if (*used == limit || (frrd_map_used(grp) && !frrd_map_announced(route)))
			continue;
		(*used)++;
		memset(&ret_prefixes[count], 0, sizeof(ret_prefixes[count]));
		frrd_route_prefix(route, &ret_prefixes[count++]);
	}
	return count;
}

static bool is_same_choice(const struct frrd_convergence *c, const struct prefix *prefixes,
			   size_t count)
{
	if (c->count != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!prefix_same(&c->paths[i].prefix, &prefixes[i]))
			return false;
	return true;
}

static void track(const struct frrd_convergence *c, bool on)
{
	struct prefix prefixes[FRRD_CONVERGENCE_PREFIXES];

	for (size_t i = 0; i < c->count; i++)
		prefixes[i] = c->paths[i].prefix;
	if (c->count)
		frrd_zebra_track(prefixes, c->count, on);
}

static void register_event(struct event *event)
{
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp) {
		struct frrd_convergence *c = grp->convergence;

		if (!c || c->registered || grp->policy.member || !frrd_zebra_connected())
			continue;
		c->registered = true;
		track(c, true);
	}
}

static void register_soon(void)
{
	if (!t_register)
		event_add_timer_msec(frrd_loop, register_event, NULL, REGISTER_DELAY_MS,
				     &t_register);
}

static void unregister(struct frrd_convergence *c)
{
	if (c->registered && frrd_zebra_connected())
		track(c, false);
	c->registered = false;
}

/* What the followed prefixes stand for. */
static void look_up(struct frrd_convergence *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct frrd_route *route = frrd_route_find(&c->paths[i].prefix);

		c->paths[i].here = route && frrd_route_is_here(route);
		if (route)
			frrd_route_original(route, &c->paths[i].original);
	}
}

void frrd_convergence_apply(struct frrd_grp *grp)
{
	struct prefix prefixes[FRRD_CONVERGENCE_PREFIXES];
	struct frrd_convergence *c = grp->convergence;
	size_t count = choose(grp, prefixes);

	if (!c)
		c = grp->convergence = XCALLOC(MTYPE_FRRD_CONVERGENCE, sizeof(*c));
	if (grp->policy.member)
		unregister(c);
	else
		register_soon();
	if (is_same_choice(c, prefixes, count)) {
		look_up(c);
		return;
	}
	unregister(c);
	EVENT_OFF(c->t_quiet);
	memset(c->paths, 0, sizeof(c->paths));
	memset(&c->move, 0, sizeof(c->move));
	memset(&c->before, 0, sizeof(c->before));
	c->count = count;
	for (size_t i = 0; i < count; i++)
		c->paths[i].prefix = prefixes[i];
	look_up(c);
}

void frrd_convergence_drop(struct frrd_grp *grp)
{
	if (!grp->convergence)
		return;
	unregister(grp->convergence);
	EVENT_OFF(grp->convergence->t_quiet);
	XFREE(MTYPE_FRRD_CONVERGENCE, grp->convergence);
}

/* --- a move --- */

int64_t frrd_move_gap_us(const struct frrd_convergence *c, int64_t now_us)
{
	int64_t longest_us = 0;

	for (size_t i = 0; i < c->count; i++) {
		const struct frrd_path_seen *seen = &c->move.paths[i];
		int64_t gap_us = seen->gap_us;

		if (seen->absent_since_us)
			gap_us += now_us - seen->absent_since_us;
		longest_us = MAX(longest_us, gap_us);
	}
	return longest_us;
}

static void add_site(struct json_object *json, const char *key, uint8_t id)
{
	char name[FRRD_NAME_SIZE];

	if (id)
		json_object_string_add(json, key, frrd_site_label(id, name, sizeof(name)));
}

static void add_us(struct json_object *json, const char *key, int64_t us)
{
	if (us)
		json_object_int_add(json, key, us);
}

/* For the journal and for `show ... json`. */
struct json_object *frrd_convergence_json(const struct frrd_convergence *c)
{
	struct json_object *json = json_object_new_object();
	struct json_object *paths = json_object_new_array();
	const struct frrd_move_seen *move = &c->move;

	json_object_int_add(json, "move", move->number);
	add_site(json, "from", move->from);
	add_site(json, "to", move->to);
	json_object_int_add(json, "beganUs", move->began_us);
	add_us(json, "claimUs", move->claim_us);
	add_us(json, "announcedUs", move->announced_us);
	add_us(json, "installedUs", move->installed_us);
	add_us(json, "withdrawnUs", move->withdrawn_us);
	json_object_int_add(json, "convergedUs", move->last_us);
	json_object_int_add(json, "gapUs", frrd_move_gap_us(c, frrd_now_us()));
	for (size_t i = 0; i < c->count; i++) {
		struct json_object *path = json_object_new_object();

		json_object_string_addf(path, "prefix", "%pFX", &c->paths[i].prefix);
		json_object_boolean_add(path, "present", c->paths[i].state == FRRD_PATH_PRESENT);
		json_object_string_add(path, "via", c->paths[i].via);
		json_object_int_add(path, "changes", move->paths[i].changes);
		add_us(path, "lostUs", move->paths[i].lost_us);
		add_us(path, "backUs", move->paths[i].back_us);
		add_us(path, "changedUs", move->paths[i].changed_us);
		json_object_int_add(path, "gapUs", move->paths[i].gap_us);
		json_object_array_add(paths, path);
	}
	json_object_object_add(json, "prefixes", paths);
	return json;
}

/* The site that is alone in a set; 0: the set is empty, or has more. */
static uint8_t only_one(uint16_t sites)
{
	return sites && !(sites & (sites - 1)) ? (uint8_t)__builtin_ctz(sites) : 0;
}

/* A claim that came and went, and moved nothing. */
static bool is_nothing(const struct frrd_convergence *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->move.paths[i].changes)
			return false;
	return !c->move.announced_us && !c->move.withdrawn_us && c->owner == c->move.from;
}

/* Is there a route for what another site announces in the place of the same prefix? */
static bool has_other(const struct frrd_convergence *c, size_t i)
{
	for (size_t j = 0; j < c->count; j++)
		if (j != i && c->paths[j].state == FRRD_PATH_PRESENT &&
		    prefix_same(&c->paths[j].original, &c->paths[i].original))
			return true;
	return false;
}

static bool is_complete(const struct frrd_convergence *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->paths[i].state == FRRD_PATH_ABSENT && !has_other(c, i))
			return false;
	return true;
}

static void quiet_expired(struct event *event)
{
	struct frrd_grp *grp = EVENT_ARG(event);
	struct frrd_convergence *c = grp->convergence;

	if (!is_complete(c))
		return; /* the move goes on until the routes are back */
	if (is_nothing(c)) {
		c->move = c->before;
		return;
	}
	c->move.open = false;
	c->owner = only_one(c->claims);
	frrd_journal_add("convergence", grp, frrd_convergence_json(c));
}

/* Something of a move was seen now. */
static void touch(struct frrd_grp *grp)
{
	struct frrd_convergence *c = grp->convergence;
	struct frrd_move_seen *move = &c->move;

	EVENT_OFF(c->t_quiet);
	event_add_timer_msec(frrd_loop, quiet_expired, grp, FRRD_CONVERGENCE_QUIET_MS,
			     &c->t_quiet);
	if (!move->open) {
		c->before = *move;
		memset(move, 0, sizeof(*move));
		move->number = c->before.number + 1;
		move->open = true;
		move->from = c->owner;
		move->began_us = frrd_now_us();
		gettimeofday(&move->began_wall, NULL);
	}
	move->last_us = frrd_now_us();
}

/* --- what the engine knows --- */

static void own_begins(struct frrd_grp *grp)
{
	touch(grp);
	grp->convergence->move.to = grp->policy.self;
	grp->convergence->move.announced_us = grp->announce_us ? grp->announce_us : frrd_now_us();
}

static void path_back(struct frrd_path_seen *seen, int64_t now_us)
{
	seen->back_us = now_us;
	seen->gap_us += now_us - seen->absent_since_us;
	seen->absent_since_us = 0;
}

/* A route for the path, or for another in its place, ends what it was without. */
static void paths_back(struct frrd_convergence *c, size_t i, int64_t now_us)
{
	for (size_t j = 0; j < c->count; j++)
		if (c->move.paths[j].absent_since_us &&
		    prefix_same(&c->paths[j].original, &c->paths[i].original))
			path_back(&c->move.paths[j], now_us);
}

static void own_installed(struct frrd_grp *grp)
{
	struct frrd_convergence *c = grp->convergence;
	int64_t now_us = frrd_now_us();

	touch(grp);
	c->move.installed_us = now_us;
	for (size_t i = 0; i < c->count; i++) {
		struct frrd_path_seen *seen = &c->move.paths[i];

		if (!c->paths[i].here) {
			/* not tracked while the group is announced here */
			c->paths[i].state = FRRD_PATH_UNKNOWN;
			c->paths[i].via[0] = '\0';
			continue;
		}
		seen->changes++;
		seen->changed_us = now_us;
		paths_back(c, i, now_us);
		c->paths[i].state = FRRD_PATH_PRESENT;
		strlcpy(c->paths[i].via, "this site", sizeof(c->paths[i].via));
	}
}

/* Whether another site has the prefix by now, tracking will tell. */
static void own_ends(struct frrd_grp *grp)
{
	struct frrd_convergence *c = grp->convergence;

	touch(grp);
	c->move.withdrawn_us = frrd_now_us();
	for (size_t i = 0; i < c->count; i++) {
		c->paths[i].state = FRRD_PATH_UNKNOWN;
		c->paths[i].after_own = true;
		c->paths[i].via[0] = '\0';
	}
}

static bool is_installed(const struct frrd_grp *grp)
{
	const struct frrd_routes *routes = &grp->fsm.routes;

	return frrd_state_announces(grp->fsm.state) && routes->total &&
	       routes->installed == routes->total;
}

/* Sites that claim the group; with the manual arbiter nothing is known of others. */
static uint16_t claims_of(const struct frrd_grp *grp)
{
	uint16_t claims = grp->policy.arbiter == FRRD_ARBITER_BGP ? grp->fsm.view.claims : 0;

	if (frrd_state_announces(grp->fsm.state))
		claims |= FRRD_SITE_BIT(grp->policy.self);
	return claims;
}

static void claims_changed(struct frrd_grp *grp, uint16_t claims)
{
	struct frrd_convergence *c = grp->convergence;
	uint16_t others = claims & ~c->claims & ~FRRD_SITE_BIT(grp->policy.self);
	bool learning = !c->claims && !c->owner && !c->move.open;

	/* The first claim after the start is no move. */
	if (!learning || frrd_state_announces(grp->fsm.state))
		touch(grp);
	if (others && c->move.open) {
		c->move.to = only_one(others);
		c->move.claim_us = frrd_now_us();
	}
	c->claims = claims;
	if (only_one(claims))
		c->owner = only_one(claims);
}

void frrd_convergence_follow(struct frrd_grp *grp)
{
	struct frrd_convergence *c = grp->convergence;
	bool announcing = frrd_state_announces(grp->fsm.state) ||
			  grp->fsm.state == FRRD_STATE_RELEASING;
	uint16_t claims = claims_of(grp);

	if (!c)
		return;
	if (announcing && !c->announcing)
		own_begins(grp);
	else if (!announcing && c->announcing)
		own_ends(grp);
	c->announcing = announcing;
	/* A session that is lost takes the others' claims along, but nobody has moved. */
	if (claims != c->claims && (grp->fsm.view.known || grp->policy.arbiter != FRRD_ARBITER_BGP))
		claims_changed(grp, claims);
	if (c->move.open && c->move.announced_us && !c->move.installed_us && is_installed(grp))
		own_installed(grp);
}

/* --- what zebra knows --- */

static struct frrd_path *find_path(const struct prefix *p, struct frrd_grp **ret_grp,
				   size_t *ret_index)
{
	struct frrd_route *route = frrd_route_find(p);
	struct frrd_convergence *c = route ? route->grp->convergence : NULL;

	for (size_t i = 0; c && i < c->count; i++)
		if (prefix_same(&c->paths[i].prefix, p)) {
			*ret_grp = route->grp;
			*ret_index = i;
			return &c->paths[i];
		}
	return NULL;
}

static uint32_t signature_of(const struct zapi_route *nhr)
{
	uint32_t signature = jhash_2words(nhr->type, nhr->nexthop_num, 0);

	for (uint16_t i = 0; i < nhr->nexthop_num; i++) {
		const struct zapi_nexthop *nh = &nhr->nexthops[i];

		signature = jhash_2words(nh->type, nh->ifindex, signature);
		if (nh->type == NEXTHOP_TYPE_IPV4 || nh->type == NEXTHOP_TYPE_IPV4_IFINDEX)
			signature = jhash_1word(nh->gate.ipv4.s_addr, signature);
		else if (nh->type == NEXTHOP_TYPE_IPV6 || nh->type == NEXTHOP_TYPE_IPV6_IFINDEX)
			signature = jhash(&nh->gate.ipv6, sizeof(nh->gate.ipv6), signature);
	}
	return signature;
}

static void describe_via(const struct zapi_route *nhr, char *buf, size_t size)
{
	const struct zapi_nexthop *nh = &nhr->nexthops[0];

	if (nh->type == NEXTHOP_TYPE_IPV4 || nh->type == NEXTHOP_TYPE_IPV4_IFINDEX)
		snprintfrr(buf, size, "%pI4", &nh->gate.ipv4);
	else if ((nh->type == NEXTHOP_TYPE_IPV6 || nh->type == NEXTHOP_TYPE_IPV6_IFINDEX) &&
		 !IN6_IS_ADDR_LINKLOCAL(&nh->gate.ipv6))
		snprintfrr(buf, size, "%pI6", &nh->gate.ipv6);
	else
		strlcpy(buf, ifindex2ifname(nh->ifindex, VRF_DEFAULT), size);
}

static void path_changed(struct frrd_grp *grp, struct frrd_path *path, size_t i,
			 enum frrd_path_state before)
{
	struct frrd_move_seen *move = &grp->convergence->move;
	bool out_of_nothing = !move->open && before == FRRD_PATH_ABSENT &&
			      !has_other(grp->convergence, i);
	struct frrd_path_seen *seen = &move->paths[i];
	int64_t now_us;

	touch(grp);
	/* Nobody had it, and who has it now was known by its claim before. */
	if (out_of_nothing) {
		move->from = 0;
		move->to = grp->convergence->owner;
	}
	now_us = move->last_us;
	seen->changes++;
	seen->changed_us = now_us;
	if (path->state == FRRD_PATH_ABSENT && has_other(grp->convergence, i)) {
		seen->lost_us = seen->lost_us ? seen->lost_us : now_us;
	} else if (path->state == FRRD_PATH_ABSENT) {
		seen->absent_since_us = path->after_own ? move->withdrawn_us : now_us;
		if (!seen->lost_us)
			seen->lost_us = seen->absent_since_us;
	} else {
		paths_back(grp->convergence, i, now_us);
	}
}

void frrd_convergence_answer(const struct prefix *match, const struct zapi_route *nhr)
{
	bool present = nhr->nexthop_num && prefix_same(match, &nhr->prefix) &&
		       !frrd_drain_is(nhr);
	uint32_t signature = present ? signature_of(nhr) : 0;
	enum frrd_path_state before;
	struct frrd_path *path;
	struct frrd_grp *grp;
	size_t i;

	path = find_path(match, &grp, &i);
	if (!path || grp->convergence->announcing)
		return;
	before = path->state;
	if (before != FRRD_PATH_UNKNOWN && signature == path->signature)
		return;
	path->state = present ? FRRD_PATH_PRESENT : FRRD_PATH_ABSENT;
	path->signature = signature;
	path->via[0] = '\0';
	if (present)
		describe_via(nhr, path->via, sizeof(path->via));
	/* The first answer only says how things are, unless it follows an own route. */
	if (before != FRRD_PATH_UNKNOWN || path->after_own)
		path_changed(grp, path, i, before);
	path->after_own = false;
}

void frrd_convergence_zebra_up(void)
{
	register_soon();
}

void frrd_convergence_zebra_down(void)
{
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp) {
		struct frrd_convergence *c = grp->convergence;

		if (!c)
			continue;
		c->registered = false;
		c->move.open = false; /* what follows cannot be told from it */
		EVENT_OFF(c->t_quiet);
		for (size_t i = 0; i < c->count && !c->announcing; i++) {
			c->paths[i].state = FRRD_PATH_UNKNOWN;
			c->paths[i].after_own = false;
		}
	}
}

void frrd_convergence_fini(void)
{
	EVENT_OFF(t_register);
}
