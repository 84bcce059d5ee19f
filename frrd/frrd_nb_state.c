// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Northbound: operational state.
 *
 * One callback serves all leaves of a list; the end of the path says which one.
 * NULL means that the leaf is absent.
 */

#include <zebra.h>

#include "if.h"
#include "northbound.h"
#include "yang_wrappers.h"

#include "frrd/core/reason.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_map_route.h"
#include "frrd/frrd_nb.h"
#include "frrd/frrd_sites.h"
#include "frrd/frrd_vty.h"

static const char *leaf_of(const char *xpath)
{
	const char *slash = strrchr(xpath, '/');

	return slash ? slash + 1 : xpath;
}

static struct yang_data *time_data(const char *xpath, const struct timeval *when)
{
	char buf[64];

	return yang_data_new_string(xpath, frrd_time_str(when, buf, sizeof(buf)));
}

/* XPath: /frr-subnet-mover:subnet-mover-state/... */
struct yang_data *frrd_nb_state_root_elem(struct nb_cb_get_elem_args *args)
{
	const char *leaf = leaf_of(args->xpath);

	if (strmatch(leaf, "zebra"))
		return yang_data_new_string(args->xpath, frrd_engine_zebra_connected() ? "connected"
										: "disconnected");
	if (strmatch(leaf, "local-site") && frrd_config.local_site[0])
		return yang_data_new_string(args->xpath, frrd_config.local_site);
	if (strmatch(leaf, "arbiter") && frrd_config.arbiter != FRRD_ARBITER_NONE)
		return yang_data_new_string(args->xpath, frrd_arbiter_name());
	return NULL;
}

static struct yang_data *age_data(const char *xpath, int64_t age_ms)
{
	struct timeval when;

	if (age_ms == FRRD_AGE_UNKNOWN)
		return NULL;
	frrd_time_ago(age_ms, &when);
	return time_data(xpath, &when);
}

/* XPath: /frr-subnet-mover:subnet-mover-state/quorum/... */
struct yang_data *frrd_nb_state_quorum_elem(struct nb_cb_get_elem_args *args)
{
	const char *leaf = leaf_of(args->xpath);
	struct frrd_quorum q;

	if (frrd_config.arbiter != FRRD_ARBITER_BGP)
		return NULL;
	frrd_sites_quorum(&q);
	if (strmatch(leaf, "voters"))
		return yang_data_new_uint32(args->xpath, __builtin_popcount(q.voters));
	if (strmatch(leaf, "present"))
		return yang_data_new_uint32(args->xpath, __builtin_popcount(q.present));
	if (strmatch(leaf, "reached"))
		return yang_data_new_bool(args->xpath, q.reached);
	return age_data(args->xpath, q.age_ms);
}

/* --- sites --- */

const void *frrd_nb_state_site_next(struct nb_cb_get_next_args *args)
{
	const struct frrd_site *site = args->list_entry;

	return site ? frrd_sites_next(&frrd_config.sites, (struct frrd_site *)site)
		    : frrd_sites_first(&frrd_config.sites);
}

int frrd_nb_state_site_keys(struct nb_cb_get_keys_args *args)
{
	const struct frrd_site *site = args->list_entry;

	args->keys->num = 1;
	strlcpy(args->keys->key[0], site->name, sizeof(args->keys->key[0]));
	return NB_OK;
}

const void *frrd_nb_state_site_lookup(struct nb_cb_lookup_entry_args *args)
{
	return frrd_site_find(args->keys->key[0]);
}

struct yang_data *frrd_nb_state_site_elem(struct nb_cb_get_elem_args *args)
{
	const struct frrd_site *site = args->list_entry;
	const char *leaf = leaf_of(args->xpath);

	if (strmatch(leaf, "name"))
		return yang_data_new_string(args->xpath, site->name);
	if (strmatch(leaf, "id"))
		return site->id ? yang_data_new_uint8(args->xpath, site->id) : NULL;
	if (strmatch(leaf, "local"))
		return yang_data_new_bool(args->xpath,
					  strmatch(site->name, frrd_config.local_site));
	if (strmatch(leaf, "witness"))
		return yang_data_new_bool(args->xpath, site->witness);
	return NULL;
}

/* XPath: /frr-subnet-mover:subnet-mover-state/site/alive, .../since */
struct yang_data *frrd_nb_state_alive_elem(struct nb_cb_get_elem_args *args)
{
	const struct frrd_site *site = args->list_entry;
	int64_t age;
	bool alive;

	if (frrd_config.arbiter != FRRD_ARBITER_BGP)
		return NULL;
	alive = frrd_site_alive(site, &age);
	if (strmatch(leaf_of(args->xpath), "alive"))
		return yang_data_new_bool(args->xpath, alive);
	return age_data(args->xpath, age);
}

/*
 * The groups about which a site says something: leaf-lists of the site, whose
 * entries are the groups.
 */
static const void *said_next(struct nb_cb_get_next_args *args,
			     uint16_t (*sites)(const struct frrd_said *said))
{
	const struct frrd_site *site = args->parent_list_entry;
	struct frrd_grp *grp = (struct frrd_grp *)args->list_entry;
	struct frrd_said said;

	while ((grp = grp ? frrd_groups_next(&frrd_config.groups, grp)
			  : frrd_groups_first(&frrd_config.groups))) {
		frrd_grp_said(grp, &said);
		if (!grp->removed && site->id && sites(&said) & FRRD_SITE_BIT(site->id))
			return grp;
	}
	return NULL;
}

static uint16_t said_claims(const struct frrd_said *said)
{
	return said->claims;
}

static uint16_t said_requests(const struct frrd_said *said)
{
	return said->requests;
}

static uint16_t said_readies(const struct frrd_said *said)
{
	return said->readies;
}

const void *frrd_nb_state_claim_next(struct nb_cb_get_next_args *args)
{
	return said_next(args, said_claims);
}

const void *frrd_nb_state_request_next(struct nb_cb_get_next_args *args)
{
	return said_next(args, said_requests);
}

const void *frrd_nb_state_ready_next(struct nb_cb_get_next_args *args)
{
	return said_next(args, said_readies);
}

struct yang_data *frrd_nb_state_said_elem(struct nb_cb_get_elem_args *args)
{
	const struct frrd_grp *grp = args->list_entry;

	return yang_data_new_string(args->xpath, grp->name);
}

/* --- groups --- */

const void *frrd_nb_state_group_next(struct nb_cb_get_next_args *args)
{
	struct frrd_grp *grp = (struct frrd_grp *)args->list_entry;

	grp = grp ? frrd_groups_next(&frrd_config.groups, grp)
		  : frrd_groups_first(&frrd_config.groups);
	while (grp && grp->removed)
		grp = frrd_groups_next(&frrd_config.groups, grp);
	return grp;
}

int frrd_nb_state_group_keys(struct nb_cb_get_keys_args *args)
{
	const struct frrd_grp *grp = args->list_entry;

	args->keys->num = 1;
	strlcpy(args->keys->key[0], grp->name, sizeof(args->keys->key[0]));
	return NB_OK;
}

const void *frrd_nb_state_group_lookup(struct nb_cb_lookup_entry_args *args)
{
	return frrd_grp_find(args->keys->key[0]);
}

static struct yang_data *group_counter(const struct frrd_grp *grp, const char *xpath,
				       const char *leaf)
{
	struct frrd_elsewhere elsewhere;
	struct frrd_routes routes;
	const struct {
		const char *leaf;
		const uint32_t *value;
	} counters[] = {
		{ "total", &routes.total },	    { "announced", &routes.announced },
		{ "installed", &routes.installed }, { "pending", &routes.pending },
		{ "failed", &routes.failed },	    { "lost", &routes.lost },
		{ "elsewhere", &elsewhere.announced },
		{ "untracked", &elsewhere.unknown },
	};

	frrd_route_snapshot(grp, &routes);
	frrd_watch_snapshot(grp, &elsewhere);
	if (routes.announced)
		elsewhere.unknown = 0; /* nobody asks while the group is announced here */
	for (size_t i = 0; i < array_size(counters); i++)
		if (strmatch(leaf, counters[i].leaf))
			return yang_data_new_uint32(xpath, *counters[i].value);
	return NULL;
}

struct yang_data *frrd_nb_state_group_elem(struct nb_cb_get_elem_args *args)
{
	const struct frrd_grp *grp = args->list_entry;
	const char *leaf = leaf_of(args->xpath);
	const struct frrd_site *owner = frrd_grp_owner(grp);
	int64_t damped_ms = frrd_damped_left_ms(grp);
	struct timeval since;

	if (strmatch(leaf, "name"))
		return yang_data_new_string(args->xpath, grp->name);
	if (strmatch(leaf, "id"))
		return grp->id ? yang_data_new_uint32(args->xpath, grp->id) : NULL;
	if (strmatch(leaf, "state"))
		return yang_data_new_string(args->xpath, frrd_state_name(grp->fsm.state));
	if (strmatch(leaf, "reason"))
		return yang_data_new_string(args->xpath, frrd_reason_code(grp->fsm.reason));
	if (strmatch(leaf, "reason-text"))
		return yang_data_new_string(args->xpath, frrd_reason_text(grp->fsm.reason));
	if (strmatch(leaf, "time-in-state"))
		return yang_data_new_uint64(args->xpath, frrd_state_ms(grp));
	if (strmatch(leaf, "step"))
		return yang_data_new_string(args->xpath, frrd_step_name(grp->seq.step));
	if (strmatch(leaf, "forbidden-by-hook"))
		return yang_data_new_bool(args->xpath, grp->seq.aborted);
	if (strmatch(leaf, "held"))
		return yang_data_new_bool(args->xpath, grp->fsm.held);
	if (strmatch(leaf, "hold-reason"))
		return grp->fsm.held && grp->note[0] ? yang_data_new_string(args->xpath, grp->note)
						     : NULL;
	if (strmatch(leaf, "member"))
		return yang_data_new_bool(args->xpath, grp->policy.member);
	if (strmatch(leaf, "owner"))
		return owner ? yang_data_new_string(args->xpath, owner->name) : NULL;
	if (strmatch(leaf, "damped-until"))
		return damped_ms ? age_data(args->xpath, -damped_ms) : NULL;
	if (strmatch(leaf, "since")) {
		frrd_state_since(grp, &since);
		return time_data(args->xpath, &since);
	}
	return group_counter(grp, args->xpath, leaf);
}

/* --- history of a group --- */

/* Entry number `number`, or NULL when it is not kept. Numbers follow one another. */
static const struct frrd_history_entry *history_entry(const struct frrd_grp *grp, uint64_t number)
{
	const struct frrd_history_entry *oldest = frrd_history_get(&grp->history, 0);

	if (!oldest || number < oldest->number)
		return NULL;
	return frrd_history_get(&grp->history, number - oldest->number);
}

const void *frrd_nb_state_history_next(struct nb_cb_get_next_args *args)
{
	const struct frrd_history_entry *entry = args->list_entry;

	if (!entry)
		return frrd_history_get(&((const struct frrd_grp *)args->parent_list_entry)->history, 0);
	return history_entry(args->parent_list_entry, entry->number + 1);
}

int frrd_nb_state_history_keys(struct nb_cb_get_keys_args *args)
{
	const struct frrd_history_entry *entry = args->list_entry;

	args->keys->num = 1;
	snprintf(args->keys->key[0], sizeof(args->keys->key[0]), "%" PRIu64, entry->number);
	return NB_OK;
}

const void *frrd_nb_state_history_lookup(struct nb_cb_lookup_entry_args *args)
{
	return history_entry(args->parent_list_entry, strtoull(args->keys->key[0], NULL, 10));
}

struct yang_data *frrd_nb_state_history_elem(struct nb_cb_get_elem_args *args)
{
	const struct frrd_history_entry *entry = args->list_entry;
	const char *leaf = leaf_of(args->xpath);

	if (strmatch(leaf, "number"))
		return yang_data_new_uint32(args->xpath, (uint32_t)entry->number);
	if (strmatch(leaf, "time"))
		return time_data(args->xpath, &entry->when);
	if (strmatch(leaf, "event"))
		return yang_data_new_string(args->xpath, frrd_event_name(entry->event));
	if (strmatch(leaf, "from"))
		return yang_data_new_string(args->xpath, frrd_state_name(entry->from));
	if (strmatch(leaf, "to"))
		return yang_data_new_string(args->xpath, frrd_state_name(entry->to));
	if (strmatch(leaf, "reason"))
		return yang_data_new_string(args->xpath, frrd_reason_code(entry->reason));
	if (strmatch(leaf, "reason-text"))
		return yang_data_new_string(args->xpath, frrd_reason_text(entry->reason));
	return NULL;
}

/* --- routes --- */

const void *frrd_nb_state_route_next(struct nb_cb_get_next_args *args)
{
	struct frrd_route *route = (struct frrd_route *)args->list_entry;
	struct frrd_route *next = NULL;
	struct frrd_grp *grp;

	if (route) {
		next = frrd_route_list_next(&route->grp->routes.list, route);
		grp = frrd_groups_next(&frrd_config.groups, route->grp);
	} else {
		grp = frrd_groups_first(&frrd_config.groups);
	}
	for (; !next && grp; grp = frrd_groups_next(&frrd_config.groups, grp))
		next = frrd_route_list_first(&grp->routes.list);
	return next;
}

int frrd_nb_state_route_keys(struct nb_cb_get_keys_args *args)
{
	struct prefix p;

	frrd_route_prefix(args->list_entry, &p);
	args->keys->num = 1;
	prefix2str(&p, args->keys->key[0], sizeof(args->keys->key[0]));
	return NB_OK;
}

const void *frrd_nb_state_route_lookup(struct nb_cb_lookup_entry_args *args)
{
	struct prefix p;

	return str2prefix(args->keys->key[0], &p) ? frrd_route_find(&p) : NULL;
}

struct yang_data *frrd_nb_state_route_elem(struct nb_cb_get_elem_args *args)
{
	const struct frrd_route *route = args->list_entry;
	const char *leaf = leaf_of(args->xpath);
	struct prefix p;

	frrd_route_prefix(route, &p);
	if (strmatch(leaf, "prefix"))
		return yang_data_new_prefix(args->xpath, &p);
	if (strmatch(leaf, "group"))
		return yang_data_new_string(args->xpath, route->grp->name);
	if (strmatch(leaf, "source"))
		return yang_data_new_string(args->xpath, frrd_route_source(route->sources));
	if (strmatch(leaf, "group-prefix")) {
		frrd_route_original(route, &p);
		return yang_data_new_prefix(args->xpath, &p);
	}
	if (strmatch(leaf, "status"))
		return yang_data_new_string(args->xpath, frrd_route_status_name(route->status));
	if (!route->origin)
		return NULL;
	if (strmatch(leaf, "protocol"))
		return yang_data_new_string(args->xpath, frrd_origin_protocol(route->origin));
	if (strmatch(leaf, "distance"))
		return yang_data_new_uint8(args->xpath, route->origin->distance);
	if (strmatch(leaf, "metric"))
		return yang_data_new_uint32(args->xpath, route->origin->metric);
	return NULL;
}

/* The members that announce the route. */
const void *frrd_nb_state_announcer_next(struct nb_cb_get_next_args *args)
{
	const struct frrd_route *route = args->parent_list_entry;
	struct frrd_member *member = (struct frrd_member *)args->list_entry;

	do
		member = member ? frrd_members_next(&route->grp->members, member)
				: frrd_members_first(&route->grp->members);
	while (member && !frrd_map_announces(member, route));
	return member;
}

struct yang_data *frrd_nb_state_announcer_elem(struct nb_cb_get_elem_args *args)
{
	const struct frrd_member *member = args->list_entry;

	return yang_data_new_string(args->xpath, member->site);
}

/* The next-hop addresses of a route that is not ours; the first one is kept. */
const void *frrd_nb_state_via_next(struct nb_cb_get_next_args *args)
{
	const struct frrd_route *route = args->parent_list_entry;

	if (args->list_entry || !route->origin || !route->origin->via.family)
		return NULL;
	return route;
}

struct yang_data *frrd_nb_state_via_elem(struct nb_cb_get_elem_args *args)
{
	const struct frrd_route *route = args->list_entry;
	char buf[INET6_ADDRSTRLEN];

	return yang_data_new_string(args->xpath,
				    inet_ntop(route->origin->via.family,
					      &route->origin->via.u.prefix, buf, sizeof(buf)));
}

/* --- what there is none of in this version --- */

struct yang_data *frrd_nb_state_none_elem(struct nb_cb_get_elem_args *args)
{
	return NULL;
}

const void *frrd_nb_state_none_next(struct nb_cb_get_next_args *args)
{
	return NULL;
}

int frrd_nb_state_none_keys(struct nb_cb_get_keys_args *args)
{
	return NB_OK;
}

const void *frrd_nb_state_none_lookup(struct nb_cb_lookup_entry_args *args)
{
	return NULL;
}
